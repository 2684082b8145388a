namespace LockDiscipline.Tests.Behaviours;

/// <summary>Attempts that say by an error number that they failed.</summary>
public sealed class ErrnoAttemptBehaviours
{
    [Fact]
    public Task AttemptThatReturnsAnError_HoldsTheLockWithoutOne() => LocksOnly.VerifyAsync("""

        [Lock("mutex")]
        public class Mutex
        {
            [TryAcquiresLock] public Errno LockInterruptible() => Errno.Success;
            [TryAcquiresLock] public int LockKillable() => 0;
            [ReleasesLock] public void Unlock() { }
        }
        public class C
        {
            readonly Mutex _mutex = new();
            [GuardedBy("_mutex")] int _n;
            public Errno Right()
            {
                var error = _mutex.LockInterruptible();
                if (error != Errno.Success)
                    return error;
                _n = 1;
                _mutex.Unlock();
                return Errno.Success;
            }
            public int RightSign()
            {
                int error = _mutex.LockKillable();
                if (error < 0)
                    return error;
                _n = 1;
                _mutex.Unlock();
                return 0;
            }
            public int WrongBranch()
            {
                int error = _mutex.LockKillable();
                if (error != 0)
                {
                    {|LCK1001:_n|} = 2;
                    return error;
                }
                _mutex.Unlock();
                return 0;
            }
            public int WrongKept()
            {
                int error = _mutex.{|LCK1004:LockKillable|}();
                if (error < 0)
                    return error;
                _n = 1;
                return 0;
            }
            public void WrongIgnored() => _mutex.{|LCK1009:LockInterruptible|}();
            [TryAcquiresLock("_mutex")] public int Stated() => _mutex.LockKillable();
            [TryAcquiresLock("_mutex")]
            public int {|LCK9003:WrongStated|}()
            {
                int error = _mutex.LockKillable();
                if (error != 0)
                    return error;
                _mutex.Unlock();
                return 0;
            }
        }
        """);
}
