using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.PrivateMemory;

namespace MemoryModel.Tests.Facts;

/// <summary>The documented order of locks: taken the other way round, the first attempt is refused, before anybody has taken them rightly.</summary>
public sealed class LockFactsTests
{
    private readonly Machine _secure = Machine.Secure();
    private readonly Machine _other = new();
    private readonly GuestMemfd _file;
    private readonly MutexLock _vcpuMutex;

    public LockFactsTests()
    {
        _file = _other.File(_other.Kvm.CreateGuestMemfd(Machine.Page).Value);
        _vcpuMutex = _other.AddVcpu().Mutex;
    }

    [Theory]
    [InlineData("kvm->lock", "slots_lock")]
    [InlineData("slots_lock", "slots_arch_lock")]
    [InlineData("slots_lock", "mmap_lock")]
    [InlineData("slots_lock", "mmu_lock")]
    [InlineData("slots_arch_lock", "mmu_lock")]
    [InlineData("mmap_lock", "anon_vma")]
    [InlineData("mmap_lock", "page_table_lock")]
    [InlineData("anon_vma", "page_table_lock")]
    [InlineData("mmap_lock", "mmu_lock")]
    [InlineData("anon_vma", "mmu_lock")]
    [InlineData("page_table_lock", "mmu_lock")]
    [InlineData("slots_lock", "invalidate_lock")]
    [InlineData("mmap_lock", "invalidate_lock")]
    [InlineData("invalidate_lock", "mmu_lock")]
    [InlineData("kvm->lock", "vcpu->mutex")]
    [InlineData("vcpu->mutex", "mmap_lock")]
    [InlineData("vcpu->mutex", "mmu_lock")]
    [InlineData("kvm->lock", "mmap_lock")]
    public void TakenTheOtherWayRound_IsRefusedAtOnce(string outer, string inner)
    {
        ModelViolationException violation = Assert.Throws<ModelViolationException>(() => ModelTask.Run("wrong", () => Take(inner, () => Take(outer, static () => { }))));
        // Who would sleep under a spinning lock is told that first.
        Assert.Contains(violation.Number, (string[])["E24", "E25"]);
        Assert.Equal("wrong", violation.Task);
        ModelTask.Run("right", () => Take(outer, () => Take(inner, static () => { })));
    }

    [Fact]
    public void C5_MmapLockUnderTheLockOnSecurePages_IsRefusedAtOnce()
    {
        Assert.Equal("E24", Refused(() =>
        {
            using (_secure.Uv.UvmemLock.Hold())
            using (_secure.Mm.MmapRead())
            {
            }
        }));
    }

    [Fact]
    public void C1_SlotsLockInsideAReadSection_IsRefused_ArchLockAndVmLockAreNot()
    {
        Kvm kvm = _other.Kvm;
        ModelTask.Run("reader", () =>
        {
            using (kvm.Srcu.Read())
            {
                using (kvm.SlotsArchLock.Hold())
                {
                }
                using (kvm.VmLock.Hold())
                {
                }
            }
            using (kvm.VmLock.Hold())
            using (kvm.Srcu.Read())
            {
            }
        });
        Assert.Equal("E26", Refused(() =>
        {
            using (kvm.Srcu.Read())
            using (kvm.SlotsLock.Hold())
            {
            }
        }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void C1_WaitForReadersUnderALockThatTheyTake_IsRefused(bool archLock)
    {
        Kvm kvm = _other.Kvm;
        MutexLock gate = archLock ? kvm.SlotsArchLock : kvm.VmLock;
        ModelTask.Run("reader", () =>
        {
            using (kvm.Srcu.Read())
            using (gate.Hold())
            {
            }
        });
        Assert.Equal("E28", Refused(() =>
        {
            using (gate.Hold()) kvm.Srcu.Synchronize();
        }));
    }

    [Fact]
    public void C4_ReadSectionsInAnyOrderWithTheMmapLockAndTheVcpu_AreNoCycle()
    {
        Kvm kvm = _other.Kvm;
        ModelTask.Run("fault", () => Take("vcpu->mutex", () =>
        {
            using (kvm.Srcu.Read())
            using (kvm.Mm.MmapRead())
            {
            }
        }));
        ModelTask.Run("notifier", () =>
        {
            using (kvm.Mm.MmapRead())
            using (kvm.Srcu.Read())
            {
            }
        });
        ModelTask.Run("ioctl", () =>
        {
            using (kvm.VmLock.Hold()) Take("vcpu->mutex", static () => { });
        });
    }

    [Fact]
    public void C4_LastReferenceOfAFileDroppedUnderTheMmapLock_IsReleasedAfterIt()
    {
        int fd = _other.Kvm.CreateGuestMemfd(Machine.Page, GmemFlags.Mmap | GmemFlags.InitShared).Value;
        GuestMemfd file = _other.File(fd);
        Hva at = _other.Mm.MmapFile(Machine.Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value;
        Assert.Equal(Errno.Ok, _other.Mm.Write(at, 1));
        Assert.Equal(Errno.Ok, _other.Mm.Files.Close(fd));
        Assert.True(file.IsOpen);
        Assert.Equal(Errno.Ok, _other.Mm.Munmap(HvaRange.FromStartLength(at, Machine.Page)));
        Assert.False(file.IsOpen);
        Assert.DoesNotContain("mmap_lock -> slots_lock", _other.Lockdep.Order);
        Assert.Equal(0, _other.Memory.LivePages);
    }

    [Fact]
    public void C6_RcuSectionMustNotSleep_SrcuSectionMay()
    {
        Assert.Equal("E25", Refused(() =>
        {
            using (_other.Kvm.Rcu.Read()) _ = _other.Mm.Read(new Hva(0x1000));
        }));
        ModelTask.Run("reader", () =>
        {
            using (_other.Kvm.Srcu.Read()) _ = _other.Mm.Read(new Hva(0x1000));
        });
    }

    [Fact]
    public void E28_SwapWaitsForNotifiers_WhoHeldTheMmapLockMustNotWaitForIt()
    {
        ModelTask.Run("madvise", () => _ = _other.Mm.Madvise(HvaRange.FromStartLength(new Hva(0x1000), Machine.Page), Advice.DontNeed));
        Assert.Equal("E24", Refused(() =>
        {
            using (_other.Mm.MmapRead()) _other.AddSlot(0, 0x10, 1, 0x1000);
        }));
    }

    private static string? Refused(Action body) => Assert.Throws<ModelViolationException>(() => ModelTask.Run("wrong", body)).Number;

    private void Take(string name, Action inside)
    {
        switch (name)
        {
            case "kvm->lock": Hold(_other.Kvm.VmLock, inside); break;
            case "slots_lock": Hold(_other.Kvm.SlotsLock, inside); break;
            case "slots_arch_lock": Hold(_other.Kvm.SlotsArchLock, inside); break;
            case "vcpu->mutex": Hold(_vcpuMutex, inside); break;
            case "mmap_lock": Hold(_other.Mm.MmapLock, inside); break;
            case "anon_vma": Hold(_other.Mm.RmapLock, inside); break;
            case "invalidate_lock": Hold(_file.InvalidateLock, inside); break;
            case "mmu_lock":
                using (_other.Kvm.MmuLock.Write()) inside();
                break;
            case "page_table_lock":
                using (_other.Mm.PageTableLock.Hold()) inside();
                break;
            default: throw new ArgumentException(name);
        }
    }

    private static void Hold(MutexLock gate, Action inside)
    {
        using (gate.Hold()) inside();
    }

    private static void Hold(RwSemaphore gate, Action inside)
    {
        using (gate.Write()) inside();
    }
}
