using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Acquires and releases that match, or do not.</summary>
public sealed class BalanceBehaviours
{
    /// <summary>Every lock of the framework: how it is declared, taken and released.</summary>
    public static TheoryData<string, string, string> Locks => new()
    {
        { "readonly object l = new();", "Monitor.Enter(l);", "Monitor.Exit(l);" },
        { "readonly Lock l = new();", "l.Enter();", "l.Exit();" },
        { "readonly ReaderWriterLockSlim l = new();", "l.EnterReadLock();", "l.ExitReadLock();" },
        { "readonly ReaderWriterLockSlim l = new();", "l.EnterUpgradeableReadLock();", "l.ExitUpgradeableReadLock();" },
        { "readonly ReaderWriterLockSlim l = new();", "l.EnterWriteLock();", "l.ExitWriteLock();" },
        { "readonly SemaphoreSlim l = new(1, 1);", "l.Wait();", "l.Release();" },
        { "readonly Mutex l = new();", "l.WaitOne();", "l.ReleaseMutex();" },
        { "readonly Gate l = new();", "l.Enter();", "l.Exit();" },
        { "SpinLock l;", "bool t = false; l.Enter(ref t);", "l.Exit();" },
    };

    [Theory]
    [MemberData(nameof(Locks))]
    public Task ReleaseWithoutAcquire_IsFound(string field, string acquire, string release) => LocksOnly.VerifyAsync($$"""
        class C
        {
            {{field}}
            public void Wrong()
            {
                {|LCK1005:{{release[..^3]}}|}();
            }
            public void WrongTwice()
            {
                {{acquire}}
                {{release}}
                {|LCK1005:{{release[..^3]}}|}();
            }
            public void Right()
            {
                {{acquire}}
                {{release}}
            }
        }
        """.Replace("{|LCK1005:Monitor.Exit(|}();", "Monitor.{|LCK1005:Exit|}(l);").Replace("{|LCK1005:l.", "l.{|LCK1005:"));

    [Theory]
    [MemberData(nameof(Locks))]
    public Task EarlyReturnInALoop_KeepsTheLock(string field, string acquire, string release) => LocksOnly.VerifyAsync($$"""
        class C
        {
            {{field}}
            public bool Wrong(int[] items)
            {
                {{Marked(acquire)}}
                foreach (var item in items)
                {
                    if (item == 0)
                        return false;
                }
                {{release}}
                return true;
            }
            public bool Right(int[] items)
            {
                {{acquire}}
                foreach (var item in items)
                {
                    if (item == 0)
                    {
                        {{release}}
                        return false;
                    }
                }
                {{release}}
                return true;
            }
            public void WrongContinue(int[] items)
            {
                for (int i = 0; i < items.Length; i++)
                {
                    {{Marked(acquire, "LCK1008")}}
                    if (items[i] == 0)
                        continue;
                    {{release}}
                }
            }
            public void RightContinue(int[] items)
            {
                for (int i = 0; i < items.Length; i++)
                {
                    {{acquire}}
                    if (items[i] == 0)
                    {
                        {{release}}
                        continue;
                    }
                    {{release}}
                }
            }
        }
        """);

    internal static string Marked(string acquire, string id = "LCK1004")
    {
        var dot = acquire.LastIndexOf('.') + 1;
        var end = acquire.IndexOf('(', dot);
        return $"{acquire[..dot]}{{|{id}:{acquire[dot..end]}|}}{acquire[end..]}";
    }

    [Fact]
    public Task HelperThatTakesAnotherLockThanItSays_KeepsThatOne() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly Lock _a = new();
            readonly Lock _b = new();
            [AcquiresLock("_a")] public void Right() => _a.Enter();
            [ReleasesLock("_a")] public void Free() => _a.Exit();
            [AcquiresLock("_a")] public void RightByHelper() => Right();
            public void Caller()
            {
                Right();
                _a.Exit();
                _a.Enter();
                Free();
            }
            public void Wrong() => {|LCK1004:Right|}();
            public void WrongToo() => {|LCK1005:Free|}();
        }
        """);

    [Fact]
    public Task MethodOfALockType_ImplementsTheLock() => LocksOnly.VerifyAsync("""
        [Lock("spin")]
        public sealed class TicketLock
        {
            readonly object _gate = new();
            int _next, _owner;
            [AcquiresLock] public void Enter() { int t = Interlocked.Increment(ref _next); while (Volatile.Read(ref _owner) != t) { } }
            [ReleasesLock] public void Exit() => _owner++;
            [AcquiresLock] public void EnterInner() => Monitor.Enter(_gate);
            [ReleasesLock] public void ExitInner() => Monitor.Exit(_gate);
        }
        """);

    [Fact]
    public Task PrivateHelpers_AreBalancedWhereTheyAreCalled() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            private void Begin() => Monitor.Enter(_gate);
            private void End() => Monitor.Exit(_gate);
            private bool TryBegin() => Monitor.TryEnter(_gate);
            private void BeginBoth(C other) { Begin(); other.Begin(); }

            public void Right()
            {
                Begin();
                _n++;
                End();
            }
            public void RightTry()
            {
                if (!TryBegin())
                    return;
                try { _n++; } finally { End(); }
            }
            public void RightBoth(C other)
            {
                BeginBoth(other);
                other._n = _n;
                End();
                other.End();
            }
            public void Wrong(bool c)
            {
                {|LCK1004:Begin|}();
                if (c)
                    return;
                End();
            }
            public void WrongToo()
            {
                {|LCK1005:End|}();
            }
            public void WrongBoth(C other)
            {
                {|LCK1004:BeginBoth|}(other);
                End();
            }
        }
        """);

    [Fact]
    public Task ReleaseByResult_IsFollowedOnEachBranch() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly Lock _gate = new();
            int _refs;
            [GuardedBy("_gate")] int _n;
            private bool PutAndUnlock()
            {
                if (--_refs > 0)
                    return false;
                _gate.Exit();
                return true;
            }
            public void Right()
            {
                _gate.Enter();
                if (PutAndUnlock())
                    return;
                _n++;
                _gate.Exit();
            }
            public void Wrong()
            {
                _gate.Enter();
                if (PutAndUnlock())
                {
                    {|LCK1001:_n|}++;
                    return;
                }
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task DroppedAndTakenAgainByAHelper_IsHeldAfterIt() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            private void Yield()
            {
                Monitor.Exit(_gate);
                Thread.Yield();
                Monitor.Enter(_gate);
            }
            [ReleasesTemporarily("_gate")]
            public void Stated()
            {
                _n++;
                Yield();
                _n++;
            }
            public void Right()
            {
                lock (_gate)
                {
                    _n++;
                    Yield();
                    _n++;
                    Stated();
                    _n++;
                }
            }
            public void Wrong()
            {
                {|LCK1002:Stated|}();
            }
        }
        """);
}
