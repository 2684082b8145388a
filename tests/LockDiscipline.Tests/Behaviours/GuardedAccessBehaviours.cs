using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Reading and writing what a lock guards.</summary>
public sealed class GuardedAccessBehaviours
{
    [Fact]
    public Task StaticMember_NeedsItsStaticLock() => LocksOnly.VerifyAsync("""
        static class Counters
        {
            static readonly object Sync = new();
            [GuardedBy("Sync")] static int hits;
            [GuardedBy("Sync")] static int Misses { get; set; }

            static int Wrong() => {|LCK1001:hits|} + Counters.{|LCK1001:Misses|};
            static int Right()
            {
                lock (Sync)
                    return hits + Counters.Misses;
            }
        }
        """);

    [Fact]
    public Task CompoundWrite_IsOneFinding() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly Lock _gate = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_gate")] string? _s;
            [GuardedBy("_gate")] int P { get; set; }

            void Wrong()
            {
                {|LCK1001:_n|}++;
                ++{|LCK1001:_n|};
                this.{|LCK1001:_n|}--;
                {|LCK1001:_n|} <<= 2;
                {|LCK1001:_s|} ??= "";
                {|LCK1001:P|} += 1;
                {|LCK1001:P|}++;
            }
            void Right()
            {
                lock (_gate)
                {
                    _n++;
                    ++_n;
                    _n <<= 2;
                    _s ??= "";
                    P += 1;
                    P++;
                }
            }
        }
        """);

    [Fact]
    public Task AnotherLockHeld_IsNotTheLock() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _a = new();
            readonly SemaphoreSlim _b = new(1, 1);
            [GuardedBy("_a")] int _n;

            void Wrong()
            {
                _b.Wait();
                try { {|LCK1001:_n|} = 1; } finally { _b.Release(); }
            }
            void Right()
            {
                lock (_a)
                    _n = 1;
            }
        }
        """);

    [Fact]
    public Task AnotherInstanceLocked_NamesTheNearMiss() => Flows.VerifyAsync("""
        class C
        {
            internal readonly object Gate = new();
            [GuardedBy("Gate")] internal int N;

            static void Wrong(C a, C b)
            {
                lock (a.{|#1:Gate|})
                    b.{|#0:N|} = 1;
            }
            static void Right(C a, C b)
            {
                lock (b.Gate)
                    b.N = 1;
            }
        }
        """, Flows.Finding("LCK1001", 0, 1));

    [Fact]
    public Task LockDeclaredAfterTheMember_IsTheSame() => LocksOnly.VerifyAsync("""
        class C
        {
            [GuardedBy(nameof(_gate))] int _n;
            int Wrong() => {|LCK1001:_n|};
            int Right() { lock (_gate) return _n; }
            readonly object _gate = new();
        }
        """);

    [Fact]
    public Task SeveralLocks_AllAreNeeded() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _a = new();
            readonly object _b = new();
            [GuardedBy("_a"), GuardedBy("_b")] int _stacked;
            [GuardedBy("_a", "_b")] int _listed;

            int ReadUnderOne()
            {
                lock (_b)
                    return {|LCK1001:_stacked|} + {|LCK1001:_listed|};
            }
            void WriteUnderOne()
            {
                _a.EnterWriteLock();
                {|LCK1001:_stacked|} = 1;
                {|LCK1001:_listed|} = 1;
                _a.ExitWriteLock();
            }
            void WriteWithOneShared()
            {
                lock (_b)
                {
                    _a.EnterReadLock();
                    {|LCK1003:_stacked|} = 1;
                    {|LCK1003:_listed|} = _stacked;
                    _a.ExitReadLock();
                }
            }
            void Right()
            {
                lock (_b)
                {
                    _a.EnterWriteLock();
                    _stacked = _listed++;
                    _a.ExitWriteLock();
                    _a.EnterReadLock();
                    _ = _stacked + _listed;
                    _a.ExitReadLock();
                }
            }
        }
        """);

    [Fact]
    public Task GuardedByAny_ReadNeedsOneWriteNeedsAll() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _a = new();
            readonly Lock _b = new();
            [GuardedByAny("_a", "_b")] int _n;

            int ReadUnderOne(bool c)
            {
                if (c)
                {
                    lock (_a)
                        return _n;
                }
                lock (_b)
                    return _n;
            }
            int ReadUnderNone() => {|LCK1001:_n|};
            void WriteUnderOne()
            {
                lock (_a)
                    {|LCK1001:_n|}++;
                lock (_b)
                    {|LCK1001:_n|}++;
            }
            void WriteUnderBoth()
            {
                lock (_a)
                    lock (_b)
                        _n++;
            }
        }
        """);

    [Fact]
    public Task ContentsOfAGuardedCollection_AreReadThroughIt() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] readonly List<int> _list = new();
            [GuardedBy("_gate")] int[] _array = new int[4];
            [GuardedBy("_gate")] readonly Dictionary<string, int> _map = new();

            void Wrong(int i)
            {
                {|LCK1001:_list|}[i] = 1;
                {|LCK1001:_array|}[i]++;
                {|LCK1001:_map|}["k"] = 2;
                {|LCK1001:_list|}.Add(3);
                _ = {|LCK1001:_array|}[^1];
                _ = {|LCK1001:_array|}[1..2];
                _ = {|LCK1001:_list|} is [1, ..];
            }
            void Right(int i)
            {
                lock (_gate)
                {
                    _list[i] = 1;
                    _array[i]++;
                    _map["k"] = 2;
                    _list.Add(3);
                    _ = _array[^1];
                    _ = _array[1..2];
                    _ = _list is [1, ..];
                }
            }
        }
        """);

    [Fact]
    public Task MethodOfAGuardedStruct_ReadsIfReadonlyWritesOtherwise() => LocksOnly.VerifyAsync("""
        struct Point
        {
            public int X;
            public readonly int Sum() => X;
            public void Move() => X++;
            public int Twice { readonly get => X * 2; set => X = value; }
        }
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] Point _p;

            void M()
            {
                _rw.EnterReadLock();
                _ = _p.Sum();
                _ = _p.Twice;
                {|LCK1003:_p|}.Move();
                {|LCK1003:_p|}.Twice = 4;
                {|LCK1003:_p|}.X = 4;
                _rw.ExitReadLock();
                _rw.EnterWriteLock();
                _p.Move();
                _p.Twice = 4;
                _rw.ExitWriteLock();
            }
        }
        """);

    [Fact]
    public Task Enumeration_ReadsTheCollection() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] readonly List<int> _list = new();
            [GuardedBy("_gate")] int[] _array = [];

            int Wrong()
            {
                int sum = 0;
                foreach (var i in {|LCK1001:_list|})
                    sum += i;
                foreach (ref var i in {|LCK1001:_array|}.AsSpan())
                    sum += i;
                return sum + {|LCK1001:_list|}.Count(i => i > 0) + new List<int> { 1 }.Concat({|LCK1001:_list|}).Sum();
            }
            int Right()
            {
                int sum = 0;
                lock (_gate)
                {
                    foreach (var i in _list)
                        sum += i;
                    foreach (ref var i in _array.AsSpan())
                        sum += i;
                    return sum + _list.Count(i => i > 0);
                }
            }
            int[] Spread() => [.. {|LCK1001:_list|}];
            int[] SpreadUnderLock()
            {
                lock (_gate)
                    return [.. _list];
            }
        }
        """);

    [Fact]
    public Task RefLocal_IsAUseWhereItIsTaken() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_gate")] int[] _a = new int[1];

            void Wrong()
            {
                ref int n = ref {|LCK1001:_n|};
                n = 0;
                ref readonly int m = ref {|LCK1001:_a|}[0];
                _ = m;
            }
            void Right()
            {
                lock (_gate)
                {
                    ref int n = ref _n;
                    n = 0;
                    ref readonly int m = ref _a[0];
                    _ = m;
                }
            }
        }
        """);

    [Fact]
    public Task Pointer_IsAUseWhereItIsTaken() => LocksOnly.VerifyAsync("""
        unsafe class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_gate")] int[] _a = new int[1];
            [GuardedBy("_gate")] fixed_ _f;

            void Wrong()
            {
                fixed (int* p = &{|LCK1001:_n|})
                    *p = 0;
                fixed (int* p = {|LCK1001:_a|})
                    *p = 0;
            }
            void Right()
            {
                lock (_gate)
                {
                    fixed (int* p = &_n)
                        *p = 0;
                    fixed (int* p = _a)
                        *p = 0;
                }
            }
            struct fixed_ { public fixed int X[4]; }
        }
        """);

    [Fact]
    public Task RacyReadThroughAMarkedMember_IsAllowed() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            [NoLockAnalysis("a stale count is good enough for the log")] int RacyCount => _n;

            int Right() => RacyCount;
            int Wrong() => RacyCount + {|LCK1001:_n|};
        }
        """);

    [Fact]
    public Task GuardedDelegate_SubscribingWritesIt() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] Action? _handlers;
            event Action Changed
            {
                add { lock (_gate) _handlers += value; }
                remove => {|LCK1001:_handlers|} -= value;
            }

            void Wrong(Action a)
            {
                {|LCK1001:_handlers|} += a;
                {|LCK1001:_handlers|}?.Invoke();
            }
            void Right(Action a)
            {
                lock (_gate)
                    _handlers += a;
                Changed += a;
                Action? copy;
                lock (_gate)
                    copy = _handlers;
                copy?.Invoke();
            }
        }
        """);

    [Fact]
    public Task TupleAssignment_WritesEachElement() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _a, _b;

            void Wrong(out int x)
            {
                ({|LCK1001:_a|}, x) = (1, 2);
                ({|LCK1001:_a|}, {|LCK1001:_b|}) = ({|LCK1001:_b|}, {|LCK1001:_a|});
                (x, (var y, {|LCK1001:_b|})) = (1, (2, 3));
            }
            void Right(out int x)
            {
                lock (_gate)
                {
                    (_a, x) = (1, 2);
                    (_a, _b) = (_b, _a);
                    (x, (var y, _b)) = (1, (2, 3));
                }
            }
        }
        """);

    [Fact]
    public Task NullConditionalAccess_IsHeldThroughTheSameObject() => LocksOnly.VerifyAsync("""
        class C
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int N;
            [GuardedBy("Gate")] public C? Next;

            static int? Right(C? c)
            {
                if (c is null)
                    return 0;
                lock (c.Gate)
                    return c?.N;
            }
            static int? Wrong(C? c) => c?.{|LCK1001:N|} + c?.{|LCK1001:Next|}?.{|LCK1001:N|};
            static void WrongWrite(C? c) => c?.{|LCK1001:N|} = 3;
            static void RightWrite(C c)
            {
                lock (c.Gate)
                    c?.N = 3;
            }
        }
        """);

    [Fact]
    public Task InheritedMember_UnderTheLockOfTheBase() => LocksOnly.VerifyAsync("""
        class Base
        {
            protected readonly object _gate = new();
            [GuardedBy("_gate")] protected int _n;
            [GuardedBy("_gate")] protected virtual int P { get; set; }
        }
        class Derived : Base
        {
            [GuardedBy("_gate")] int _own;
            int Wrong() => base.{|LCK1001:_n|} + this.{|LCK1001:_own|} + {|LCK1001:P|};
            int Right()
            {
                lock (base._gate)
                    return _n + _own + base.P;
            }
        }
        sealed class Generic<T> : GenericBase<T>
        {
            T? Wrong() => {|LCK1001:_value|};
            T? Right() { lock (_gate) return _value; }
        }
        class GenericBase<T>
        {
            protected readonly object _gate = new();
            [GuardedBy("_gate")] protected T? _value;
        }
        """);

    [Fact]
    public Task OuterInstancesLock_FromANestedClass() => LocksOnly.VerifyAsync("""
        class Outer
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;

            sealed class Inner(Outer outer)
            {
                readonly object _gate = new();
                [GuardedBy("outer._gate")] int _m;

                void Right()
                {
                    lock (outer._gate)
                    {
                        outer._n++;
                        _m++;
                    }
                }
                void Wrong()
                {
                    lock (_gate)
                    {
                        outer.{|LCK1001:_n|}++;
                        {|LCK1001:_m|}++;
                    }
                }
            }
        }
        """);

    [Fact]
    public Task CopyOfARecord_ReadsItsMembersAndIsItsOwn() => LocksOnly.VerifyAsync("""
        record R(object Gate)
        {
            [GuardedBy("Gate")] public int N { get; set; }
        }
        class C
        {
            R Wrong(R r) => {|LCK1001:r with { N = 3 }|};
            R Right(R r) { lock (r.Gate) return r with { N = 1 }; }
        }
        """);
}
