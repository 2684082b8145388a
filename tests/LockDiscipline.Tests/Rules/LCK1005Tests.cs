using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Releases of what is not held.</summary>
public sealed class LCK1005Tests
{
    [Fact]
    public Task ReleasedWithoutAcquire_IsFound() => Flows.VerifyMembersAsync("""
        public void M() => _gate.{|#0:Exit|}();
        """, VerifyCS.Diagnostic("LCK1005").WithLocation(0).WithArguments("_gate", "not held"));

    [Fact]
    public Task ReleasedTwice_NamesTheFirstRelease() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.Enter();
            _gate.{|#1:Exit|}();
            _gate.{|#0:Exit|}();
        }
        """, VerifyCS.Diagnostic("LCK1005").WithLocation(0).WithLocation(1).WithArguments("_gate", "not held any more"));

    [Fact]
    public Task ReleasedInTheOtherMode_NamesTheAcquire() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _rw.{|#1:EnterWrite|}();
            _rw.{|#0:ExitRead|}();
        }
        public void N()
        {
            _rw.EnterRead();
            _rw.{|LCK1005:ExitWrite|}();
        }
        """, VerifyCS.Diagnostic("LCK1005").WithLocation(0).WithLocation(1).WithArguments("_rw", "held exclusive"));

    [Fact]
    public Task AnotherInstancesLock_IsNotThisOne() => Flows.VerifyAsync("""
        class Node { public readonly Gate Gate = new(); }
        class P
        {
            public void M(Node a, Node b)
            {
                a.Gate.{|LCK1004:Enter|}();
                b.Gate.{|LCK1005:Exit|}();
            }
            public void N(Node a)
            {
                a.Gate.{|LCK1004:Enter|}();
                a = new Node();
                a.Gate.{|LCK1005:Exit|}();
            }
        }
        """);

    [Fact]
    public Task EveryKindOfLock() => Flows.VerifyAsync("""
        class P
        {
            readonly object _sync = new();
            readonly Lock _lock = new();
            SpinLock _spin = new(false);
            readonly ReaderWriterLockSlim _rw = new();
            readonly SemaphoreSlim _one = new(1, 1);
            readonly SemaphoreSlim _four = new(4);
            readonly SemaphoreSlim _signal = new(0, 1);
            readonly Mutex _mutex = new();
            public void A() => Monitor.{|LCK1005:Exit|}(_sync);
            public void B() => _lock.{|LCK1005:Exit|}();
            public void C() => _spin.{|LCK1005:Exit|}();
            public void D() => _rw.{|LCK1005:ExitReadLock|}();
            public void E() => _rw.{|LCK1005:ExitWriteLock|}();
            public void F() => _rw.{|LCK1005:ExitUpgradeableReadLock|}();
            public void G() => _one.{|LCK1005:Release|}();
            public void H() => _mutex.{|LCK1005:ReleaseMutex|}();
            public void I() { _four.Release(); _signal.Release(); }
            public void J() { _rw.EnterUpgradeableReadLock(); _rw.{|LCK1005:ExitReadLock|}(); }
            public void K() { lock (_sync) { } Monitor.{|LCK1005:Exit|}(_sync); }
            public void L() { lock (_lock) { } _lock.{|LCK1005:Exit|}(); }
        }
        """);

    [Fact]
    public Task UpgradeableWithAWriteInside_EndsInAnyOrder() => Flows.VerifyAsync("""
        class P
        {
            readonly ReaderWriterLockSlim _rw = new();
            public void A()
            {
                _rw.EnterUpgradeableReadLock();
                _rw.EnterWriteLock();
                _rw.ExitWriteLock();
                _rw.ExitUpgradeableReadLock();
            }
            public void B()
            {
                _rw.EnterUpgradeableReadLock();
                _rw.EnterReadLock();
                _rw.ExitUpgradeableReadLock();
                _rw.ExitReadLock();
            }
        }
        """);

    [Fact]
    public Task HeldOnNoPathThatGetsThere() => Flows.VerifyMembersAsync("""
        public void Failed()
        {
            if (_gate.TryEnter())
                _gate.Exit();
            else
                _gate.{|LCK1005:Exit|}();
        }
        public void Inverted()
        {
            bool got = _gate.TryEnter();
            if (!got)
                _gate.{|LCK1005:Exit|}();
            else
                _gate.Exit();
        }
        public void Stale()
        {
            bool got = _gate.TryEnter();
            if (got)
            {
                _gate.Exit();
                got = _gate.TryEnter();
            }
            if (got)
                _gate.Exit();
        }
        """);

    [Fact]
    public Task TryThatMayHaveFailed_IsReleasedInVain() => Flows.VerifyMembersAsync("""
        public void M()
        {
            bool got = _gate.TryEnter();
            _gate.{|LCK1005:Exit|}();
        }
        public void N()
        {
            bool got = false;
            try { got = _gate.TryEnter(); Work(); }
            finally { _gate.{|LCK1005:Exit|}(); }
        }
        public void O()
        {
            bool got = false;
            try { got = _gate.TryEnter(); Work(); }
            finally { if (got) _gate.Exit(); }
        }
        """);

    [Fact]
    public Task TryInEverySpelling() => Flows.VerifyMembersAsync("""
        public void M()
        {
            if (_gate.TryEnter() is true) _gate.Exit();
            if (!_gate.TryEnter()) return;
            _gate.Exit();
            if (_gate.TryEnter() == false) return;
            _gate.Exit();
            var (got, other) = (_gate.TryEnter(), 3);
            if (got) _gate.Exit();
            switch (_gate.TryEnter()) { case true: _gate.Exit(); break; case false: break; }
        }
        public int N() => _gate.TryEnter() ? Leave() : 0;
        private int Leave() { _gate.Exit(); return 1; }
        public void O()
        {
            while (Cond() && _gate.TryEnter()) { _n++; _gate.Exit(); }
            do { Work(); } while (!_gate.TryEnter());
            _gate.Exit();
            for (bool got = _gate.TryEnter(); got; got = _gate.TryEnter()) _gate.Exit();
        }
        """);

    [Fact]
    public Task ShortCircuit_LeaksTheFirst() => Flows.VerifyMembersAsync("""
        public void M()
        {
            if (_gate.{|LCK1004:TryEnter|}() && _other.TryEnter())
            {
                _other.Exit();
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task ScopeWhoseLockWasReleasedByHand() => Flows.VerifyMembersAsync("""
        public void M()
        {
            using var scope = _gate.{|#0:Open|}();
            _gate.Exit();
        }
        public void N()
        {
            using (var scope = new Scope(_gate))
            {
                scope.Release();
                Work();
                scope.Reacquire();
                _n++;
                scope.Release();
            }
        }
        public void O(bool b)
        {
            using var scope = new Scope(_gate);
            if (b) scope.Release();
        }
        public void P()
        {
            var scope = new Scope(_gate);
            scope.Dispose();
            scope.Dispose();
        }
        """, VerifyCS.Diagnostic("LCK1005").WithLocation(0).WithArguments("_gate", "not held any more").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task HelpersReleaseTheirCallersLock() => Flows.VerifyMembersAsync("""
        private void Drop() => _gate.Exit();
        public void Right() { _gate.Enter(); Drop(); }
        public void Wrong() => {|LCK1005:Drop|}();
        public void Visible() => _gate.{|LCK1005:Exit|}();
        [ReleasesLock("_gate")] public void Stated() => _gate.Exit();
        public void User() { _gate.Enter(); Stated(); {|LCK1005:Stated|}(); }
        """);

    [Fact]
    public Task RequiredLock_MayBeDroppedOnlyIfTaken() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] public void M() { _gate.Exit(); Work(); _gate.Enter(); _n++; }
        [RequiresLock("_gate")] public void N() { _gate.Exit(); _gate.{|LCK1005:Exit|}(); _gate.Enter(); }
        public void Finally()
        {
            try { if (Cond()) return; _gate.Enter(); }
            finally { Work(); }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task LambdasHoldNothingOfTheirCreator() => Flows.VerifyMembersAsync("""
        public void M(List<int> items)
        {
            _gate.Enter();
            Action later = () => _gate.{|LCK1005:Exit|}();
            ((Action)(() => _gate.Exit()))();
            _gate.{|LCK1005:Exit|}();
        }
        """);

    [Fact]
    public Task OneFindingForOneCause() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.{|LCK1005:Exit|}();
            _gate.Enter();
            _n++;
            _gate.Exit();
        }
        """);
}
