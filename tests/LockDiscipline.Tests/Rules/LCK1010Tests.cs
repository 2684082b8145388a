using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Lock scopes that nothing disposes.</summary>
public sealed class LCK1010Tests
{
    [Fact]
    public Task DroppedScope_IsFound() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.{|#0:Open|}();
            _n++;
        {|#1:}|}
        """, VerifyCS.Diagnostic("LCK1010").WithLocation(0).WithLocation(1).WithArguments("_gate"));

    [Fact]
    public Task ScopeInAVariableOnly_IsFound() => Flows.VerifyMembersAsync("""
        public void M()
        {
            var scope = _gate.{|LCK1010:Open|}();
            _n++;
        }
        public void N()
        {
            var scope = new {|LCK1010:Scope|}(_gate);
            var copy = scope;
        }
        public void O() => _ = _gate.{|LCK1010:Open|}();
        public void P() => new {|LCK1010:Scope|}(_gate);
        """);

    [Fact]
    public Task ThreadingLockScope() => Flows.VerifyAsync("""
        class P
        {
            readonly Lock _lock = new();
            [GuardedBy("_lock")] int _x;
            public void Wrong() { _lock.{|LCK1010:EnterScope|}(); _x++; }
            public void Variable() { var s = _lock.{|LCK1010:EnterScope|}(); _x++; }
            public void Right() { var s = _lock.EnterScope(); _x++; s.Dispose(); {|LCK1001:_x|}++; }
            public void Try() { var s = _lock.EnterScope(); try { _x++; } finally { s.Dispose(); } }
            public void Using() { using var s = _lock.EnterScope(); _x++; }
        }
        """);

    [Fact]
    public Task DisposedOnOnePathOnly_IsFound() => Flows.VerifyMembersAsync("""
        public void M()
        {
            var scope = _gate.{|LCK1010:Open|}();
            if (_n > 3)
                return;
            scope.Dispose();
        }
        public void N()
        {
            var scope = _gate.Open();
            if (_n > 3)
            {
                scope.Dispose();
                return;
            }
            scope.Dispose();
        }
        """);

    [Fact]
    public Task StoredReturnedPassedOrMoved_IsSilent() => Flows.VerifyMembersAsync("""
        Scope _scope;
        readonly List<IDisposable> _scopes = new();
        IDisposable[] _array = new IDisposable[1];
        static void Keep(IDisposable d) { }
        public void Stored() => _scope = _gate.Open();
        public void Collected() => _scopes.Add(_gate.Open());
        public void Element() => _array[0] = _gate.Open();
        public void Passed() => Keep(_gate.Open());
        public Scope Returned() { var s = _gate.Open(); _n++; return s; }
        public IDisposable Boxed() => _gate.Open();
        public void Out(out Scope scope) => scope = _gate.Open();
        public void Ref(ref Scope scope) => scope = new Scope(_gate);
        public (Scope, int) Tuple() => (_gate.Open(), 1);
        public Scope[] Array() => new[] { _gate.Open() };
        public void Captured() { var s = _gate.Open(); Task.Run(() => s.Dispose()); }
        public void Moved() { var s = _gate.Open(); using var t = s; _n++; }
        public void Using() { var s = _gate.Open(); using (s) _n++; }
        public void Null() { using (Cond() ? _gate.Open() : null) Work(); }
        """);

    [Fact]
    public Task ReturnedByContractOrHelper_HeldInTheCaller() => Flows.VerifyMembersAsync("""
        [AcquiresLock("_gate")] public Scope Stated() => new Scope(_gate);
        private Scope Inferred() => _gate.Open();
        public void M()
        {
            using (Stated()) _n++;
            using (Inferred()) _n++;
            using var s = Stated();
            _n++;
        }
        public void Wrong()
        {
            {|LCK1010:Stated|}();
            _n++;
        }
        public void WrongToo()
        {
            {|LCK1010:Inferred|}();
            _n++;
        }
        """);

    [Fact]
    public Task ConditionalScopes() => Flows.VerifyMembersAsync("""
        public void M(bool b)
        {
            Scope s = null;
            if (b) s = _gate.Open();
            Work();
            s?.Dispose();
        }
        public void N(bool b)
        {
            Scope s = b ? _gate.Open() : null;
            try { if (b) _n++; } finally { if (s != null) s.Dispose(); }
        }
        public void O(bool b)
        {
            using Scope s = b ? _gate.Open() : null;
            if (b) _n++;
        }
        """);

    [Fact]
    public Task ScopeInALoop() => Flows.VerifyMembersAsync("""
        public void M(int[] items)
        {
            foreach (var i in items)
            {
                using var s = _gate.Open();
                if (i > 3) continue;
                if (i > 4) break;
                _n++;
            }
            foreach (var i in items)
            {
                var s = _gate.Open();
                _n++;
                s.Dispose();
            }
        }
        """);

    [Fact]
    public Task TryScopes_NullMeansNotHeld() => Flows.VerifyAsync("""
        class Box
        {
            public readonly Gate Gate = new();
            [GuardedBy("Gate")] public int X;
            [TryAcquiresLock("Gate")] public Scope? TryOpen() => null;
        }
        class User
        {
            public void Right(Box box)
            {
                using var scope = box.TryOpen();
                if (scope is null)
                    return;
                box.X++;
            }
            public void RightToo(Box box)
            {
                using (var scope = box.TryOpen())
                {
                    if (scope != null)
                        box.X++;
                }
            }
            public void Wrong(Box box)
            {
                using var scope = box.TryOpen();
                if (scope == null)
                    box.{|LCK1001:X|}++;
            }
            public void Dropped(Box box)
            {
                var scope = box.{|LCK1010:TryOpen|}();
                if (scope != null)
                    box.X++;
            }
        }
        """);

    [Fact]
    public Task AsyncScope() => Flows.VerifyAsync("""
        [ScopedLock]
        struct AsyncScope : IAsyncDisposable, IDisposable
        {
            [AcquiresLock("gate")] public AsyncScope(SemaphoreSlim gate) { }
            public void Dispose() { }
            public ValueTask DisposeAsync() => default;
        }
        class P
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            [GuardedBy("_sem")] int _x;
            public async Task A() { await using var s = new AsyncScope(_sem); _x++; await Task.Yield(); _x++; }
            public async Task B() { await using (new AsyncScope(_sem)) _x++; {|LCK1001:_x|}++; }
            public void C() { using (new AsyncScope(_sem)) { _x++; } {|LCK1001:_x|}++; }
            public void D() { var s = new {|LCK1010:AsyncScope|}(_sem); _x++; }
        }
        """);

    [Fact]
    public Task SharedScope_ReadsOnly() => Flows.VerifyAsync("""
        [ScopedLock]
        ref struct ReadScope
        {
            [AcquiresLock("rw", Shared = true)] public ReadScope(Shared rw) { }
            public void Dispose() { }
        }
        class P
        {
            readonly Shared _rw = new();
            [GuardedBy("_rw")] int _x;
            public void A() { using var s = new ReadScope(_rw); _ = _x; {|LCK1003:_x|} = 1; }
            public void B() { new {|LCK1010:ReadScope|}(_rw); }
        }
        """);

    [Fact]
    public Task ScopeReleasedEarlyThenUsed() => Flows.VerifyMembersAsync("""
        public void M()
        {
            using var s = new Scope(_gate);
            _n++;
            s.Release();
            {|LCK1001:_n|}++;
            s.Reacquire();
            _n++;
        }
        """);

    [Fact]
    public Task InternalScopeTypesWithCode_AreTakenAtTheirWord() => Flows.VerifyAsync("""
        [ScopedLock]
        sealed class Section : IDisposable
        {
            readonly Gate _gate;
            bool _done;
            [AcquiresLock("gate")] public Section(Gate gate) { _gate = gate; gate.Enter(); }
            public void Dispose()
            {
                if (_done) return;
                _done = true;
                _gate.Exit();
            }
        }
        [ScopedLock]
        struct Read : IDisposable
        {
            Shared _rw;
            [AcquiresLock("rw", Shared = true)] public Read(Shared rw) { _rw = rw; rw.EnterRead(); }
            public void Dispose() => _rw.ExitRead();
        }
        class P
        {
            readonly Gate _gate = new();
            readonly Shared _rw = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_rw")] int _m;
            [AcquiresLock("_gate")] Section Enter() => new Section(_gate);
            public void A() { using (new Section(_gate)) _n++; using var s = Enter(); _n++; }
            public int B() { using var s = new Read(_rw); return _m; }
            public void C() { var s = new Section(_gate); try { _n++; } finally { s.Dispose(); } {|LCK1001:_n|}++; }
            public void D() { new {|LCK1010:Section|}(_gate); }
        }
        """);

    /// <summary>An object that takes its lock and hands itself out as the scope is still that object where another one passes it on.</summary>
    [Fact]
    public Task HelperReturnsItselfAsTheScope() => Flows.VerifyAsync("""
        class Section : IDisposable
        {
            readonly object _sync;
            public Section(object sync) => _sync = sync;
            public IDisposable Open() { Monitor.Enter(_sync); return this; }
            public void Dispose() => Monitor.Exit(_sync);
        }
        class C
        {
            readonly Section _section = new(new object());
            int _n;
            public IDisposable Read() => _section.Open();
            public IDisposable Write() { var opened = _section.Open(); _n++; return opened; }
            public void Bad() { _section.{|LCK1010:Open|}(); _n++; }
        }
        """);

    /// <summary>A scope in a tuple is its caller's to end; nothing is said of the lock from there on.</summary>
    [Fact]
    public Task ReturnedInATuple_IsTheCallersToDispose() => Flows.VerifyMembersAsync("""
        (Scope Section, int Value) Take() => (_gate.Open(), 1);
        private (Scope, int) Again(bool b)
        {
            if (b)
                return Take();
            var scope = _gate.Open();
            return (scope, _n);
        }
        public void M()
        {
            var (scope, value) = Take();
            using (scope)
                _n += value;
        }
        public void N()
        {
            var taken = Take();
            try { _n++; } finally { taken.Section.Dispose(); }
        }
        (Scope, int) Forgets()
        {
            var scope = _gate.{|LCK1010:Open|}();
            return (null, _n);
        }
        """);
}
