namespace LockDiscipline.Tests.Rules;

/// <summary>LCK1007: a call while a lock is held that the callee's contract excludes.</summary>
public sealed class LCK1007Tests
{
    const string Outside = """
        [ExcludesLock("_gate")] void Outside() { }

        """;

    [Fact]
    public Task CalledUnderTheLock_FoundAtTheCall() => Flows.VerifyMembersAsync(Outside + """
        void M()
        {
            _gate.{|#1:Enter|}();
            this.{|#0:Outside|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK1007", 0, 1).WithArguments("Outside", "this._gate"));

    [Fact]
    public Task CalledAfterTheRelease_Silent() => Flows.VerifyMembersAsync(Outside + """
        void M(C other)
        {
            Outside();
            _gate.Enter();
            _other.Enter();
            other.Outside();
            _gate.Exit();
            Outside();
            _other.Exit();
        }
        """);

    [Fact]
    public Task HeldByContract_FoundWithoutPlaceOfAcquire() => Flows.VerifyMembersAsync(Outside + """
        [RequiresLock("_gate")]
        void M() => {|#0:Outside|}();
        """, Flows.Finding("LCK1007", 0).WithArguments("Outside", "_gate"));

    [Fact]
    public Task HeldShared_Found() => Flows.VerifyMembersAsync("""
        [ExcludesLock("_rw")] void Outside() { _rw.EnterWrite(); _m++; _rw.ExitWrite(); }
        void M()
        {
            _rw.EnterRead();
            {|LCK1007:Outside|}();
            _rw.ExitRead();
        }
        """);

    [Fact]
    public Task SeveralLocks_OneFindingEach() => Flows.VerifyMembersAsync("""
        [ExcludesLock("_gate", "_other")] void Outside() { }
        [ExcludesLock("_gate"), ExcludesLock("_spin")] void Both() { }
        void M()
        {
            _other.Enter();
            {|LCK1007:Outside|}();
            _other.Exit();
            _spin.Enter();
            {|LCK1007:Both|}();
            _spin.Exit();
        }
        void N()
        {
            _gate.Enter();
            _other.Enter();
            {|#0:Outside|}();
            _other.Exit();
            _gate.Exit();
        }
        """,
        Flows.Finding("LCK1007", 0).WithArguments("Outside", "_gate").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations),
        Flows.Finding("LCK1007", 0).WithArguments("Outside", "_other").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task ThroughTheArgument_Substituted() => Flows.VerifyMembersAsync("""
        [ExcludesLock("gate")] static void Outside(int n, Gate gate) { }
        void M(Gate mine)
        {
            mine.Enter();
            Outside(1, _gate);
            {|LCK1007:Outside|}(gate: mine, n: 2);
            mine.Exit();
        }
        """);

    [Fact]
    public Task RangeOperator_CannotBeCalledWithTheMmuLockHeld() => Flows.VerifyAsync("""
        class Kvm
        {
            public readonly Spin MmuLock = new();
            [ExcludesLock("MmuLock")] public Errno DoHvaRangeOp(ulong start, ulong end) => Errno.Success;

            public Errno Wrong(ulong start, ulong end)
            {
                MmuLock.Enter();
                var ret = {|LCK1007:DoHvaRangeOp|}(start, end);
                MmuLock.Exit();
                return ret;
            }
            public Errno Right(ulong start, ulong end)
            {
                MmuLock.Enter();
                MmuLock.Exit();
                return DoHvaRangeOp(start, end);
            }
        }
        static class Kvms
        {
            public static Errno Through(Kvm kvm, Kvm other)
            {
                kvm.MmuLock.Enter();
                var ret = other.DoHvaRangeOp(0, 1);
                if (ret == Errno.Success)
                    ret = kvm.{|LCK1007:DoHvaRangeOp|}(0, 1);
                kvm.MmuLock.Exit();
                return ret;
            }
        }
        """);

    [Fact]
    public Task OnOnePathOnly_Found() => Flows.VerifyMembersAsync(Outside + """
        void M(bool c)
        {
            if (c)
                _gate.Enter();
            {|LCK1007:Outside|}();
            if (c)
                _gate.Exit();
        }
        void N(bool c)
        {
            if (c)
                _gate.Enter();
            if (!c)
                Outside();
            if (c)
                _gate.Exit();
        }
        int O(int n)
        {
            _gate.Enter();
            if (n > 3)
            {
                _gate.Exit();
                Outside();
                return 1;
            }
            if (n > 2)
                {|LCK1007:Outside|}();
            _gate.Exit();
            return 0;
        }
        """);

    [Fact]
    public Task LoopsFinallyCatchGoto() => Flows.VerifyMembersAsync(Outside + """
        void Loop(int[] items)
        {
            foreach (var i in items)
            {
                Outside();
                _gate.Enter();
                if (i > 3)
                {
                    _gate.Exit();
                    continue;
                }
                _gate.Exit();
            }
            Outside();
        }
        void Finally()
        {
            _gate.Enter();
            try { Work(); } finally { {|LCK1007:Outside|}(); _gate.Exit(); }
            Outside();
        }
        void Catch()
        {
            _gate.Enter();
            try { Work(); } catch (Exception) { {|LCK1007:Outside|}(); } finally { _gate.Exit(); }
        }
        void Goto()
        {
            _gate.Enter();
            if (_n > 3)
                goto unlock;
            _n++;
        unlock:
            _gate.Exit();
            Outside();
        }
        """);

    [Fact]
    public Task DelegateType_CheckedWhereItIsCalled() => Flows.VerifyAsync("""
        [ExcludesLock("gate")] delegate void Op(Gate gate);
        class C
        {
            readonly Gate _gate = new();
            Op _op;
            void M(Op op)
            {
                op(_gate);
                _gate.Enter();
                {|LCK1007:op|}(_gate);
                _gate.Exit();
            }
            void N()
            {
                _gate.Enter();
                _op.{|LCK1007:Invoke|}(_gate);
                _gate.Exit();
            }
            void O()
            {
                _gate.Enter();
                _op?.{|LCK1007:Invoke|}(_gate);
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task AccessorsAndOperators() => Flows.VerifyAsync("""
        class C
        {
            public readonly Gate Gate = new();
            int Count { [ExcludesLock("Gate")] get => 1; [ExcludesLock("Gate")] set { } }
            int this[int i] { [ExcludesLock("Gate")] get => i; }
            void M()
            {
                Gate.Enter();
                var a = {|LCK1007:Count|};
                {|LCK1007:Count|} = 1;
                var b = {|LCK1007:this[3]|};
                Gate.Exit();
                a = Count + this[3];
            }
        }
        class D
        {
            [ExcludesLock("a.Gate")] public static int operator +(D a, D b) => 1;
            [ExcludesLock("a.Gate")] public static implicit operator int(D a) => 1;
            Gate Gate { get; } = new();
            void N(D a)
            {
                a.Gate.Enter();
                var x = {|LCK1007:a + a|};
                x = this + a;
                int n = {|LCK1007:a|};
                a.Gate.Exit();
            }
        }
        """);

    [Fact]
    public Task InheritedFromInterfaceAndBase() => Flows.VerifyAsync("""
        interface IOperator { Gate Gate { get; } [ExcludesLock("Gate")] void Operate(); }
        class Impl : IOperator
        {
            public Gate Gate { get; } = new();
            public void Operate() { }
            void M() { Gate.Enter(); {|LCK1007:Operate|}(); Gate.Exit(); }
        }
        abstract class Base { protected readonly Gate Gate = new(); [ExcludesLock("Gate")] protected abstract void Operate(); }
        class Derived : Base
        {
            protected override void Operate() { }
            void M() { Gate.Enter(); {|LCK1007:Operate|}(); Gate.Exit(); }
        }
        class C
        {
            void M(IOperator x) { x.Gate.Enter(); x.{|LCK1007:Operate|}(); x.Gate.Exit(); x.Operate(); }
        }
        """);

    [Fact]
    public Task LambdasAndLocalFunctions() => Flows.VerifyMembersAsync(Outside + """
        void M(List<int> items)
        {
            _gate.Enter();
            items.ForEach(i => {|LCK1007:Outside|}());
            Task.Run(() => Outside());
            ((Action)(() => {|LCK1007:Outside|}()))();
            _gate.Exit();
            items.ForEach(i => Outside());
        }
        void N()
        {
            Local();
            [ExcludesLock("_gate")] void Local() { _gate.Enter(); _gate.Exit(); }
            _gate.Enter();
            {|LCK1007:Local|}();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task AsyncAndIterators() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            [ExcludesLock("_gate")] async Task OutsideAsync() { await _gate.WaitAsync(); _gate.Release(); }
            async Task M()
            {
                await _gate.WaitAsync();
                await {|LCK1007:OutsideAsync|}().ConfigureAwait(false);
                _gate.Release();
                await OutsideAsync();
            }
        }
        """);

    [Fact]
    public Task ThroughAHelper_FoundAtTheOutermostCall() => Flows.VerifyMembersAsync(Outside + """
        private void Helper() { Work(); Outside(); }
        public void Visible() => Helper();
        void M()
        {
            _gate.Enter();
            {|LCK1007:Helper|}();
            _gate.Exit();
            Helper();
        }
        void N()
        {
            _gate.Enter();
            {|LCK1007:Visible|}();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task HelperThatReleasesFirst_Silent() => Flows.VerifyMembersAsync(Outside + """
        private void Helper() { _gate.Exit(); Outside(); _gate.Enter(); }
        void M()
        {
            _gate.Enter();
            Helper();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task OwnBody_MayTakeTheLock() => Flows.VerifyMembersAsync("""
        [ExcludesLock("_gate")]
        void Outside()
        {
            _gate.Enter();
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task StaticLock() => Flows.VerifyAsync("""
        static class Registry
        {
            public static readonly Gate Gate = new();
            [ExcludesLock("Gate")] public static void Rebuild() { }
        }
        class C
        {
            [ExcludesLock("Registry.Gate")] void Outside() { }
            void M()
            {
                Registry.Gate.Enter();
                Registry.{|#0:Rebuild|}();
                {|#1:Outside|}();
                Registry.Gate.Exit();
                Outside();
            }
        }
        """,
        Flows.Finding("LCK1007", 0).WithArguments("Rebuild", "Registry.Gate").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations),
        Flows.Finding("LCK1007", 1).WithArguments("Outside", "Registry.Gate").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
}
