using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Where paths meet, loop, and end.</summary>
public sealed class JoinBehaviours
{
    [Fact]
    public Task ReleasedInOneArm_IsFound() => LocksOnly.VerifyMembersAsync("""
        public void BothArms(bool c)
        {
            Monitor.Enter(_sync);
            if (c) { _k++; Monitor.Exit(_sync); } else Monitor.Exit(_sync);
        }
        public void OneArm(bool c)
        {
            Monitor.{|LCK1004:Enter|}(_sync);
            if (c)
                Monitor.Exit(_sync);
        }
        public void OneArmThenUse(bool c)
        {
            Monitor.Enter(_sync);
            if (c)
                Monitor.{|LCK1008:Exit|}(_sync);
            _k++;
            if (!c)
                Monitor.Exit(_sync);
        }
        public void SwitchArm(int c)
        {
            Monitor.{|LCK1004:Enter|}(_sync);
            switch (c)
            {
                case 0: Monitor.Exit(_sync); break;
                case 1: break;
                default: Monitor.Exit(_sync); break;
            }
        }
        public void EveryArm(int c)
        {
            Monitor.Enter(_sync);
            switch (c)
            {
                case 0: Monitor.Exit(_sync); break;
                case 1: goto default;
                default: Monitor.Exit(_sync); break;
            }
        }
        """);

    [Fact]
    public Task FlagChangedBetween_NoLongerTells() => LocksOnly.VerifyMembersAsync("""
        public void Right(bool c)
        {
            if (c)
                _gate.Enter();
            Work();
            if (c)
                _gate.Exit();
        }
        public void Wrong(bool c)
        {
            if (c)
                _gate.{|LCK1008:Enter|}();
            c = Cond();
            if (c)
                _gate.Exit();
        }
        """);

    [Fact]
    public Task TakenUnlessHeldAlready_ReleasedIfTaken() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new(LockRecursionPolicy.SupportsRecursion);
            readonly Lock _gate = new();
            readonly object _sync = new();
            [GuardedBy("_rw")] int _n;
            [GuardedBy("_gate")] int _m;
            [GuardedBy("_sync")] int _k;

            public int Read()
            {
                bool tookLock = false;
                try
                {
                    if (!_rw.IsReadLockHeld && !_rw.IsWriteLockHeld)
                    {
                        _rw.EnterReadLock();
                        tookLock = true;
                    }
                    return _n;
                }
                finally
                {
                    if (tookLock)
                        _rw.ExitReadLock();
                }
            }
            public void Other()
            {
                var own = !_gate.IsHeldByCurrentThread;
                if (own)
                    _gate.Enter();
                _m++;
                if (own)
                    _gate.Exit();
            }
            public void Third()
            {
                bool entered = Monitor.IsEntered(_sync);
                if (!entered)
                    Monitor.Enter(_sync);
                try { _k++; }
                finally
                {
                    if (!entered)
                        Monitor.Exit(_sync);
                }
            }
            public void Wrong()
            {
                bool entered = Monitor.IsEntered(_sync);
                if (!entered)
                    Monitor.{|LCK1004:Enter|}(_sync);
                _k++;
                if (entered)
                    return;
            }
        }
        """);

    [Fact]
    public Task GotoOverTheRelease_KeepsTheLock() => LocksOnly.VerifyMembersAsync("""
        public int Wrong(bool c)
        {
            Monitor.{|LCK1004:Enter|}(_sync);
            if (c)
                goto done;
            Monitor.Exit(_sync);
        done:
            return 0;
        }
        public int Right(bool c)
        {
            int r = 0;
            Monitor.Enter(_sync);
            if (c)
            {
                r = -1;
                goto unlock;
            }
            _k++;
        unlock:
            Monitor.Exit(_sync);
            return r;
        }
        public void Backwards()
        {
        again:
            Monitor.Enter(_sync);
            if (_k > 0)
            {
                Monitor.Exit(_sync);
                goto again;
            }
            Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task AcquiredInALoop_ReleasedNot() => LocksOnly.VerifyMembersAsync("""
        public void Wrong()
        {
            while (Cond())
                _gate.{|LCK1008:Enter|}();
        }
        public void WrongMonitor(int n)
        {
            for (int i = 0; i < n; i++)
                Monitor.{|LCK1008:Enter|}(_sync);
        }
        public void WrongRelease()
        {
            _gate.Enter();
            do
            {
                _gate.{|LCK1008:Exit|}();
            }
            while (Cond());
        }
        """);

    [Fact]
    public Task DroppedAndTakenAgainInEachRound_IsBalanced() => LocksOnly.VerifyMembersAsync("""
        public void Right()
        {
            _gate.Enter();
            while (_n > 0)
            {
                _n--;
                if (Cond())
                {
                    _gate.Exit();
                    Work();
                    _gate.Enter();
                    continue;
                }
                _n++;
            }
            _gate.Exit();
        }
        public void RightForever()
        {
            while (true)
            {
                _gate.Enter();
                if (_n == 0)
                {
                    _gate.Exit();
                    break;
                }
                _n--;
                _gate.Exit();
            }
        }
        public void RightForeverToo()
        {
            _gate.Enter();
            for (; ; )
            {
                if (_n == 0)
                {
                    _gate.Exit();
                    return;
                }
                _gate.Exit();
                Work();
                _gate.Enter();
            }
        }
        """);

    [Fact]
    public Task BreakWhileDropped_ThenReleased() => LocksOnly.VerifyMembersAsync("""
        public void Wrong()
        {
            _gate.Enter();
            while (_n > 0)
            {
                _gate.{|LCK1008:Exit|}();
                if (Cond())
                    break;
                _gate.Enter();
            }
            _gate.Exit();
        }
        public void Right()
        {
            _gate.Enter();
            while (_n > 0)
            {
                _gate.Exit();
                bool stop = Cond();
                _gate.Enter();
                if (stop)
                    break;
            }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task LeftBetweenTwoLoops_KeepsTheLock() => LocksOnly.VerifyMembersAsync("""
        public void Wrong(int n)
        {
            _gate.{|LCK1004:Enter|}();
            for (int i = 0; i < n; i++)
                _n += i;
            if (_n < 0)
                throw new InvalidOperationException();
            if (_n == 0)
                return;
            for (int i = 0; i < n; i++)
                _n -= i;
            _gate.Exit();
        }
        public void Right(int n)
        {
            _gate.Enter();
            try
            {
                for (int i = 0; i < n; i++)
                    _n += i;
                if (_n < 0)
                    throw new InvalidOperationException();
                if (_n == 0)
                    return;
            }
            finally
            {
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task PathThatNeverReturns_NeedsNoRelease() => LocksOnly.VerifyAsync("""
        static class Fail
        {
            [System.Diagnostics.CodeAnalysis.DoesNotReturn] public static void Now() => throw new Exception();
            public static void Perhaps() { }
        }
        class C
        {
            readonly Lock _gate = new();
            public void Right(int c)
            {
                _gate.Enter();
                if (c == 0)
                    Environment.FailFast("corrupt");
                if (c == 1)
                    Environment.Exit(1);
                if (c == 2)
                    Fail.Now();
                if (c == 3)
                {
                    while (true) { }
                }
                System.Diagnostics.Debug.Assert(c != 4);
                _gate.Exit();
            }
            public void Wrong(int c)
            {
                _gate.{|LCK1004:Enter|}();
                if (c == 2)
                {
                    Fail.Perhaps();
                    return;
                }
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task UnreachableCode_SaysNothing() => LocksOnly.VerifyMembersAsync("""
        public int Right()
        {
            _gate.Enter();
            int n = _n;
            _gate.Exit();
            return n;
            _gate.Exit();
            _n++;
        }
        public void Dead()
        {
            if (false)
                _gate.Enter();
            const bool debug = false;
            if (debug)
                _gate.Exit();
        }
        """);
}
