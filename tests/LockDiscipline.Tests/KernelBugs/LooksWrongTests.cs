namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Code that looks wrong and is right.</summary>
public sealed class LooksWrongTests
{
    [Fact]
    public Task FlagReplacedByACalleeThatTakesItOver_Silent() => Kernel.VerifyAsync("""
        public class Zap(Kvm kvm)
        {
            public void Range(ulong[] pages)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                foreach (ulong page in pages)
                    flush = kvm.ZapMore(page, flush);
                flush = kvm.ZapMore(0, flush || pages.Length > 8);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
        }
        """);

    [Fact]
    public Task SleepingUnderSrcu_Silent() => Kernel.VerifyAsync("""
        public class PageIn(Kvm kvm)
        {
            readonly Gate uvmem = new();

            public Errno Run(ulong gfn)
            {
                var error = Errno.Again;
                int index = kvm.Srcu.ReadLock();
                kvm.Mm.MmapLock.EnterRead();
                var slot = kvm.GfnToSlot(gfn);
                if (slot is null)
                    goto Out;
                var vma = kvm.Mm.FindVma(slot.Hva);
                if (vma is null || vma.Start > slot.Hva || vma.End < slot.Hva + slot.Pages)
                    goto Out;
                uvmem.Enter();
                error = kvm.TopUpCaches();
                uvmem.Exit();
            Out:
                kvm.Mm.MmapLock.ExitRead();
                kvm.Srcu.ReadUnlock(index);
                return error;
            }
        }
        """);

    [Fact]
    public Task LeftWithTheLockDroppedOrHeldByContract_Silent() => Kernel.VerifyAsync("""
        public class Fault(Mm mm)
        {
            readonly Mm mm = mm;

            public int Handle(ulong address)
            {
                var vma = mm.LockVmaUnderRcu(address);
                if (vma is not null)
                {
                    int flags = vma.Flags;
                    vma.EndRead();
                    return flags;
                }
                mm.MmapLock.EnterRead();
                if (!Retry(address))
                    mm.MmapLock.ExitRead();
                return 0;
            }

            // Where it says retry, the lock is free.
            bool Retry(ulong address)
            {
                if (address == 0)
                    return false;
                mm.MmapLock.ExitRead();
                return true;
            }

            [ReleasesLock("mm.MmapLock", Shared = true)] public void Finish(ulong address)
            {
                GC.KeepAlive(address);
                mm.MmapLock.ExitRead();
            }
        }
        """);

    [Fact]
    public Task ReadWithoutTheLockThenValidated_Silent() => Kernel.VerifyAsync("""
        public class Speculation(Kvm kvm)
        {
            long entry;

            public bool FastFault(long wanted)
            {
                long old = Volatile.Read(ref entry);
                return (old & 1) != 0 && Interlocked.CompareExchange(ref entry, wanted, old) == old;
            }

            public bool Prefault(ulong gfn)
            {
                int sequence = kvm.InvalidateSequence;
                int index = kvm.Srcu.ReadLock();
                long pfn = kvm.GfnToPfn(gfn);
                kvm.Srcu.ReadUnlock(index);
                kvm.MmuLock.Read();
                bool isStale = kvm.InvalidateRetry(sequence);
                if (!isStale)
                    kvm.Map(gfn, pfn);
                kvm.MmuLock.ReadDone();
                return !isStale;
            }
        }
        """);

    [Fact]
    public Task LockOfAnotherAddressSpaceInAWorker_Silent() => Kernel.VerifyAsync("""
        public class Worker(Kvm kvm)
        {
            public int Run(Mm current, ulong address, Page[] pages)
            {
                kvm.Mm.MmapLock.EnterRead();
                int n = kvm.Mm.GetUserPages(address, pages.Length, pages);
                kvm.Mm.MmapLock.ExitRead();
                current.MmapLock.EnterRead();
                n += current.GetUserPages(address, pages.Length, pages);
                current.MmapLock.ExitRead();
                return n;
            }
        }
        """);

    [Fact]
    public Task FreedInADeferredCallback_Silent() => Kernel.VerifyAsync("""
        public class Deferred
        {
            readonly Spin gate = new();
            [GuardedBy("gate")] readonly List<Page> all = new();
            readonly System.Collections.Concurrent.ConcurrentQueue<Action> later = new();
            void CallAfterGracePeriod(Action free) => later.Enqueue(free);
            [MaySleep] static void Free([Consumes("page")] Page page) { }

            public void Remove(Page page)
            {
                gate.Enter();
                all.Remove(page);
                CallAfterGracePeriod(() => Free(page));
                gate.Exit();
            }
        }
        """);

    [Fact]
    public Task ScalarsCopiedOutBeforeTheRelease_Silent() => Kernel.VerifyAsync("""
        public class Copy(Mm mm)
        {
            public ulong Size(ulong address)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                (ulong start, ulong end) = vma is null ? (0, 0) : (vma.Start, vma.End);
                bool found = vma is not null;
                mm.MmapLock.ExitRead();
                return found ? end - start : 0;
            }
        }
        """);
}
