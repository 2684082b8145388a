namespace LockDiscipline.Tests.Rules;

/// <summary>LCK1006 at a call: the callee takes a lock that is held, by its code or by its contract.</summary>
public sealed class LCK1006CalleeTests
{
    [Fact]
    public Task ThroughACallee_FoundAtTheCall() => Flows.VerifyMembersAsync("""
        private void Locked() { _gate.Enter(); _n++; _gate.Exit(); }
        public void Public() { _gate.Enter(); _n++; _gate.Exit(); }
        private void Twice() => Locked();
        private void Thrice() { if (Cond()) Twice(); }

        void M()
        {
            _gate.{|#1:Enter|}();
            {|#0:Locked|}();
            _gate.Exit();
        }
        void N()
        {
            _gate.Enter();
            this.{|LCK1006:Public|}();
            _gate.Exit();
        }
        void O()
        {
            _gate.Enter();
            {|LCK1006:Thrice|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK1006", 0, 1).WithArguments("_gate", ""));

    [Fact]
    public Task ThroughACalleeOfAnotherInstance_Silent() => Flows.VerifyMembersAsync("""
        private void Locked() { _gate.Enter(); _n++; _gate.Exit(); }
        void M(C other)
        {
            _gate.Enter();
            other.{|LCK2003:Locked|}();
            _gate.Exit();
            Locked();
        }
        """);

    [Fact]
    public Task CalleeTakesItsArgument_FoundForTheHeldOneOnly() => Flows.VerifyMembersAsync("""
        static void With(Gate gate, int n) { gate.Enter(); gate.Exit(); }
        void M()
        {
            _gate.Enter();
            With(_other, 1);
            {|LCK1006:With|}(n: 1, gate: _gate);
            _gate.Exit();
        }
        """);

    [Fact]
    public Task CalleeTakesItByTryOnly_Silent() => Flows.VerifyMembersAsync("""
        private void Maybe() { if (_gate.TryEnter()) { _n++; _gate.Exit(); } }
        void M()
        {
            _gate.Enter();
            Maybe();
            if (_gate.TryEnter())
                _gate.Exit();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task CalleeReleasesFirst_Silent() => Flows.VerifyMembersAsync("""
        private void Relock() { _gate.Exit(); Work(); _gate.Enter(); }
        void M()
        {
            _gate.Enter();
            Relock();
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task LockedVariant_IsNamed() => Flows.VerifyMembersAsync("""
        [LockedVariant(nameof(AddLocked))]
        public void Add() { _gate.Enter(); AddLocked(); _gate.Exit(); }

        [RequiresLock("_gate")]
        public void AddLocked() => _n++;

        [LockedVariant(nameof(AddLocked)), ExcludesLock("_gate")]
        public void AddStated() { _gate.Enter(); AddLocked(); _gate.Exit(); }

        void M()
        {
            _gate.{|#1:Enter|}();
            {|#0:Add|}();
            AddLocked();
            _gate.Exit();
        }
        void N()
        {
            _gate.{|#3:Enter|}();
            {|#2:AddStated|}();
            _gate.Exit();
        }
        """,
        Flows.Finding("LCK1006", 0, 1).WithArguments("_gate", "; call 'AddLocked' instead"),
        Flows.Finding("LCK1006", 2, 3).WithArguments("_gate", "; call 'AddLocked' instead"));

    [Fact]
    public Task HeldByContract_FoundWithoutPlaceOfAcquire() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")]
        void M()
        {
            _gate.{|#0:Enter|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK1006", 0).WithArguments("_gate", ""));

    [Fact]
    public Task DroppedAndTakenAgainByContract_Silent() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")]
        void M()
        {
            _gate.Exit();
            Work();
            _gate.Enter();
            _n++;
        }
        """);

    [Fact]
    public Task Recursion_FoundAtTheRecursiveCall() => Flows.VerifyMembersAsync("""
        void M(int n)
        {
            _gate.Enter();
            if (n > 0)
                {|LCK1006:M|}(n - 1);
            _gate.Exit();
        }
        void A(int n)
        {
            _gate.Enter();
            _n++;
            _gate.Exit();
            if (n > 0)
                B(n);
        }
        void B(int n) { Work(); A(n - 1); }
        void X(int n) { if (n == 0) return; _gate.Enter(); {|LCK1006:Y|}(n); _gate.Exit(); }
        void Y(int n) { Work(); X(n - 1); }
        """);

    [Fact]
    public Task InterfaceContract_SpeaksForItsImplementations() => Flows.VerifyAsync("""
        interface ILocked { Gate Gate { get; } [AcquiresLock("Gate")] void Take(); [ReleasesLock("Gate")] void Drop(); }
        class C
        {
            void M(ILocked x)
            {
                x.Take();
                x.{|LCK1006:Take|}();
                x.Drop();
            }
        }
        """);
}
