using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>What counts as a read or a write of what is guarded: contents, structs, references to it, copies.</summary>
public sealed class GuardedContentsBehaviours
{
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
