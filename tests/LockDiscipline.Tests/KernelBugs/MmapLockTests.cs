namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Areas looked up, and page tables walked, without the mmap lock.</summary>
public sealed class MmapLockTests
{
    // arch/arm/kvm/mmu.c, stage2_unmap_vm: neither of the two frames takes it.
    [Fact]
    public Task AreasOfEverySlotWalkedUnderSrcuAndMmuLockOnly_ArmKvm() => Kernel.VerifyAsync("""
        public class Before(Kvm kvm)
        {
            public void UnmapVm()
            {
                int index = kvm.Srcu.ReadLock();
                kvm.MmuLock.Write();
                foreach (var slot in kvm.Slots)
                    {|LCK1002:UnmapSlot|}(slot);
                kvm.MmuLock.WriteDone();
                kvm.Srcu.ReadUnlock(index);
            }

            public void UnmapOne(Slot slot)
            {
                kvm.Mm.MmapLock.EnterRead();
                UnmapSlot(slot);
                kvm.Mm.MmapLock.ExitRead();
            }

            void UnmapSlot(Slot slot)
            {
                ulong hva = slot.Hva, end = slot.Hva + slot.Pages;
                do
                {
                    var vma = kvm.Mm.FindVma(hva);
                    if (vma is null || vma.Start >= end)
                        break;
                    Unmap(Math.Max(hva, vma.Start), Math.Min(end, vma.End));
                    hva = vma.End;
                } while (hva < end);
            }

            static void Unmap(ulong start, ulong end) { }
        }

        public class Alone(Kvm kvm)
        {
            public void UnmapVm()
            {
                kvm.MmuLock.Write();
                UnmapSlot(1);
                kvm.MmuLock.WriteDone();
            }

            void UnmapSlot(ulong hva)
            {
                var vma = kvm.Mm.{|LCK1002:FindVma|}(hva);
                if (vma is not null && vma.Start <= hva)
                    GC.KeepAlive(vma.Flags);
            }
        }

        public class After(Kvm kvm)
        {
            public void UnmapVm()
            {
                int index = kvm.Srcu.ReadLock();
                kvm.Mm.MmapLock.EnterRead();
                kvm.MmuLock.Write();
                foreach (var slot in kvm.Slots)
                    UnmapSlot(slot);
                kvm.MmuLock.WriteDone();
                kvm.Mm.MmapLock.ExitRead();
                kvm.Srcu.ReadUnlock(index);
            }

            void UnmapSlot(Slot slot)
            {
                ulong hva = slot.Hva, end = slot.Hva + slot.Pages;
                do
                {
                    var vma = kvm.Mm.FindVma(hva);
                    if (vma is null || vma.Start >= end)
                        break;
                    Unmap(Math.Max(hva, vma.Start), Math.Min(end, vma.End));
                    hva = vma.End;
                } while (hva < end);
            }

            static void Unmap(ulong start, ulong end) { }
        }
        """);

    // drivers/virt/nitro_enclaves, setting a region of user memory: two variants with opposite needs.
    [Fact]
    public Task PagesGotByTheVariantForHolders_NitroEnclaves() => Kernel.VerifyAsync("""
        public class Region(Mm mm)
        {
            public Errno Before(ulong address, Page[] pages)
            {
                for (int done = 0; done < pages.Length;)
                {
                    int n = mm.{|LCK1002:GetUserPages|}(address, 1, pages);
                    if (n < 0)
                        return Errno.NoMemory;
                    done += n;
                }
                return Errno.Success;
            }

            public Errno After(ulong address, Page[] pages)
            {
                for (int done = 0; done < pages.Length;)
                {
                    int n = mm.GetUserPagesUnlocked(address, 1, pages);
                    if (n < 0)
                        return Errno.NoMemory;
                    done += n;
                }
                return Errno.Success;
            }

            public int OtherWayRound(ulong address, Page[] pages)
            {
                mm.MmapLock.EnterRead();
                try { return mm.{|LCK1007:GetUserPagesUnlocked|}(address, pages.Length, pages); }
                finally { mm.MmapLock.ExitRead(); }
            }
        }
        """);

    // drivers/android/binder_alloc.c: the area cached at mmap().
    [Fact]
    public Task CachedAreaReadWithoutTheLock_Binder() => Kernel.VerifyAsync("""
        public class Alloc(Mm mm)
        {
            readonly Mm mm = mm;
            [GuardedBy("mm.MmapLock")] Vma? vma;

            public bool Before(int flag) => {|LCK1001:vma|} is { } area && (area.Flags & flag) != 0;

            public bool After(int flag)
            {
                mm.MmapLock.EnterRead();
                try
                {
                    var area = vma;
                    if (area is null)
                        return false;
                    return (area.Flags & flag) != 0;
                }
                finally
                {
                    mm.MmapLock.ExitRead();
                }
            }

            public void Map(Vma area)
            {
                mm.MmapLock.EnterWrite();
                vma = area;
                mm.MmapLock.ExitWrite();
            }
        }
        """);

    // mm/pagewalk.c: holding the mmap lock for writing excludes no faults under per-area locks any more.
    [Fact]
    public Task WalkWithoutWriteLockOnTheArea_MemoryPolicy() => Kernel.VerifyAsync("""
        public class Policy(Mm mm)
        {
            readonly Mm mm = mm;
            [RequiresLock("mm.MmapLock", "vma.Lock")] Errno Queue(Vma vma) => Errno.Success;

            public Errno Before(ulong start, ulong end)
            {
                var error = Errno.Success;
                mm.MmapLock.EnterWrite();
                for (ulong at = start; at < end && error == Errno.Success;)
                {
                    var vma = mm.VmaLookup(at);
                    if (vma is null)
                        break;
                    error = {|LCK1002:Queue|}(vma);
                    at = vma.End;
                }
                mm.MmapLock.ExitWrite();
                return error;
            }

            public Errno After(ulong start, ulong end)
            {
                var error = Errno.Success;
                mm.MmapLock.EnterWrite();
                for (ulong at = start; at < end && error == Errno.Success;)
                {
                    var vma = mm.VmaLookup(at);
                    if (vma is null)
                        break;
                    mm.StartWrite(vma);
                    error = Queue(vma);
                    at = vma.End;
                    mm.EndWrite(vma);
                }
                mm.MmapLock.ExitWrite();
                return error;
            }
        }
        """);
}
