namespace LockDiscipline.Tests.KernelBugs;

/// <summary>The way out of a section: forgotten, in the wrong mode, done by somebody else already.</summary>
public sealed class UnlockTests
{
    // ipc/sem.c, semctl_main: of two nested locks, an early exit releases one, or none.
    [Fact]
    public Task TwoLocksOnTheWayOut_SemctlMain() => Kernel.VerifyAsync("""
        public class Semaphores
        {
            [Lock("rcu", Reentrant = true)]
            public class Rcu { [AcquiresLock(Shared = true)] public void ReadLock() { } [ReleasesLock(Shared = true)] public void ReadUnlock() { } }
            public class Array { public readonly Spin Lock = new(); [GuardedBy("Lock")] public bool Deleted; public int Count; }
            readonly Rcu rcu = new();
            [RequiresLock("rcu", Shared = true)] [return: ValidUnder("rcu")] Array? Find(int id) => null;

            public Errno Before(int id, int number)
            {
                rcu.{|LCK1004:ReadLock|}();
                var array = Find(id);
                if (array is null)
                {
                    rcu.ReadUnlock();
                    return Errno.NoMemory;
                }
                if (number >= array.Count)
                    return Errno.Again;
                array.Lock.{|LCK1004:Enter|}();
                if (array.Deleted)
                {
                    rcu.ReadUnlock();
                    return Errno.Again;
                }
                array.Lock.Exit();
                rcu.ReadUnlock();
                return Errno.Success;
            }

            public Errno After(int id, int number)
            {
                var ret = Errno.Success;
                rcu.ReadLock();
                var array = Find(id);
                if (array is null)
                {
                    rcu.ReadUnlock();
                    return Errno.NoMemory;
                }
                if (number >= array.Count)
                {
                    ret = Errno.Again;
                    goto unlock;
                }
                array.Lock.Enter();
                if (array.Deleted)
                    ret = Errno.Again;
                array.Lock.Exit();
            unlock:
                rcu.ReadUnlock();
                return ret;
            }
        }
        """);

    // drivers/usb/core/hub.c and others: the loop goes on to the next device with this one locked.
    [Fact]
    public Task ContinueWithTheElementLocked_UsbHub() => Kernel.VerifyAsync("""
        public class Hub
        {
            public class Device { public readonly Gate Lock = new(); [GuardedBy("Lock")] public bool Suspended; public int State; }
            static Errno Resume(Device device) => Errno.Success;
            public int Before(Device[] devices)
            {
                int failed = 0;
                foreach (var device in devices)
                {
                    device.Lock.{|LCK1008:Enter|}();
                    if (!device.Suspended)
                        continue;
                    if (Resume(device) != Errno.Success)
                        failed++;
                    device.Lock.Exit();
                }
                return failed;
            }
            public int After(Device[] devices)
            {
                int failed = 0;
                foreach (var device in devices)
                {
                    device.Lock.Enter();
                    if (device.Suspended && Resume(device) != Errno.Success)
                        failed++;
                    device.Lock.Exit();
                }
                return failed;
            }
        }
        """);

    // drivers/gpu/drm/amd/amdgpu, reset domain: the early exit releases in the other mode.
    [Fact]
    public Task ReadUnlockOfAWriteLock_AmdgpuReset() => Kernel.VerifyAsync("""
        public class Reset
        {
            readonly Shared _domain = new();
            [GuardedBy("_domain")] int _state;
            static bool Hung() => false;
            public bool Before(bool full)
            {
                _domain.EnterWrite();
                if (!Hung())
                {
                    _domain.{|LCK1005:ExitRead|}();
                    return false;
                }
                _state++;
                _domain.ExitWrite();
                return full;
            }
            public bool After(bool full)
            {
                _domain.EnterWrite();
                bool hung = Hung();
                if (hung)
                    _state++;
                _domain.ExitWrite();
                return hung && full;
            }
        }
        """);

    // fs, write_begin functions: on failure the helper has unlocked the folio; the caller jumps to the label that unlocks it.
    [Fact]
    public Task HelperHasUnlockedAlready_BlockWrite() => Kernel.VerifyAsync("""
        public class Folios
        {
            public class Folio { public readonly Gate Lock = new(); public bool Valid; }
            static Errno ReadBlock(Folio folio) => Errno.Success;
            // Unlocks the folio where it fails.
            private static Errno Prepare(Folio folio, ulong from)
            {
                if (folio.Valid)
                    return Errno.Success;
                var ret = ReadBlock(folio);
                if (ret != Errno.Success)
                {
                    folio.Lock.Exit();
                    return ret;
                }
                folio.Valid = true;
                return Errno.Success;
            }

            public Errno Before(Folio folio)
            {
                folio.Lock.Enter();
                var ret = {|LCK1008:Prepare|}(folio, 0);
                if (ret != Errno.Success)
                    goto unlock;
                folio.Valid = true;
            unlock:
                folio.Lock.Exit();
                return ret;
            }

            public Errno After(Folio folio)
            {
                folio.Lock.Enter();
                var ret = Prepare(folio, 0);
                if (ret != Errno.Success)
                    return ret;
                folio.Valid = true;
                folio.Lock.Exit();
                return Errno.Success;
            }
        }
        """);

    // kernel/time/posix-timers.c, timer_settime: the look-up gives the timer back locked.
    [Fact]
    public Task LockedByTheLookUp_PosixTimers() => Kernel.VerifyAsync("""
        public class PosixTimers
        {
            public class Timer { public readonly Spin Lock = new(); [GuardedBy("Lock")] public bool Active; [GuardedBy("Lock")] public long Left; }
            [TryAcquiresLock("return.Lock")] static Timer? LockTimer(int id) => null;
            static bool TryCancel(Timer timer) => true;

            public static Errno Before(int id, long value)
            {
                var timer = {|LCK1004:LockTimer|}(id);
                if (timer is null)
                    return Errno.NoMemory;
                if (!timer.Active)
                    return Errno.Again;
                timer.Left = value;
                timer.Lock.Exit();
                return Errno.Success;
            }

            public static Errno After(int id, long value)
            {
                while (true)
                {
                    var timer = LockTimer(id);
                    if (timer is null)
                        return Errno.NoMemory;
                    if (!TryCancel(timer))
                    {
                        timer.Lock.Exit();
                        continue;
                    }
                    var ret = timer.Active ? Errno.Success : Errno.Again;
                    if (timer.Active)
                        timer.Left = value;
                    timer.Lock.Exit();
                    return ret;
                }
            }
        }
        """);

    // drivers/md/dm.c, dm_get_live_table: a check between get and put returns.
    [Fact]
    public Task ReadSectionLeftOpen_DeviceMapper() => Kernel.VerifyAsync("""
        public class Dm
        {
            public class Table { public int Targets; }
            readonly Srcu io = new();
            [GuardedByAny("io", "suspend")] Table? map;
            readonly Gate suspend = new();

            public Errno Before(int target)
            {
                int index = io.{|LCK1004:ReadLock|}();
                var table = map;
                if (table is null || target >= table.Targets)
                    return Errno.Again;
                io.ReadUnlock(index);
                return Errno.Success;
            }

            public Errno After(int target)
            {
                var ret = Errno.Again;
                int index = io.ReadLock();
                var table = map;
                if (table is null)
                    goto done;
                if (target < table.Targets)
                    ret = Errno.Success;
            done:
                io.ReadUnlock(index);
                return ret;
            }
        }
        """);

    // kernel/bpf/stackmap.c: the attempt to take the lock fails, and the common end releases it.
    [Fact]
    public Task ReleasedAfterAFailedAttempt_StackMap() => Kernel.VerifyAsync("""
        public class StackMap
        {
            [Lock("rwsem")] public class Sem { [TryAcquiresLock(Shared = true)] public bool TryRead() => true; [ReleasesLock(Shared = true)] public void ReadDone() { } }
            readonly Sem sem = new();
            [GuardedBy("sem")] int areas;
            public int Before(bool user)
            {
                int n = 0;
                if (sem.TryRead())
                    n = areas;
                if (user)
                    n++;
                sem.{|LCK1005:ReadDone|}();
                return n;
            }
            public int After(bool user)
            {
                bool locked = user && sem.TryRead();
                int n = 0;
                if (!locked)
                    return -1;
                n = areas;
                sem.ReadDone();
                return n;
            }
        }
        """);

    // fs/io_uring.c: the cancel path takes the ring lock that its caller holds.
    [Fact]
    public Task TakenAgainThreeCallsDown_IoUring() => Kernel.VerifyAsync("""
        public class Uring
        {
            readonly Gate _uring = new();
            [GuardedBy("_uring")] int _inflight;
            private void Flush(bool all) { while (all && Pending()) CancelOne(); }
            static bool Pending() => false;
            private void CancelOne() { _uring.Enter(); _inflight--; _uring.Exit(); }
            public void Before(bool all)
            {
                _uring.Enter();
                if (_inflight > 0)
                    {|LCK1006:Flush|}(all);
                _uring.Exit();
            }
            public void After(bool all)
            {
                _uring.Enter();
                bool any = _inflight > 0;
                _uring.Exit();
                if (any)
                    Flush(all);
            }
        }
        """);

    // mutex_lock_killable without a look at its result.
    [Fact]
    public Task InterruptedAttemptTakenForALock() => Kernel.VerifyAsync("""
        public class Killable
        {
            [Lock("mutex")] public class Mutex2 { [TryAcquiresLock] public bool LockKillable() => true; [ReleasesLock] public void Unlock() { } }
            readonly Mutex2 _m = new();
            [GuardedBy("_m")] int _n;
            public void Before() { _m.{|LCK1009:LockKillable|}(); _n++; _m.Unlock(); }
            public bool After() { if (!_m.LockKillable()) return false; _n++; _m.Unlock(); return true; }
        }
        """);

    // begin functions that leave the lock held unless they return an error, in each form of result.
    [Fact]
    public Task LockedOnSuccessOnly_Helpers() => Kernel.VerifyAsync("""
        public class HelperErr
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            static Errno Check() => Errno.Success;
            static int Code() => 0;
            // Locked on success only.
            private Errno Begin()
            {
                _gate.Enter();
                var ret = Check();
                if (ret != Errno.Success)
                    _gate.Exit();
                return ret;
            }
            private int BeginCode()
            {
                _gate.Enter();
                int ret = Code();
                if (ret < 0)
                {
                    _gate.Exit();
                    return ret;
                }
                return 0;
            }
            private Result<int> BeginResult()
            {
                _gate.Enter();
                var r = Read();
                if (r.IsError)
                    _gate.Exit();
                return r;
            }
            static Result<int> Read() => default;
            public Errno A() { var ret = Begin(); if (ret != Errno.Success) return ret; _n++; _gate.Exit(); return ret; }
            public Errno AWrong() { var ret = {|LCK1008:Begin|}(); _n++; _gate.Exit(); return ret; }
            public Errno ALeak() { var ret = {|LCK1004:Begin|}(); if (ret != Errno.Success) return ret; if (_n > 3) return Errno.Again; _gate.Exit(); return ret; }
            public int B() { int ret = BeginCode(); if (ret < 0) return ret; _n++; _gate.Exit(); return 0; }
            public int BNot() { int ret = BeginCode(); if (ret != 0) return ret; _n++; _gate.Exit(); return 0; }
            public Errno D() { var r = BeginResult(); if (r.IsError) return r.Error; _n += r.Value; _gate.Exit(); return Errno.Success; }
        }
        """);
}
