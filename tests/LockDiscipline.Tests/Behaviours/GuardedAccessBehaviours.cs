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
}
