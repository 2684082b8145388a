namespace LockDiscipline.Tests.KernelBugs;

/// <summary>The protocol of sampling, fetching, taking the lock, testing again and mapping, broken.</summary>
public sealed class InvalidationTests
{
    // arch/arm64/kvm/mmu.c, arch/riscv/kvm/mmu.c: the page's size comes from the area, whose lock is free before the sample.
    [Fact]
    public Task SampledAfterTheAreaCouldChange_ArmAndRiscvFaults() => Kernel.VerifyAsync("""
        public class Fault(Kvm kvm, Mm mm)
        {
            [SequenceFetch("mmu"), RequiresLock("mm.MmapLock", Shared = true)]
            [return: ValidUnder("mm.MmapLock")]
            static Vma? Find(Mm mm, ulong hva) => mm.VmaLookup(hva);

            public Errno Before(ulong gfn, ulong hva)
            {
                mm.MmapLock.EnterRead();
                var vma = {|LCK5002:Find|}(mm, hva);
                if (vma is null)
                {
                    mm.MmapLock.ExitRead();
                    return Errno.NoMemory;
                }
                ulong size = vma.End - vma.Start;
                mm.MmapLock.ExitRead();
                var error = kvm.TopUpCaches();
                if (error != Errno.Success)
                    return error;
                int sequence = kvm.InvalidateSequence;
                int index = kvm.Srcu.ReadLock();
                long pfn = kvm.GfnToPfn(gfn);
                kvm.Srcu.ReadUnlock(index);
                kvm.MmuLock.Read();
                if (kvm.InvalidateRetry(sequence))
                    error = Errno.Again;
                else
                    kvm.Map(gfn & ~size, pfn);
                kvm.MmuLock.ReadDone();
                return error;
            }

            public Errno After(ulong gfn, ulong hva)
            {
                var error = kvm.TopUpCaches();
                if (error != Errno.Success)
                    return error;
                mm.MmapLock.EnterRead();
                var vma = Find(mm, hva);
                if (vma is null)
                {
                    mm.MmapLock.ExitRead();
                    return Errno.NoMemory;
                }
                ulong size = vma.End - vma.Start;
                int sequence = kvm.InvalidateSequence;
                mm.MmapLock.ExitRead();
                int index = kvm.Srcu.ReadLock();
                long pfn = kvm.GfnToPfn(gfn);
                kvm.Srcu.ReadUnlock(index);
                kvm.MmuLock.Read();
                if (kvm.InvalidateRetry(sequence))
                    error = Errno.Again;
                else
                    kvm.Map(gfn & ~size, pfn);
                kvm.MmuLock.ReadDone();
                return error;
            }
        }
        """);

    // virt/kvm/pfncache.c: marked valid while the page is still being looked for.
    [Fact]
    public Task CacheValidBeforeItsPageIsKnown_PfnCache() => Kernel.VerifyAsync("""
        public class Cache(Kvm kvm)
        {
            readonly Gate gate = new();
            [GuardedBy("gate")] long pfn;
            [SequenceSample("cache")] int Sequence() => 0;
            [SequenceFetch("cache"), MaySleep] long Resolve(ulong gfn) => 0;
            [SequenceRecheck("cache")] bool IsStale(int sequence) => false;
            [SequenceCommit("cache"), RequiresLock("gate")] void MarkValid() { }
            static void Release(long pfn) => GC.KeepAlive(pfn);

            public void Before(ulong gfn)
            {
                gate.Enter();
                {|LCK5001:MarkValid|}();
                gate.Exit();
                long resolved = Resolve(gfn);
                gate.Enter();
                pfn = resolved;
                gate.Exit();
                GC.KeepAlive(kvm);
            }

            public void After(ulong gfn)
            {
                long resolved = 0;
                gate.Enter();
                for (;;)
                {
                    int sequence = Sequence();
                    gate.Exit();
                    if (resolved != 0)
                        Release(resolved);
                    resolved = Resolve(gfn);
                    gate.Enter();
                    if (!IsStale(sequence))
                        break;
                }
                pfn = resolved;
                MarkValid();
                gate.Exit();
            }
        }
        """);

    // drivers/gpu/drm/xe: pages are marked dirty without the notifier's lock and a valid sequence.
    [Fact]
    public Task PagesTouchedWithoutARecheck_XeUserPointers() => Kernel.VerifyAsync("""
        public class UserPointers
        {
            readonly Shared notifier = new();
            [SequenceSample("range")] int Begin() => 0;
            [SequenceFetch("range"), MaySleep] Errno Fault(long[] pfns) => Errno.Success;
            [SequenceRecheck("range"), RequiresLock("notifier", Shared = true)] bool RetryNeeded(int sequence) => false;
            [SequenceCommit("range")] static void MarkDirty(long pfn) { }

            public Errno Before(long[] pfns)
            {
                int sequence = Begin();
                var error = Fault(pfns);
                if (error != Errno.Success)
                    return error;
                foreach (long pfn in pfns)
                    {|LCK5001:MarkDirty|}(pfn);
                GC.KeepAlive(sequence);
                return Errno.Success;
            }

            public Errno After(long[] pfns)
            {
                for (;;)
                {
                    int sequence = Begin();
                    var error = Fault(pfns);
                    if (error != Errno.Success)
                        return error;
                    notifier.EnterRead();
                    if (RetryNeeded(sequence))
                    {
                        notifier.ExitRead();
                        continue;
                    }
                    foreach (long pfn in pfns)
                        MarkDirty(pfn);
                    notifier.ExitRead();
                    return Errno.Success;
                }
            }
        }
        """);
}
