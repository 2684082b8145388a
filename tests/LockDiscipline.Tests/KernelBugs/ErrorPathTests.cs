namespace LockDiscipline.Tests.KernelBugs;

/// <summary>What goes wrong on the way out: flushes, errors and locks that an early exit forgets.</summary>
public sealed class ErrorPathTests
{
    /// <summary>A step within the loop fails and returns: what was zapped before is not flushed any more.</summary>
    [Fact]
    public Task FlushSkippedByAnEarlyReturn_ShadowMmu() => Kernel.VerifyAsync("""
        public class Mmu
        {
            readonly Kvm kvm = new();
            public Errno Split(ulong start, ulong end)
            {
                bool flush = false;
                var ret = Errno.Success;
                kvm.MmuLock.Write();
                for (ulong gfn = start; gfn < end; gfn += 512)
                {
                    flush |= kvm.ZapRange(gfn, gfn + 512);
                    ret = kvm.MakePagesAvailable();
                    if (ret != Errno.Success)
                    {
                        kvm.MmuLock.{|LCK5003:WriteDone|}();
                        return ret;
                    }
                }

                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
                return ret;
            }

            public Errno Fixed(ulong start, ulong end)
            {
                bool flush = false;
                var ret = Errno.Success;
                kvm.MmuLock.Write();
                for (ulong gfn = start; gfn < end; gfn += 512)
                {
                    flush |= kvm.ZapRange(gfn, gfn + 512);
                    ret = kvm.MakePagesAvailable();
                    if (ret != Errno.Success)
                        break;
                }

                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
                return ret;
            }
        }
        """);

    /// <summary>The helper zaps under the caller's lock, states that, and leaves the flush to the caller, who has one exit without it.</summary>
    [Fact]
    public Task FlushOfAHelperForgottenOnOnePath() => Kernel.VerifyAsync("""
        public class Mmu
        {
            readonly Kvm kvm = new();
            [RequiresLock("kvm.MmuLock")]
            private bool ZapObsolete(ulong gfn)
            {
                bool flush = false;
                for (ulong i = 0; i < 4; i++)
                    flush |= kvm.ZapRange(gfn + i, gfn + i + 1);
                return flush;
            }

            public void Recover(ulong gfn, bool all)
            {
                kvm.MmuLock.Write();
                bool flush = ZapObsolete(gfn);
                if (!all)
                {
                    kvm.MmuLock.{|LCK5003:WriteDone|}();
                    return;
                }

                flush |= ZapObsolete(gfn + 4);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }

            public void Fixed(ulong gfn, bool all)
            {
                kvm.MmuLock.Write();
                bool flush = ZapObsolete(gfn);
                if (all)
                    flush |= ZapObsolete(gfn + 4);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
        }
        """);

    /// <summary>The lock is dropped to fill the caches after the recheck, taken again, and the page is mapped without another look.</summary>
    [Fact]
    public Task MappedWithoutARecheckAfterTheLockWasDropped() => Kernel.VerifyAsync("""
        public class Fault
        {
            readonly Kvm kvm = new();
            public Errno Handle(ulong gfn, bool needsMemory)
            {
                int index = kvm.Srcu.ReadLock();
            retry:
                int seq = kvm.InvalidateSequence;
                long pfn = kvm.GfnToPfn(gfn);
                kvm.MmuLock.Read();
                if (kvm.InvalidateRetry(seq))
                {
                    kvm.MmuLock.ReadDone();
                    goto retry;
                }

                if (needsMemory)
                {
                    kvm.MmuLock.ReadDone();
                    var ret = kvm.TopUpCaches();
                    if (ret != Errno.Success)
                    {
                        kvm.Srcu.ReadUnlock(index);
                        return ret;
                    }

                    kvm.MmuLock.Read();
                }

                kvm.{|LCK5001:Map|}(gfn, pfn);
                kvm.MmuLock.ReadDone();
                kvm.Srcu.ReadUnlock(index);
                return Errno.Success;
            }

            public Errno Fixed(ulong gfn)
            {
                int index = kvm.Srcu.ReadLock();
            retry:
                int seq = kvm.InvalidateSequence;
                long pfn = kvm.GfnToPfn(gfn);
                var ret = kvm.TopUpCaches();
                if (ret != Errno.Success)
                {
                    kvm.Srcu.ReadUnlock(index);
                    return ret;
                }

                kvm.MmuLock.Read();
                if (kvm.InvalidateRetry(seq))
                {
                    kvm.MmuLock.ReadDone();
                    goto retry;
                }

                kvm.Map(gfn, pfn);
                kvm.MmuLock.ReadDone();
                kvm.Srcu.ReadUnlock(index);
                return Errno.Success;
            }
        }
        """);

    /// <summary>The loop ends at the first error, the cleanup is common, and behind it stands <c>return 0</c>.</summary>
    [Fact]
    public Task ErrorOfTheLoopForgottenBehindTheCleanup() => Kernel.VerifyAsync("""
        public class Sync
        {
            static Errno Write(int i) => Errno.Success;
            static void Cleanup() { }
            public Errno All(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    var ret = Write(i);
                    if (ret != Errno.Success)
                        break;
                }

                Cleanup();
                {|LCK3005:return Errno.Success;|}
            }

            public Errno Fixed(int n)
            {
                var ret = Errno.Success;
                for (int i = 0; i < n; i++)
                {
                    ret = Write(i);
                    if (ret != Errno.Success)
                        break;
                }

                Cleanup();
                return ret;
            }
        }
        """);

    /// <summary>An allocation fails before the lock is taken, and the jump goes to the label that releases it.</summary>
    [Fact]
    public Task JumpToTheUnlockBeforeTheLock() => Kernel.VerifyAsync("""
        public class Slots
        {
            readonly Kvm kvm = new();
            public Errno Set(bool early)
            {
                var ret = kvm.TopUpCaches();
                if (ret != Errno.Success)
                    goto unlock;
                kvm.SlotsLock.{|LCK1008:Enter|}();
                ret = early ? Errno.Again : kvm.TopUpCaches();
            unlock:
                kvm.SlotsLock.Exit();
                return ret;
            }

            public Errno Fixed(bool early)
            {
                var ret = kvm.TopUpCaches();
                if (ret != Errno.Success)
                    return ret;
                kvm.SlotsLock.Enter();
                ret = early ? Errno.Again : kvm.TopUpCaches();
                kvm.SlotsLock.Exit();
                return ret;
            }
        }
        """);

    /// <summary>The loop is left by <c>break</c> with the lock of the element held; the code behind expects it free.</summary>
    [Fact]
    public Task LoopLeftWithTheLockHeld() => Kernel.VerifyAsync("""
        public class Walk
        {
            public class Item { public readonly Gate Lock = new(); [GuardedBy("Lock")] public bool Dead; }
            public int Count(Item[] items)
            {
                int n = 0;
                foreach (var item in items)
                {
                    item.Lock.{|LCK1004:Enter|}();
                    if (item.Dead)
                        break;
                    n++;
                    item.Lock.Exit();
                }

                return n;
            }

            public int Fixed(Item[] items)
            {
                int n = 0;
                foreach (var item in items)
                {
                    item.Lock.Enter();
                    bool dead = item.Dead;
                    item.Lock.Exit();
                    if (dead)
                        break;
                    n++;
                }

                return n;
            }
        }
        """);

    /// <summary>The area is merged with its neighbour, which frees it, and the walk goes on from the freed one (userfaultfd, mprotect).</summary>
    [Fact]
    public Task WalkGoesOnFromTheMergedArea() => Kernel.VerifyAsync("""
        public class Uffd
        {
            readonly Mm mm = new();
            [return: ValidUnder("mm.MmapLock")] Vma Merge([Consumes("vma")] Vma vma) => vma;
            [RequiresLock("mm.MmapLock")]
            public void Unregister(ulong start, ulong end)
            {
                for (ulong at = start; at < end;)
                {
                    var vma = mm.VmaLookup(at);
                    if (vma is null)
                        return;
                    if (vma.Flags != 0)
                        Merge(vma);
                    at = {|LCK4004:vma|}.End;
                }
            }

            [RequiresLock("mm.MmapLock")]
            public void Fixed(ulong start, ulong end)
            {
                for (ulong at = start; at < end;)
                {
                    var vma = mm.VmaLookup(at);
                    if (vma is null)
                        return;
                    if (vma.Flags != 0)
                        vma = Merge(vma);
                    at = vma.End;
                }
            }
        }
        """);

    /// <summary>The index is taken, the table is published, and the failure of the last step takes back the table only.</summary>
    [Fact]
    public Task IndexKeptWhereRegistrationFails_KvmIoBus() => Kernel.VerifyAsync("""
        public class Bus
        {
            readonly Gate _lock = new();
            [GuardedBy("_lock")] Slot?[] _devices = [];
            [GuardedBy("_lock")] int _count;
            static Errno Announce(Slot slot) => Errno.Success;
            public Errno Register(Slot device, Slot?[] wider)
            {
                _lock.Enter();
                var old = _devices;
                _devices = wider;
                _count++;
                var ret = Announce(device);
                if (ret != Errno.Success)
                {
                    _devices = old;
                    _lock.Exit();
                    {|LCK5007:return ret;|}
                }

                _lock.Exit();
                return ret;
            }

            public Errno Fixed(Slot device, Slot?[] wider)
            {
                _lock.Enter();
                var old = _devices;
                _devices = wider;
                _count++;
                var ret = Announce(device);
                if (ret != Errno.Success)
                {
                    _count--;
                    _devices = old;
                }

                _lock.Exit();
                return ret;
            }
        }
        """);
}
