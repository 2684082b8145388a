namespace LockDiscipline.Tests.Rules;

/// <summary>LCK9003: a body does not do what its own contract says.</summary>
public sealed class LCK9003Tests
{
    [Fact]
    public Task AcquireThatDoesNot_FoundAtTheName() => Flows.VerifyMembersAsync("""
        [AcquiresLock("_gate")]
        void {|#0:Other|}() => _other.Enter();
        [AcquiresLock("_gate")]
        void {|LCK9003:OnOnePath|}(bool c)
        {
            if (c)
                _gate.Enter();
        }
        [AcquiresLock("_gate")]
        void {|LCK9003:Returned|}()
        {
            _gate.Enter();
            Work();
            _gate.Exit();
        }
        [AcquiresLock("_gate")]
        void {|LCK9003:Forgotten|}() => Work();
        [AcquiresLock("_rw")]
        void {|LCK9003:Mode|}() => _rw.EnterRead();
        """.Replace("=> _other.Enter();", "=> _other.{|LCK1004:Enter|}();"),
        Flows.Finding("LCK9003", 0).WithArguments("Other", "acquires", "_gate", "but does not hold it on some path"));

    [Fact]
    public Task AcquireThatDoes_Silent() => Flows.VerifyMembersAsync("""
        [AcquiresLock("_gate")]
        void Plain() => _gate.Enter();
        [AcquiresLock("_gate")]
        void OnEveryPath(bool c)
        {
            if (c)
            {
                while (!_gate.TryEnter())
                    Work();
                return;
            }
            _gate.Enter();
        }
        [AcquiresLock("_gate")]
        void Throws(bool c)
        {
            if (c)
                throw new InvalidOperationException();
            _gate.Enter();
        }
        [AcquiresLock("_gate")]
        Scope Open() => new Scope(_gate);
        [AcquiresLock("_gate")]
        Scope Handed() => _gate.Open();
        [AcquiresLock("_rw", Shared = true)]
        void Read() => _rw.EnterRead();
        [AcquiresLock("return")]
        Gate Get(bool c)
        {
            var gate = c ? _gate : _other;
            gate.Enter();
            return gate;
        }
        void Inner() => _gate.Enter();
        [AcquiresLock("_gate")]
        void ByAHelper() => Inner();
        """);

    [Fact]
    public Task Attempts_OnSuccess() => Flows.VerifyMembersAsync("""
        [TryAcquiresLock("_gate")]
        bool Right()
        {
            if (!_gate.TryEnter())
                return false;
            return true;
        }
        [TryAcquiresLock("_gate")]
        bool Direct() => _gate.TryEnter();
        [TryAcquiresLock("_gate")]
        bool {|LCK9003:Wrong|}(bool c)
        {
            if (c)
                return true;
            return _gate.TryEnter();
        }
        [TryAcquiresLock("_gate", Result = false)]
        bool Reversed() => !_gate.TryEnter();
        [TryAcquiresLock("_gate")]
        object? {|LCK9003:Reference|}()
        {
            if (!_gate.TryEnter())
                return new object();
            return this;
        }
        """);

    [Fact]
    public Task ReleaseThatDoesNot_Found() => Flows.VerifyMembersAsync("""
        [ReleasesLock("_gate")]
        void Right() => _gate.Exit();
        [ReleasesLock("_gate")]
        void {|LCK9003:OnOnePath|}(bool c)
        {
            if (c)
                _gate.Exit();
        }
        [ReleasesLock("_gate")]
        void {|LCK9003:Forgotten|}() => _n = 0;
        """);

    [Fact]
    public Task RequiredAndNotHeldAtTheEnd_Found() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")]
        void {|#0:Drops|}()
        {
            _n++;
            _gate.Exit();
        }
        [RequiresLock("_gate")]
        void {|LCK9003:OnOnePath|}(bool c)
        {
            _gate.Exit();
            if (c)
                return;
            _gate.Enter();
        }
        [RequiresLock("_gate")]
        void {|LCK9003:Throws|}(bool c)
        {
            _gate.Exit();
            if (c)
                throw new InvalidOperationException();
            _gate.Enter();
        }
        [RequiresLock("_gate"), ReleasesTemporarily("_gate")]
        void Right()
        {
            _gate.Exit();
            Work();
            _gate.Enter();
        }
        [ReleasesTemporarily("_gate")]
        void {|LCK9003:NotTakenBack|}() => _gate.Exit();
        [RequiresLock("_gate")]
        void Kept() => _n++;
        """, Flows.Finding("LCK9003", 0).WithArguments("Drops", "requires", "_gate", "but leaves it released on some path"));

    [Fact]
    public Task ReturnedLock_HasToBeThatOne() => Flows.VerifyMembersAsync("""
        object? _lazy;
        [ReturnsLock("_gate")] Gate Right => _gate;
        [ReturnsLock("_gate")] Gate {|LCK9003:Wrong|}() => _other;
        [ReturnsLock("_gate")] Gate {|LCK9003:Fresh|}() => new Gate();
        [ReturnsLock("_lazy")] object Lazy() => _lazy ??= new object();
        """);

    [Fact]
    public Task AssertsAndTests_OfAnotherLock() => Flows.VerifyMembersAsync("""
        [AssertsLock("_gate")]
        void Right() => _gate.AssertHeld();
        [AssertsLock("_gate")]
        void {|LCK9003:Wrong|}() => _other.AssertHeld();
        [TestsLock("_gate")]
        bool Tests() => _gate.IsHeld;
        [TestsLock("_gate")]
        bool {|LCK9003:TestsAnother|}() => _other.IsHeld;
        [AssertsLock("_sync")]
        void Framework() => System.Diagnostics.Debug.Assert(Monitor.IsEntered(_sync));
        """);

    [Fact]
    public Task LockTypes_AreTrustedForThemselvesOnly() => Flows.VerifyAsync("""
        [Lock("ticket lock")]
        class Ticket
        {
            readonly object _inner = new();
            int _next, _serving;
            [AcquiresLock] public void Enter()
            {
                int mine = Interlocked.Increment(ref _next);
                while (Volatile.Read(ref _serving) != mine)
                    Thread.Yield();
            }
            [ReleasesLock] public void Exit() => _serving++;
            [AcquiresLock("_inner")] public void {|LCK9003:Wrong|}() => _serving++;
            [AcquiresLock("_inner")] public void Right() => Monitor.Enter(_inner);
        }
        [ScopedLock]
        class TicketScope : IDisposable
        {
            readonly Ticket _ticket;
            [AcquiresLock("ticket")] public TicketScope(Ticket ticket)
            {
                _ticket = ticket;
                ticket.Enter();
            }
            public void Dispose() => _ticket.Exit();
        }
        """);

    [Fact]
    public Task WhatCannotBeSeen_IsBelieved() => Flows.VerifyAsync("""
        class Latch { public void Close() { } }
        abstract class C
        {
            readonly Latch _latch = new();
            readonly Gate _gate = new();
            [AcquiresLock("_latch")] public void Close() => _latch.Close();
            [AcquiresLock("_gate")] public abstract void Abstract();
            [AcquiresLock("_gate")] public void Template() => Abstract();
            protected abstract void Core();
            [AcquiresLock("_gate")] public void ByOverride() => Core();
            [AcquiresLock("_gate")] public void StandIn() { }
            [TryAcquiresLock("_gate")] public bool TryStandIn() => true;
            [ReleasesLock("_gate")] public extern void Extern();
            [AcquiresLock("_gate")] public void ByDelegate(Action<Gate> enter) => enter(_gate);
        }
        """);

    [Fact]
    public Task InheritedContracts_AreChecked() => Flows.VerifyAsync("""
        abstract class Base
        {
            protected readonly Gate _gate = new();
            [AcquiresLock("_gate")] public abstract void Begin();
        }
        class Right : Base { public override void Begin() => _gate.Enter(); }
        class Wrong : Base
        {
            int _n;
            public override void {|LCK9003:Begin|}() => _n++;
        }
        """);

    [Fact]
    public Task SaysThatItSettles_AndDoesNotWhenToldSo_Found() => Flows.VerifyAsync("""
        public class Mmu
        {
            [Settles("flush")] public void Flush() { }
            int _lazy;
            [Settles("flush")] public void {|LCK9003:FlushUnless|}(bool later) { if (later) return; Flush(); }
            [Settles("flush")] public void {|LCK9003:FlushUnlessBoth|}(bool later, bool other) { if (later && other) { _lazy++; return; } Flush(); }
        }
        """);

    [Fact]
    public Task SaysThatItSettles_AndDoes_Silent() => Flows.VerifyAsync("""
        public class Mmu
        {
            int _dirty;
            readonly List<int> _tlb = new();
            [Settles("flush")] public void Flush() { }
            [Settles("flush")] public void Primitive() { _tlb.Clear(); }
            [Settles("flush")] public void Both(bool all) { if (all) Flush(); else FlushRange(0, 1); }
            [Settles("flush")] public void FlushIfPending(bool pending) { if (pending) Flush(); }
            [Settles("flush")] public void FlushRange(int start, int end) { if (start >= end) return; Flush(); }
            [Settles("flush")] public void FlushDirty() { if (_dirty == 0) return; Flush(); }
            [Settles("flush")] public void FlushIf([TakesPending("flush")] bool flush) { if (flush) Flush(); }
            [Settles("flush")] public bool TryFlush(bool force) { if (!force) return false; Flush(); return true; }
            [Settles("flush")] public void Throws(bool bad) { if (bad) throw new ArgumentException(); Flush(); }
            [Settles("flush")] public void Each(int[] cpus) { foreach (int cpu in cpus) Flush(); }
        }
        """);
}
