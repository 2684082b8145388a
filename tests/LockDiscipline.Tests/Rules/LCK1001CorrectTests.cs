namespace LockDiscipline.Tests.Rules;

/// <summary>Guarded members used under their lock, in every shape in which the lock can be held.</summary>
public sealed class LCK1001CorrectTests
{
    [Fact]
    public Task MonitorInEverySpelling() => Flows.VerifyMembersAsync("""
        public void M(TimeSpan wait)
        {
            lock (_sync) _k++;
            lock (this._sync) this._k++;
            Monitor.Enter(_sync);
            _k++;
            Monitor.Exit(_sync);
            bool taken = false;
            Monitor.Enter(_sync, ref taken);
            _k++;
            if (taken) Monitor.Exit(_sync);
            if (Monitor.TryEnter(_sync)) { _k++; Monitor.Exit(_sync); }
            if (Monitor.TryEnter(_sync, wait)) try { _k++; } finally { Monitor.Exit(_sync); }
            bool got = false;
            try
            {
                Monitor.TryEnter(_sync, 5, ref got);
                if (!got) return;
                _k++;
            }
            finally
            {
                if (got) Monitor.Exit(_sync);
            }
        }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
        public void N() => _t++;
        [GuardedBy("this")] int _t;
        public void O() { lock ({|LCK1011:this|}) _t++; }
        """);

    [Fact]
    public Task ThreadingLock_EveryShape() => Flows.VerifyAsync("""
        class P
        {
            readonly Lock _lock = new();
            [GuardedBy("_lock")] int _x;
            public void M()
            {
                lock (_lock) _x++;
                using (_lock.EnterScope()) _x++;
                _lock.Enter();
                try { _x++; } finally { _lock.Exit(); }
                if (_lock.TryEnter()) { _x++; _lock.Exit(); }
                using var scope = _lock.EnterScope();
                _x++;
            }
            public int X { get { lock (_lock) return _x; } set { lock (_lock) _x = value; } }
        }
        """);

    [Fact]
    public Task ReaderWriterLockSlim_Modes() => Flows.VerifyAsync("""
        class P
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _x;
            public int Read()
            {
                _rw.EnterReadLock();
                try { return _x; } finally { _rw.ExitReadLock(); }
            }
            public void Write()
            {
                _rw.EnterWriteLock();
                try { _x++; } finally { _rw.ExitWriteLock(); }
            }
            public int Upgrade()
            {
                _rw.EnterUpgradeableReadLock();
                try
                {
                    if (_x > 0) return _x;
                    _rw.EnterWriteLock();
                    try { return _x = 1; } finally { _rw.ExitWriteLock(); }
                }
                finally { _rw.ExitUpgradeableReadLock(); }
            }
            public int Try() 
            {
                if (!_rw.TryEnterReadLock(0)) return -1;
                try { return _x; } finally { _rw.ExitReadLock(); }
            }
        }
        """);

    [Fact]
    public Task SpinLockSemaphoreAndMutex() => Flows.VerifyAsync("""
        class P
        {
            SpinLock _spin = new(false);
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly Mutex _mutex = new();
            [GuardedBy("_spin")] int _a;
            [GuardedBy("_sem")] int _b;
            [GuardedBy("_mutex")] int _c;
            public async Task M()
            {
                bool taken = false;
                try { _spin.Enter(ref taken); _a++; } finally { if (taken) _spin.Exit(); }
                _sem.Wait();
                try { _b++; } finally { _sem.Release(); }
                await _sem.WaitAsync().ConfigureAwait(false);
                try { _b++; } finally { _sem.Release(); }
                if (await _sem.WaitAsync(10)) { _b++; _sem.Release(); }
                _mutex.WaitOne();
                try { _c++; } finally { _mutex.ReleaseMutex(); }
                if (_mutex.WaitOne(5)) { _c++; _mutex.ReleaseMutex(); }
            }
        }
        """);

    [Fact]
    public Task ContractsOfTheBody_Hold() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] public void A() => _n++;
        public int B { [RequiresLock("_gate")] get => _n; }
        public int C1 { [RequiresLock("_gate")] get => _n; [RequiresLock("_gate")] set => _n = value; }
        public int this[int i] { [RequiresLock("_gate")] get => _n; [RequiresLock("_gate")] set => _n = value; }
        [AcquiresLock("_gate")] public void D() { _gate.Enter(); _n++; }
        [ReleasesLock("_gate")] public void E() { _n++; _gate.Exit(); }
        [RequiresLock("_rw", Shared = true)] public int F() => _m;
        [ReleasesTemporarily("_gate")] public void G() { _n++; _gate.Exit(); Work(); _gate.Enter(); _n++; }
        public void H() { _gate.AssertHeld(); _n++; }
        public void I() { if (_gate.IsHeld) _n++; }
        """);

    [Fact]
    public Task RefReturnUnderContract() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] public ref int Ref() => ref _n;
        [AcquiresLock("_gate")] public ref int LockRef() { _gate.Enter(); return ref _n; }
        """);

    [Fact]
    public Task ParametersAsLocks() => Flows.VerifyAsync("""
        class Account
        {
            public readonly object Gate = new();
            public readonly int Id;
            [GuardedBy("Gate")] public int Balance;
        }
        class Bank
        {
            [RequiresLock("a.Gate", "b.Gate")] static void Move(Account a, Account b) { a.Balance--; b.Balance++; }
            static void Both(Account from, Account to)
            {
                if (from.Id >= to.Id)
                    return;
                lock (from.Gate)
                lock (to.Gate)
                {
                    Move(b: to, a: from);
                    from.Balance = 0;
                }
            }
            static void Held([System.Diagnostics.CodeAnalysis.NotNull] Account a)
            {
                Account copy = a, other = copy;
                lock (copy.Gate) other.Balance = a.Balance;
            }
        }
        """);

    [Fact]
    public Task NullConditionalAfterLock() => Flows.VerifyAsync("""
        class Account
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int Balance;
        }
        class Bank
        {
            Account? _maybe;
            static int? M(Account? account)
            {
                if (account is null) return null;
                lock (account.Gate) return account?.Balance;
            }
            int N()
            {
                var account = _maybe;
                if (account == null) return 0;
                lock (account.Gate) { return account!.Balance; }
            }
            int O(object given)
            {
                if (given is Account { Gate: var gate } account) lock (gate) return account.Balance;
                return given is Account other ? Take(other) : 0;
            }
            static int Take(Account a) { lock (a.Gate) return a.Balance; }
        }
        """);

    [Fact]
    public Task FreshObjectsAndInitialisers() => Flows.VerifyAsync("""
        class Node
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _x = 1;
            [GuardedBy("_gate")] public int Y { get; set; } = 2;
            [GuardedBy("s_gate")] static int s_z = 3;
            static readonly object s_gate = new();
            static Node() { s_z = 4; }
            public Node() { _x = 2; Y = 3; Local(); void Local() => _x = 4; }
            public int Z { init { _x = value; } }
            public static Node Make()
            {
                var node = new Node { Y = 5 };
                node._x = 3;
                if (node._x > 2) node.Y++;
                return node;
            }
        }
        """);

    [Fact]
    public Task TopLevelStatements()
    {
        var test = new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test
        {
            TestCode = Flows.Complete("""
                lock (Registry.Gate) Registry.Count++;
                Registry.{|LCK1001:Count|}.ToString();
                Local();
                static void Local() { lock (Registry.Gate) Registry.Count = 1; }
                static class Registry
                {
                    public static readonly object Gate = new();
                    [GuardedBy("Gate")] public static int Count;
                }
                """),
        };
        test.TestState.OutputKind = Microsoft.CodeAnalysis.OutputKind.ConsoleApplication;
        return test.RunAsync();
    }

    [Fact]
    public Task PartialClassesAndPartialMembers() => Flows.VerifyAsync("""
        partial class P
        {
            readonly object _gate = new();
            [RequiresLock("_gate")] partial void Step();
            public partial int Value { get; set; }
        }
        partial class P
        {
            [GuardedBy("_gate")] int _x;
            partial void Step() => _x++;
            public partial int Value { get { lock (_gate) return _x; } set { lock (_gate) _x = value; } }
            public void M() { lock (_gate) Step(); }
        }
        """);

    [Fact]
    public Task RefStructsWithLocksInRefFields() => Flows.VerifyAsync("""
        ref struct View
        {
            ref SpinLock _spin;
            readonly Gate _gate;
            [GuardedBy("_gate")] int _x;
            public View(ref SpinLock spin, Gate gate) { _spin = ref spin; _gate = gate; }
            public void M()
            {
                _gate.Enter();
                bool taken = false;
                _spin.Enter(ref taken);
                _x++;
                if (taken) _spin.Exit();
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task ReadonlyMembersOfAStructUnderASharedLock() => Flows.VerifyAsync("""
        struct Range { public int Low, High; public readonly int Length => High - Low; public readonly int Get() => Low; }
        class P
        {
            readonly Shared _rw = new();
            [GuardedBy("_rw")] Range _range;
            static int In(in Range r) => r.Low;
            public int M()
            {
                _rw.EnterRead();
                int r = _range.Length + _range.Get() + _range.Low + In(in _range) + In(_range);
                ref readonly var view = ref _range;
                _rw.ExitRead();
                return r;
            }
        }
        """);

    [Fact]
    public Task NameofIsNoUse_AndWaivedMembersAreSilent() => Flows.VerifyMembersAsync("""
        public string Name => nameof(_n);
        [NoLockAnalysis("statistics only")] public int Racy => _n;
        [NoLockAnalysis("double-checked")] int Peek() => _n;
        [NoLockAnalysis("all of it")] class Inner { void M(C c) => c._n++; }
        """);

    [Fact]
    public Task OwnCopiesOfTheAttributes() => new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test
    {
        TestCode = """
            namespace LockDiscipline
            {
                [System.AttributeUsage(System.AttributeTargets.All, AllowMultiple = true)]
                class GuardedByAttribute : System.Attribute { public GuardedByAttribute(params string[] locks) { } }
            }
            namespace JetLike
            {
                class GuardedByAttribute : System.Attribute { public GuardedByAttribute(string name) { } }
            }
            class P
            {
                readonly object _gate = new();
                [LockDiscipline.GuardedBy("_gate")] int _x;
                [JetLike.GuardedBy("_gate")] int _y;
                [LockDiscipline.GuardedBy(nameof(_gate))] event System.Action? Changed;
                void M()
                {
                    lock (_gate) _x = _y;
                    {|LCK1001:_x|} = {|LCK1001:_y|};
                    {|LCK1001:Changed|} += M;
                }
            }
            """,
    }.RunAsync();
}
