namespace LockDiscipline.Tests.KernelBugs;

/// <summary>The lock is held, but for reading only.</summary>
public sealed class LockModeTests
{
    // arch/x86/kvm/mmu/mmu.c, direct_page_fault: one of the two MMUs takes the lock for reading.
    [Fact]
    public Task PagesMadeAvailableUnderTheReadLock_KvmTdpFault() => Kernel.VerifyAsync("""
        public class Fault(Kvm kvm)
        {
            public Errno Before(bool isTdp, ulong gfn)
            {
                var error = Errno.Again;
                if (isTdp)
                    kvm.MmuLock.Read();
                else
                    kvm.MmuLock.Write();
                if (IsStale())
                    goto Out;
                error = kvm.{|LCK1003:MakePagesAvailable|}();
                if (error != Errno.Success)
                    goto Out;
                error = isTdp ? TdpMap(gfn) : DirectMap(gfn);
            Out:
                if (isTdp)
                    kvm.MmuLock.ReadDone();
                else
                    kvm.MmuLock.WriteDone();
                return error;
            }

            public Errno After(bool isTdp, ulong gfn)
            {
                var error = Errno.Again;
                if (isTdp)
                    kvm.MmuLock.Read();
                else
                    kvm.MmuLock.Write();
                if (IsStale())
                    goto Out;
                if (isTdp)
                {
                    error = TdpMap(gfn);
                }
                else
                {
                    error = kvm.MakePagesAvailable();
                    if (error != Errno.Success)
                        goto Out;
                    error = DirectMap(gfn);
                }
            Out:
                if (isTdp)
                    kvm.MmuLock.ReadDone();
                else
                    kvm.MmuLock.WriteDone();
                return error;
            }

            [RequiresLock("kvm.MmuLock", Shared = true)] Errno TdpMap(ulong gfn) => Errno.Success;
            [RequiresLock("kvm.MmuLock")] Errno DirectMap(ulong gfn) => Errno.Success;
            readonly Kvm kvm = kvm;
            static bool IsStale() => false;
        }
        """);

    // mm/mmap.c: the stack grows under the read lock, while others walk the tree.
    [Fact]
    public Task StackExpandedUnderTheReadLock_PageFault() => Kernel.VerifyAsync("""
        public class Fault(Mm mm)
        {
            public Errno Before(ulong address)
            {
                var error = Errno.Again;
                mm.MmapLock.EnterRead();
                var vma = mm.FindVma(address);
                if (vma is not null && (vma.Start <= address || (error = mm.{|LCK1003:ExpandStack|}(vma, address)) == Errno.Success))
                    error = Handle(vma, address);
                mm.MmapLock.ExitRead();
                return error;
            }

            public Errno Kept(ulong address)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.FindVma(address);
                if (vma is null || vma.Start <= address)
                {
                    mm.MmapLock.ExitRead();
                    return Errno.Success;
                }
                mm.MmapLock.ExitRead();
                mm.MmapLock.EnterWrite();
                var error = mm.ExpandStack({|LCK4001:vma|}, address);
                mm.MmapLock.ExitWrite();
                return error;
            }

            public Errno After(ulong address)
            {
                var error = Errno.Again;
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                if (vma is not null)
                {
                    error = Handle(vma, address);
                    mm.MmapLock.ExitRead();
                    return error;
                }
                mm.MmapLock.ExitRead();
                mm.MmapLock.EnterWrite();
                vma = mm.FindVma(address);
                if (vma is not null && vma.Start > address)
                    error = mm.ExpandStack(vma, address);
                mm.MmapLock.ExitWrite();
                return error;
            }

            static Errno Handle(Vma vma, ulong address) => Errno.Success;
        }
        """);
}
