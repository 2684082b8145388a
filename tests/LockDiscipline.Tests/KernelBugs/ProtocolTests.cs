namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Flush, recheck, first error: protocols over several calls, through helpers and flags.</summary>
public sealed class ProtocolTests
{
    // mm/hugetlb.c, __unmap_hugepage_range: the unshared table leaves the loop body early, and its flush is forgotten.
    [Fact]
    public Task UnsharedTableNotFlushed_Hugetlb() => Kernel.VerifyAsync("""
        public class Huge
        {
            readonly Kvm kvm = new();
            [RequiresLock("kvm.MmuLock"), LeavesPending("flush", WhenReturns = true)] bool Unshare(ulong at) => false;
            [RequiresLock("kvm.MmuLock")] bool Clear(ulong at) => false;
            public void Before(ulong start, ulong end)
            {
                kvm.MmuLock.Write();
                for (ulong at = start; at < end; at += 2)
                {
                    if (Unshare(at))
                        continue;
                    if (!Clear(at))
                        break;
                }
                kvm.MmuLock.{|LCK5003:WriteDone|}();
            }
            public void After(ulong start, ulong end)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                for (ulong at = start; at < end; at += 2)
                {
                    if (Unshare(at))
                    {
                        flush = true;
                        continue;
                    }
                    if (!Clear(at))
                        break;
                }
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
        }
        """);

    // mm/gup.c, gup_pte_range: the page is taken without a lock, so the entry has to be read again.
    [Fact]
    public Task EntryNotReadAgain_GupFast() => Kernel.VerifyAsync("""
        public class Gup
        {
            readonly Spin _noInterrupts = new();
            [SequenceSample("pte")] ulong Read(ulong address) => 0;
            [SequenceFetch("pte")] [return: Owned("page")] static Page? TryGet(ulong pte) => null;
            [SequenceRecheck("pte")] bool Changed(ulong address, ulong pte) => false;
            [SequenceCommit("pte")] void Record(Page page) { }
            static void Put([Consumes("page")] Page page) { }
            readonly List<Page> pages = new();

            public bool Before(ulong address)
            {
                _noInterrupts.Enter();
                ulong pte = Read(address);
                var page = TryGet(pte);
                if (page is null)
                {
                    _noInterrupts.Exit();
                    return false;
                }
                this.{|LCK5001:Record|}(page);
                pages.Add(page);
                _noInterrupts.Exit();
                return true;
            }

            public bool After(ulong address)
            {
                _noInterrupts.Enter();
                ulong pte = Read(address);
                var page = TryGet(pte);
                if (page is null)
                {
                    _noInterrupts.Exit();
                    return false;
                }
                if (Changed(address, pte))
                {
                    Put(page);
                    _noInterrupts.Exit();
                    return false;
                }
                Record(page);
                pages.Add(page);
                _noInterrupts.Exit();
                return true;
            }
        }
        """);

    // drivers/iommu: pages are freed in the loop that unmaps them, and the caches are synchronised behind it.
    [Fact]
    public Task PagesFreedBeforeTheSync_Iommu() => Kernel.VerifyAsync("""
        public class Iommu
        {
            [Settles("iotlb")] void Sync() { }
            [LeavesPending("iotlb")] Page? UnmapOne(ulong iova) => null;
            [RequiresSettled("iotlb")] static void FreePage(Page page) { }
            public void Before(ulong start, ulong end)
            {
                for (ulong iova = start; iova < end; iova++)
                {
                    var page = UnmapOne(iova);
                    if (page is not null)
                        {|LCK5003:FreePage|}(page);
                }
                Sync();
            }
            public void After(ulong start, ulong end)
            {
                var freed = new List<Page>();
                for (ulong iova = start; iova < end; iova++)
                {
                    var page = UnmapOne(iova);
                    if (page is not null)
                        freed.Add(page);
                }
                Sync();
                foreach (var page in freed)
                    FreePage(page);
            }
        }
        """);

    // mm/pagewalk.c, walk_hugetlb_range: one of two callbacks fails, and the walk goes on.
    [Fact]
    public Task WalkIgnoresItsHandlersError_PageWalk() => Kernel.VerifyAsync("""
        public class PageWalk
        {
            public delegate Errno Handler(ulong address);
            static ulong Next(ulong address, ulong end) => address + 1;
            static ulong? Lookup(ulong address) => address;
            public static Errno Before(ulong address, ulong end, [StopsAtFirstError] Handler handler, Handler? hole)
            {
                var ret = Errno.Success;
                ulong next;
                do
                {
                    next = Next(address, end);
                    var entry = Lookup(address);
                    if (entry is { } found)
                        {|LCK3002:ret =|} {|LCK3003:handler|}(found);
                    else if (hole is not null)
                        {|LCK3002:ret =|} hole(address);
                    address = next;
                }
                while (address != end);
                return ret;
            }
            public static Errno After(ulong address, ulong end, [StopsAtFirstError] Handler handler, Handler? hole)
            {
                var ret = Errno.Success;
                ulong next;
                do
                {
                    next = Next(address, end);
                    var entry = Lookup(address);
                    if (entry is { } found)
                        ret = handler(found);
                    else if (hole is not null)
                        ret = hole(address);
                    if (ret != Errno.Success)
                        break;
                    address = next;
                }
                while (address != end);
                return ret;
            }
        }
        """);

    // arch/x86/kvm/mmu/mmu.c, kvm_faultin_pfn: the sample is kept in an object, taken in one helper and tested in another.
    [Fact]
    public Task SampleInAFaultObject_KvmMmu() => Kernel.VerifyAsync("""
        public class Seq2
        {
            public class Fault { public ulong Gfn; public int Seq; public long Pfn; public bool Write; }
            readonly Kvm kvm = new();
            private bool IsStale(Fault fault) => kvm.InvalidateRetry(fault.Seq);
            [RequiresLock("kvm.Srcu", Shared = true)]
            private Errno Faultin(Fault fault)
            {
                fault.Seq = kvm.InvalidateSequence;
                fault.Pfn = kvm.GfnToPfn(fault.Gfn);
                return fault.Pfn < 0 ? Errno.Again : Errno.Success;
            }
            [RequiresLock("kvm.Srcu", Shared = true)]
            private Errno FaultinLate(Fault fault)
            {
                fault.Pfn = kvm.GfnToPfn(fault.Gfn);
                if (fault.Pfn < 0)
                    return Errno.Again;
                fault.Seq = kvm.InvalidateSequence;
                return Errno.Success;
            }

            public Errno Right(Fault fault)
            {
                int index = kvm.Srcu.ReadLock();
                var ret = Faultin(fault);
                if (ret != Errno.Success)
                    goto done;
                kvm.MmuLock.Read();
                if (IsStale(fault))
                    ret = Errno.Again;
                else
                    kvm.Map(fault.Gfn, fault.Pfn);
                kvm.MmuLock.ReadDone();
            done:
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }

            public Errno Late(Fault fault)
            {
                int index = kvm.Srcu.ReadLock();
                var ret = {|LCK5002:FaultinLate|}(fault);
                if (ret != Errno.Success)
                    goto done;
                kvm.MmuLock.Read();
                if (IsStale(fault))
                    ret = Errno.Again;
                else
                    kvm.Map(fault.Gfn, fault.Pfn);
                kvm.MmuLock.ReadDone();
            done:
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }

            // the recheck is skipped for writes
            public Errno Skipped(Fault fault)
            {
                int index = kvm.Srcu.ReadLock();
                var ret = Faultin(fault);
                if (ret != Errno.Success)
                    goto done;
                kvm.MmuLock.Read();
                if (!fault.Write && IsStale(fault))
                    ret = Errno.Again;
                else
                    kvm.{|LCK5001:Map|}(fault.Gfn, fault.Pfn);
                kvm.MmuLock.ReadDone();
            done:
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }

            // the result of the recheck is thrown away by the helper
            private Errno Install(Fault fault)
            {
                kvm.MmuLock.Read();
                bool stale = kvm.InvalidateRetry(fault.Seq);
                if (stale)
                    fault.Pfn = 0;
                kvm.{|LCK5001:Map|}(fault.Gfn, fault.Pfn);
                kvm.MmuLock.ReadDone();
                return Errno.Success;
            }
            public Errno Caller(Fault fault)
            {
                int index = kvm.Srcu.ReadLock();
                var ret = Faultin(fault);
                if (ret == Errno.Success)
                    ret = Install(fault);
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }

            // by delegates
            private Errno Locked(Func<Errno> body)
            {
                kvm.MmuLock.Read();
                var ret = body();
                kvm.MmuLock.ReadDone();
                return ret;
            }
            public Errno ByLambda(Fault fault)
            {
                int index = kvm.Srcu.ReadLock();
                var ret = Faultin(fault);
                if (ret == Errno.Success)
                    ret = Locked(() =>
                    {
                        if (IsStale(fault))
                            return Errno.Again;
                        kvm.Map(fault.Gfn, fault.Pfn);
                        return Errno.Success;
                    });
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }
            public Errno ByLambdaWrong(Fault fault)
            {
                int index = kvm.Srcu.ReadLock();
                var ret = Faultin(fault);
                if (ret == Errno.Success)
                    ret = Locked(() =>
                    {
                        kvm.{|LCK5001:Map|}(fault.Gfn, fault.Pfn);
                        return Errno.Success;
                    });
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }
        }
        """);
}
