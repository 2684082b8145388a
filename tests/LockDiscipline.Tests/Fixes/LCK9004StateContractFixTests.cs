using LockDiscipline.CodeFixes;
using Fix = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK9004StateContractFix>;

namespace LockDiscipline.Tests.Fixes;

/// <summary>The contract that was inferred is written down; what is written gives no finding, neither there nor elsewhere.</summary>
public sealed class LCK9004StateContractFixTests
{
    [Fact]
    public Task NeedOfAHelper_AttributeOnALineOfItsOwn() => Fix.VerifyMembersAsync("""
            /// <summary>Reads.</summary>
            private int {|LCK9004:Read|}() => _n;

            public int M() { _gate.Enter(); int r = Read(); _gate.Exit(); return r; }
        """, """
            /// <summary>Reads.</summary>
            [RequiresLock(nameof(_gate))]
            private int Read() => _n;

            public int M() { _gate.Enter(); int r = Read(); _gate.Exit(); return r; }
        """);

    [Fact]
    public Task ReaderOfAReadWriteLock_NeedsItShared() => Fix.VerifyMembersAsync("""
            private int {|LCK9004:Read|}() => _m;
            private void {|LCK9004:Write|}() => _m = 1;

            public int M() { _rw.EnterRead(); int r = Read(); _rw.ExitRead(); return r; }
            public void N() { _rw.EnterWrite(); Write(); Read(); _rw.ExitWrite(); }
        """, """
            [RequiresLock(nameof(_rw), Shared = true)]
            private int Read() => _m;
            [RequiresLock(nameof(_rw))]
            private void Write() => _m = 1;

            public int M() { _rw.EnterRead(); int r = Read(); _rw.ExitRead(); return r; }
            public void N() { _rw.EnterWrite(); Write(); Read(); _rw.ExitWrite(); }
        """);

    [Fact]
    public Task SeveralLocks_AreStatedAtOnce() => Fix.VerifyMembersAsync("""
            private int {|LCK9004:Sum|}() => _n + _k + _m;

            public int M()
            {
                lock (_sync)
                {
                    _gate.Enter();
                    _rw.EnterRead();
                    int r = Sum();
                    _rw.ExitRead();
                    _gate.Exit();
                    return r;
                }
            }
        """, """
            [RequiresLock(nameof(_gate))]
            [RequiresLock(nameof(_sync))]
            [RequiresLock(nameof(_rw), Shared = true)]
            private int Sum() => _n + _k + _m;

            public int M()
            {
                lock (_sync)
                {
                    _gate.Enter();
                    _rw.EnterRead();
                    int r = Sum();
                    _rw.ExitRead();
                    _gate.Exit();
                    return r;
                }
            }
        """);

    [Fact]
    public Task EffectOnEveryPath_IsStated() => Fix.VerifyMembersAsync("""
            private void {|LCK9004:Take|}()
            {
                _gate.Enter();
                _n++;
            }

            private void {|LCK9004:Drop|}()
            {
                _n--;
                _gate.Exit();
            }

            private void {|LCK9004:Pause|}() { _n = 0; _gate.Exit(); Work(); _gate.Enter(); }
            private void {|LCK9004:Leave|}() => _rw.ExitRead();

            public void M() { Take(); Pause(); Drop(); }
            public int N() { _rw.EnterRead(); int r = _m; Leave(); return r; }
        """, """
            [AcquiresLock(nameof(_gate))]
            private void Take()
            {
                _gate.Enter();
                _n++;
            }

            [ReleasesLock(nameof(_gate))]
            private void Drop()
            {
                _n--;
                _gate.Exit();
            }

            [ReleasesTemporarily(nameof(_gate))]
            private void Pause() { _n = 0; _gate.Exit(); Work(); _gate.Enter(); }
            [ReleasesLock(nameof(_rw), Shared = true)]
            private void Leave() => _rw.ExitRead();

            public void M() { Take(); Pause(); Drop(); }
            public int N() { _rw.EnterRead(); int r = _m; Leave(); return r; }
        """);

    [Fact]
    public Task LockOfAParameter_IsNamedByIt() => Fix.VerifyAsync("""
        class Node { internal readonly object Gate = new(); [GuardedBy("Gate")] internal int X; }
        class P
        {
            static int {|LCK9004:Read|}(Node node) { var same = node; return same.X; }
            public int M(Node n) { lock (n.Gate) return Read(n); }
        }
        """, """
        class Node { internal readonly object Gate = new(); [GuardedBy("Gate")] internal int X; }
        class P
        {
            [RequiresLock("node.Gate")]
            static int Read(Node node) { var same = node; return same.X; }
            public int M(Node n) { lock (n.Gate) return Read(n); }
        }
        """);

    [Fact]
    public Task StaticLockOfAnotherType_IsNamedByItsType() => Fix.VerifyAsync("""
        static class Big { internal static readonly object Gate = new(); [GuardedBy("Gate")] internal static int Count; }
        class P
        {
            static int {|LCK9004:Read|}() => Big.Count;
            public int M() { lock (Big.Gate) return Read(); }
        }
        """, """
        static class Big { internal static readonly object Gate = new(); [GuardedBy("Gate")] internal static int Count; }
        class P
        {
            [RequiresLock("Big.Gate")]
            static int Read() => Big.Count;
            public int M() { lock (Big.Gate) return Read(); }
        }
        """);

    [Fact]
    public Task ParameterThatHidesTheLock() => Fix.VerifyMembersAsync("""
            private int {|LCK9004:Read|}(Gate _gate) => _n;
            public int M(Gate other) { _gate.Enter(); int r = Read(other); _gate.Exit(); return r; }
        """, """
            [RequiresLock("this._gate")]
            private int Read(Gate _gate) => _n;
            public int M(Gate other) { _gate.Enter(); int r = Read(other); _gate.Exit(); return r; }
        """);

    [Fact]
    public Task PropertiesAndConstructors() => Fix.VerifyAsync("""
        class Item
        {
            private static readonly object s_gate = new();
            [GuardedBy("s_gate")] private static int s_made;
            private {|LCK9004:Item|}() => s_made++;
            internal static Item Make() { lock (s_gate) return new Item(); }

            private int Made => {|LCK9004:s_made|};
            private int Both
            {
                {|LCK9004:get|} => s_made;
                {|LCK9004:set|} => s_made = value;
            }

            public void M() { lock (s_gate) Both += Made; }
        }
        """, """
        class Item
        {
            private static readonly object s_gate = new();
            [GuardedBy("s_gate")] private static int s_made;
            [RequiresLock(nameof(s_gate))]
            private Item() => s_made++;
            internal static Item Make() { lock (s_gate) return new Item(); }

            private int Made { [RequiresLock(nameof(s_gate))] get => s_made; }
            private int Both
            {
                [RequiresLock(nameof(s_gate))]
                get => s_made;
                [RequiresLock(nameof(s_gate))]
                set => s_made = value;
            }

            public void M() { lock (s_gate) Both += Made; }
        }
        """);

    /// <summary>Every step of a chain is offered at once, in whatever document it is, and in whatever order it is stated.</summary>
    [Fact]
    public Task ChainOverDocuments_ReachesAFixpoint() => Fix.VerifyDocumentsAsync(
        LCK9004StateContractFix.Key,
        ("""
        partial class Tree
        {
            internal readonly object Gate = new();
            [GuardedBy("Gate")] internal int Size;
            internal void Add() { lock (Gate) Insert(3); }
            internal void Clear() { lock (Gate) Walk(0); }
        }
        """, """
        partial class Tree
        {
            internal readonly object Gate = new();
            [GuardedBy("Gate")] internal int Size;
            internal void Add() { lock (Gate) Insert(3); }
            internal void Clear() { lock (Gate) Walk(0); }
        }
        """),
        ("""
        partial class Tree
        {
            private void {|LCK9004:Insert|}(int depth)
            {
                if (depth > 0)
                    Insert(depth - 1);
                Walk(depth);
                Balance.Check(this);
            }

            private void {|LCK9004:Walk|}(int depth) { for (int i = 0; i < depth; i++) Step(); }
            private void {|LCK9004:Step|}() => Size++;
        }
        """, """
        partial class Tree
        {
            [RequiresLock(nameof(Gate))]
            private void Insert(int depth)
            {
                if (depth > 0)
                    Insert(depth - 1);
                Walk(depth);
                Balance.Check(this);
            }

            [RequiresLock(nameof(Gate))]
            private void Walk(int depth) { for (int i = 0; i < depth; i++) Step(); }
            [RequiresLock(nameof(Gate))]
            private void Step() => Size++;
        }
        """),
        ("""
        static class Balance
        {
            internal static void {|LCK9004:Check|}(Tree tree) => Deep(tree);
            static bool {|LCK9004:Deep|}(Tree tree) => tree.Size > 0;
        }
        """, """
        static class Balance
        {
            [RequiresLock("tree.Gate")]
            internal static void Check(Tree tree) => Deep(tree);
            [RequiresLock("tree.Gate")]
            static bool Deep(Tree tree) => tree.Size > 0;
        }
        """));

    [Fact]
    public Task UsingIsAdded() => Fix.VerifyBareAsync("""
        class C
        {
            readonly object _gate = new();
            [LockDiscipline.GuardedBy("_gate")] int _n;
            int {|LCK9004:Read|}() => _n;
            internal int M() { lock (_gate) return Read(); }
        }
        """, """
        using LockDiscipline;

        class C
        {
            readonly object _gate = new();
            [LockDiscipline.GuardedBy("_gate")] int _n;
            [RequiresLock(nameof(_gate))]
            int Read() => _n;
            internal int M() { lock (_gate) return Read(); }
        }
        """);

    [Fact]
    public Task UglyShapes_ReachAFixpoint() => Fix.VerifyAsync("""
        class Cache<T> where T : class
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] readonly Dictionary<int, T> _items = new();
            T? {|LCK9004:Find|}(int key) => _items.TryGetValue(key, out var item) ? item : null;
            TResult {|LCK9004:With|}<TResult>(int key, Func<T?, TResult> use) { var item = Find(key); return use(item); }
            int {|LCK9004:Sum|}() => _items.Keys.Sum(key => key + _items.Count);
            internal int this[string text] { {|LCK9004:get|} => _items.Count; }
            public int M(int key) { lock (_gate) return With(key, static _ => 1) + Sum() + this[""]; }
        }
        class P(object gate)
        {
            [GuardedBy("gate")] int _x;
            int {|LCK9004:Read|}() => _x;
            public int M() { lock (gate) return Read(); }
        }
        class Node { internal readonly object Gate = new(); [GuardedBy("Gate")] internal int X; }
        static class Nodes
        {
            internal static void {|LCK9004:Bump|}(this Node node) => node.X++;
            internal static void M(Node node) { lock (node.Gate) node.Bump(); }
        }
        class Waits
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            [GuardedBy("_sem")] int _n;
            async Task<int> {|LCK9004:ReadAsync|}() { await Task.Yield(); return _n; }
            public async Task<int> M()
            {
                await _sem.WaitAsync();
                try { return await ReadAsync(); }
                finally { _sem.Release(); }
            }
        }
        """, """
        class Cache<T> where T : class
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] readonly Dictionary<int, T> _items = new();
            [RequiresLock(nameof(_gate))]
            T? Find(int key) => _items.TryGetValue(key, out var item) ? item : null;
            [RequiresLock(nameof(_gate))]
            TResult With<TResult>(int key, Func<T?, TResult> use) { var item = Find(key); return use(item); }
            [RequiresLock(nameof(_gate))]
            int Sum() => _items.Keys.Sum(key => key + _items.Count);
            internal int this[string text] { [RequiresLock(nameof(_gate))] get => _items.Count; }
            public int M(int key) { lock (_gate) return With(key, static _ => 1) + Sum() + this[""]; }
        }
        class P(object gate)
        {
            [GuardedBy("gate")] int _x;
            [RequiresLock("gate")]
            int Read() => _x;
            public int M() { lock (gate) return Read(); }
        }
        class Node { internal readonly object Gate = new(); [GuardedBy("Gate")] internal int X; }
        static class Nodes
        {
            [RequiresLock("node.Gate")]
            internal static void Bump(this Node node) => node.X++;
            internal static void M(Node node) { lock (node.Gate) node.Bump(); }
        }
        class Waits
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            [GuardedBy("_sem")] int _n;
            [RequiresLock(nameof(_sem))]
            async Task<int> ReadAsync() { await Task.Yield(); return _n; }
            public async Task<int> M()
            {
                await _sem.WaitAsync();
                try { return await ReadAsync(); }
                finally { _sem.Release(); }
            }
        }
        """);

    /// <summary>What a helper leaves besides stays its callers' when its lock is stated.</summary>
    [Fact]
    public Task WorkLeftPending_StaysTheCallers() => Fix.VerifyAsync("""
        class Mmu
        {
            readonly Gate _lock = new();
            [GuardedBy("_lock")] int _roots;
            [LeavesPending("flush", WhenReturns = true)] public bool Zap(int gfn) => true;
            [Settles("flush")] public void Flush() { }
            private bool {|LCK9004:ZapAll|}() { bool flush = Zap(1); _roots = 0; return flush; }
            public void M() { _lock.Enter(); if (ZapAll()) Flush(); _lock.Exit(); }
        }
        """, """
        class Mmu
        {
            readonly Gate _lock = new();
            [GuardedBy("_lock")] int _roots;
            [LeavesPending("flush", WhenReturns = true)] public bool Zap(int gfn) => true;
            [Settles("flush")] public void Flush() { }
            [RequiresLock(nameof(_lock))]
            private bool ZapAll() { bool flush = Zap(1); _roots = 0; return flush; }
            public void M() { _lock.Enter(); if (ZapAll()) Flush(); _lock.Exit(); }
        }
        """);
}
