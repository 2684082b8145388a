namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Locks leaked on a failure path, released without being held, taken twice.</summary>
public sealed class BalanceTests
{
    // arch/powerpc/kvm/book3s_hv_uvmem.c, kvmppc_svm_page_out: one `return` among the jumps to the end.
    [Fact]
    public Task LockLeakedWhereMigrationFails_PpcSecurePages() => Kernel.VerifyAsync("""
        public class Uvmem
        {
            readonly Gate gate = new();
            static Errno MigrateSetup() => Errno.Success;
            static bool IsSecure(ulong gpa) => true;

            public Errno Before(ulong gpa)
            {
                var ret = Errno.Success;
                gate.{|LCK1004:Enter|}();
                if (!IsSecure(gpa))
                    goto Out;
                ret = MigrateSetup();
                if (ret != Errno.Success)
                    return ret;
                Copy();
            Out:
                gate.Exit();
                return ret;
            }

            public Errno After(ulong gpa)
            {
                var ret = Errno.Success;
                gate.Enter();
                if (!IsSecure(gpa))
                    goto Out;
                ret = MigrateSetup();
                if (ret != Errno.Success)
                    goto Out;
                Copy();
            Out:
                gate.Exit();
                return ret;
            }

            static void Copy() { }
        }
        """);

    // arch/powerpc/kvm/powerpc.c, kvm_arch_vcpu_ioctl: a pair that is no lock.
    [Fact]
    public Task VcpuNotPutWhereTheCopyFails_PpcIoctl() => Kernel.VerifyAsync("""
        [Lock("vcpu load")]
        public class Vcpu
        {
            [AcquiresLock] public void Load() { }
            [ReleasesLock] public void Put() { }
        }

        public class Ioctl(Mm mm)
        {
            public int Before(Vcpu vcpu, int number, ulong user)
            {
                int ret;
                vcpu.{|LCK1004:Load|}();
                switch (number)
                {
                    case 1:
                        if (mm.CopyFromUser(new byte[8], user, 8) != 0)
                            return -14;
                        ret = Enable(vcpu);
                        break;
                    case 2:
                        ret = Enable(vcpu);
                        break;
                    default:
                        ret = -22;
                        break;
                }
                vcpu.Put();
                return ret;
            }

            public int After(Vcpu vcpu, int number, ulong user)
            {
                int ret;
                vcpu.Load();
                switch (number)
                {
                    case 1:
                        ret = -14;
                        if (mm.CopyFromUser(new byte[8], user, 8) != 0)
                            goto Out;
                        ret = Enable(vcpu);
                        break;
                    case 2:
                        ret = Enable(vcpu);
                        break;
                    default:
                        ret = -22;
                        break;
                }
            Out:
                vcpu.Put();
                return ret;
            }

            static int Enable(Vcpu vcpu) => 0;
        }
        """);

    // drivers/gpu/drm/drm_gpusvm.c, drivers/misc/nsm.c: a test before the lock jumps behind it.
    [Fact]
    public Task CleanupReachedBeforeTheLockWasTaken_GpuSvm() => Kernel.VerifyAsync("""
        public class Svm
        {
            readonly Gate gate = new();
            static Errno Work() => Errno.Success;

            public Errno Before(bool usable)
            {
                var ret = Errno.NoMemory;
                if (!usable)
                    goto Out;
                gate.{|LCK1008:Enter|}();
                ret = Work();
            Out:
                gate.Exit();
                return ret;
            }

            public Errno After(bool usable)
            {
                if (!usable)
                    return Errno.NoMemory;
                gate.Enter();
                var ret = Work();
                gate.Exit();
                return ret;
            }
        }
        """);

    // fs/cachefiles/namei.c: on failure the callee has released the directory already.
    [Fact]
    public Task DirectoryUnlockedAgainAfterAFailedCreate_Cachefiles() => Kernel.VerifyAsync("""
        public class Directory
        {
            public readonly Gate Lock = new();
            [TryAcquiresLock("Lock")] public object? StartCreating(string name) => null;

            public bool Before(string name)
            {
                var entry = StartCreating(name);
                if (entry is null)
                {
                    Lock.{|LCK1005:Exit|}();
                    return false;
                }
                Use(entry);
                Lock.Exit();
                return true;
            }

            public bool After(string name)
            {
                var entry = StartCreating(name);
                if (entry is null)
                    return false;
                Use(entry);
                Lock.Exit();
                return true;
            }

            static void Use(object entry) { }
        }
        """);

    // mm/hugetlb.c: the last reference is put under the lock that the destructor takes.
    [Fact]
    public Task LastReferencePutUnderTheLockOfTheDestructor_Hugetlb() => Kernel.VerifyAsync("""
        public class Hugetlb
        {
            readonly Spin lockOfPool = new();
            [GuardedBy("lockOfPool")] int free;

            void FreeHugeFolio() { lockOfPool.Enter(); free++; lockOfPool.Exit(); }
            void Put(Page folio) { if (--folio.Count == 0) FreeHugeFolio(); }

            public void Before(Page folio)
            {
                lockOfPool.Enter();
                free--;
                {|LCK1006:Put|}(folio);
                lockOfPool.Exit();
            }

            public void After(Page folio)
            {
                lockOfPool.Enter();
                free--;
                lockOfPool.Exit();
                Put(folio);
            }
        }
        """);

    // virt/kvm, the nopage handler: entered with the lock held.
    [Fact]
    public Task FaultHandlerCallsTheLockingVariant_Kvm() => Kernel.VerifyAsync("""
        public delegate Page? Fault(Mm mm, ulong gfn);

        public class Handlers
        {
            static Page? GfnToPage(Mm mm, ulong gfn)
            {
                mm.MmapLock.EnterRead();
                var page = GfnToPageLocked(mm, gfn);
                mm.MmapLock.ExitRead();
                return page;
            }

            [RequiresLock("mm.MmapLock", Shared = true)]
            static Page? GfnToPageLocked(Mm mm, ulong gfn) => null;

            [RequiresLock("mm.MmapLock", Shared = true)]
            public Page? Before(Mm mm, ulong gfn) => {|LCK1006:GfnToPage|}(mm, gfn);

            [RequiresLock("mm.MmapLock", Shared = true)]
            public Page? After(Mm mm, ulong gfn) => GfnToPageLocked(mm, gfn);

            public Page? Unlocked(Mm mm, ulong gfn) => GfnToPage(mm, gfn);
        }
        """);
}
