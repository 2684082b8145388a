namespace LockDiscipline.Tests.Behaviours;

/// <summary>Attempts to acquire that a type states of its own methods: what they answer, and that their bodies do what they say.</summary>
public sealed class OwnAttemptBehaviours
{
    [Fact]
    public Task BodyOfAnAttempt_MustFailWithoutTheLock() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly Lock _a = new(), _b = new();
            [TryAcquiresLock("_a")] public bool Right(bool c)
            {
                if (!_a.TryEnter())
                    return false;
                if (c)
                    return true;
                _a.Exit();
                return false;
            }
            [TryAcquiresLock("_a", "_b")] public bool Wrong()
            {
                if (!_a.{|LCK1004:TryEnter|}())
                    return false;
                if (!_b.TryEnter())
                    return false;
                return true;
            }
            [TryAcquiresLock("_a")] public bool RightByResult() => _a.TryEnter();
            [TryAcquiresLock("_a", Result = false)] public bool RightNegated() => !_a.TryEnter();
            [TryAcquiresLock("_a")] public bool RightBlocking() { _a.Enter(); return true; }
        }
        """);

    [Fact]
    public Task ResultWithOtherPolarity_IsRead() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            [TryAcquiresLock("_gate", Result = false)] public bool Interrupted() => !Monitor.TryEnter(_gate);
            public void Right()
            {
                if (Interrupted())
                    return;
                _n++;
                Monitor.Exit(_gate);
            }
            public void Wrong()
            {
                if (Interrupted())
                    {|LCK1001:_n|}++;
                else
                    Monitor.Exit(_gate);
            }
        }
        """);

    [Fact]
    public Task ReferenceThatIsNullOnFailure_IsTheWitness() => LocksOnly.VerifyAsync("""
        class Pool
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int N;
            [TryAcquiresLock("return.Gate")]
            public static Pool? Lock(Pool p) => Monitor.TryEnter(p.Gate) ? p : null;
        }
        class User
        {
            void Right(Pool p)
            {
                if (Pool.Lock(p) is { } locked)
                {
                    locked.N++;
                    Monitor.Exit(locked.Gate);
                }
                var again = Pool.Lock(p);
                if (again == null)
                    return;
                again.N++;
                Monitor.Exit(again.Gate);
            }
            void Wrong(Pool p)
            {
                var locked = Pool.{|LCK1004:Lock|}(p);
                if (locked != null)
                    return;
                {|LCK1001:p.N|}++;
            }
        }
        """.Replace("{|LCK1001:p.N|}", "p.{|LCK1001:N|}"));
}
