namespace LockDiscipline.Tests.KernelBugs;

/// <summary>References used after their lock was dropped, by the function itself or for it.</summary>
public sealed class DroppedLockTests
{
    // fs/ocfs2/mmap.c and fs/f2fs/file.c: a trace line after the fault was handled.
    [Fact]
    public Task AreaTracedAfterTheFaultMayHaveDroppedTheLock_Ocfs2() => Kernel.VerifyAsync("""
        public class Ocfs2
        {
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Before(Mm mm, ulong address)
            {
                var vma = mm.VmaLookup(address);
                if (vma is null)
                    return -1;
                int ret = mm.FilemapFault(address);
                Trace({|LCK4001:vma|}.Flags, ret);
                return ret;
            }

            [RequiresLock("mm.MmapLock", Shared = true)]
            public int After(Mm mm, ulong address)
            {
                var vma = mm.VmaLookup(address);
                if (vma is null)
                    return -1;
                int flags = vma.Flags;
                int ret = mm.FilemapFault(address);
                Trace(flags, ret);
                return ret;
            }

            static void Trace(int flags, int ret) { }
        }
        """);

    // The same through a private function that drops the lock and takes it again.
    [Fact]
    public Task AreaUsedAfterAHelperDroppedTheLock_UserFaults() => Kernel.VerifyAsync("""
        public class Fault(Mm mm)
        {
            public void Before(ulong address, bool wait)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                if (vma is not null)
                {
                    if (wait)
                        WaitUnlocked();
                    Insert({|LCK4001:vma|});
                }
                mm.MmapLock.ExitRead();
            }

            public void After(ulong address, bool wait)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                if (vma is not null && wait)
                {
                    WaitUnlocked();
                    vma = mm.VmaLookup(address);
                }
                if (vma is not null)
                    Insert(vma);
                mm.MmapLock.ExitRead();
            }

            public void ByFlag(ulong address)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                if (vma is not null)
                {
                    bool dropped = MayWait(address);
                    if (!dropped)
                        Insert(vma);
                }
                mm.MmapLock.ExitRead();
            }

            void WaitUnlocked()
            {
                mm.MmapLock.ExitRead();
                Wait();
                mm.MmapLock.EnterRead();
            }

            bool MayWait(ulong address)
            {
                if (address == 0)
                    return false;
                WaitUnlocked();
                return true;
            }

            static void Wait() { }
            static void Insert(Vma vma) { }
        }
        """);

    // mm/hugetlb.c: the helper drops the lock of the area, the caller goes on with the area.
    [Fact]
    public Task AreaUsedAfterAHelperReleasedItsLock_Hugetlb() => Kernel.VerifyAsync("""
        public class Hugetlb(Mm mm)
        {
            public Errno Before(ulong address)
            {
                var vma = mm.LockVmaUnderRcu(address);
                if (vma is null)
                    return Errno.Again;
                var error = Prepare(vma);
                if (error != Errno.Success)
                {
                    UnlockHugetlb({|LCK4001:vma|});
                    return error;
                }
                vma.EndRead();
                return Errno.Success;
            }

            Errno Prepare(Vma vma)
            {
                if (Allocate())
                    return Errno.Success;
                vma.EndRead();
                return Errno.NoMemory;
            }

            public Errno After(ulong address)
            {
                var vma = mm.LockVmaUnderRcu(address);
                if (vma is null)
                    return Errno.Again;
                var error = Allocate() ? Errno.Success : Errno.NoMemory;
                if (error != Errno.Success)
                    UnlockHugetlb(vma);
                vma.EndRead();
                return error;
            }

            static bool Allocate() => true;
            static void UnlockHugetlb(Vma vma) { }
        }
        """);

    // drivers/accel/amdxdna, drivers/xen/gntdev.c: the area is kept from mmap() on, and used by a worker.
    [Fact]
    public Task AreaKeptBeyondTheLock_Amdxdna() => Kernel.VerifyAsync("""
        public class Before(Mm mm)
        {
            Vma? vma;

            public void Map(ulong address)
            {
                mm.MmapLock.EnterRead();
                {|LCK4002:vma|} = mm.VmaLookup(address);
                mm.MmapLock.ExitRead();
            }

            public ulong Size() => vma is null ? 0 : vma.End - vma.Start;
        }

        public class After(Mm mm)
        {
            ulong start, size;

            public void Map(ulong address)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                if (vma is not null)
                {
                    start = vma.Start;
                    size = vma.End - vma.Start;
                }
                mm.MmapLock.ExitRead();
            }

            public ulong Size() => size;
            public ulong Start() => start;
        }
        """);

    // virt/kvm/kvm_main.c, kvm_io_bus_get_dev: what is found under SRCU is returned out of it.
    [Fact]
    public Task DeviceReturnedOutOfItsReadSection_KvmIoBus() => Kernel.VerifyAsync("""
        public class Bus(Kvm kvm)
        {
            public Slot? Before(ulong gfn)
            {
                int index = kvm.Srcu.ReadLock();
                var slot = kvm.GfnToSlot(gfn);
                kvm.Srcu.ReadUnlock(index);
                return {|LCK4001:slot|};
            }

            public ulong After(ulong gfn)
            {
                int index = kvm.Srcu.ReadLock();
                var slot = Find(gfn);
                ulong hva = slot is null ? 0 : slot.Hva;
                kvm.Srcu.ReadUnlock(index);
                return hva;
            }

            Slot? Find(ulong gfn) => kvm.GfnToSlot(gfn);
        }
        """);

    // arch/arm64/kvm/vgic: a hit in the translation cache used without a reference of its own.
    [Fact]
    public Task HitUsedAfterUnlockWithoutAReference_VgicIts() => Kernel.VerifyAsync("""
        public class Irq { public int Id; }

        public class Cache
        {
            public readonly Spin Lock = new();
            [RequiresLock("Lock")] [return: ValidUnder("Lock")] public Irq? Find(int id) => null;
            public void Get([Owned("irq")] Irq irq) { }
            public void Put([Consumes("irq")] Irq irq) { }
            public static void Inject(Irq irq) { }

            public void Before(int id)
            {
                Lock.Enter();
                var irq = Find(id);
                Lock.Exit();
                if (irq is not null)
                    Inject({|LCK4001:irq|});
            }

            public void After(int id)
            {
                Lock.Enter();
                var irq = Find(id);
                if (irq is not null)
                    Get(irq);
                Lock.Exit();
                if (irq is null)
                    return;
                Inject(irq);
                Put(irq);
            }

            public void Leaked(int id)
            {
                Lock.Enter();
                var irq = Find(id);
                if (irq is not null)
                    {|LCK4003:Get|}(irq);
                Lock.Exit();
                if (irq is not null)
                    Inject(irq);
            }
        }
        """);
}
