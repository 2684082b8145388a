using MemoryModel.Exploration;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Tests.Exploration;

namespace MemoryModel.Tests;

/// <summary>A mapping that the kernel has no pages for (VM_PFNMAP): get_user_pages refuses it, a guest's fault follows the process's own mapping, and nothing but the notifiers takes it from the guest again.</summary>
public sealed class DeviceMemoryTests
{
    private const ulong Page = Machine.Page;
    private const VmaFlags Window = VmaFlags.ReadWrite | VmaFlags.Shared;

    private readonly Machine _machine = new();
    private readonly DeviceMemory _device;
    private readonly Hva _hva;
    private readonly Vcpu _vcpu;

    public DeviceMemoryTests()
    {
        (_device, _hva) = Map(_machine, Window);
        _vcpu = _machine.AddVcpu();
        _machine.AddSlot(0, 0x10, 4, _hva.Value);
    }

    [Fact]
    public void ProcessAndGuest_SeeEachOthersWrites_GetUserPagesRefuses()
    {
        Assert.Equal(Errno.EFAULT, _machine.Mm.GetUserPage(_hva, write: false).Error);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(_hva, 5));
        Assert.Equal(5ul, _vcpu.Read(new Gfn(0x10).Address).Value);
        Assert.True(_vcpu.Write(new Gfn(0x11).Address, 6).IsDone);
        Assert.Equal(6ul, _machine.Mm.Read(_hva + Page).Value);
        // Mapped by now, and refused all the same, the fast way too.
        Assert.Null(_machine.Mm.GetUserPageFast(_hva, write: false, out _));
        Assert.Equal(Errno.EFAULT, _machine.Mm.GetUserPage(_hva, write: true).Error);
        _machine.Check();
    }

    [Fact]
    public void KernelReadsAndWritesIt_AndNothingHoldsItAfterwards()
    {
        using (_machine.Kvm.Srcu.Read())
        {
            Assert.Equal(Errno.Ok, _machine.Kvm.WriteGuest(new Gfn(0x12), [9]));
            ulong[] words = new ulong[1];
            Assert.Equal(Errno.Ok, _machine.Kvm.ReadGuest(new Gfn(0x12), words));
            Assert.Equal(9ul, words[0]);
            HostPage page = _machine.Kvm.GfnToPage(new Gfn(0x12)).Value;
            Assert.Equal(1, page.HeldBy(PageHolder.GetUserPages));
            _machine.Memory.PutPage(page);
        }
        _machine.Check();
    }

    [Fact]
    public void TakenAway_TheGuestHasItNoMore_AndFaultsUntilItIsGivenBack()
    {
        Assert.True(_vcpu.Write(new Gfn(0x10).Address, 6).IsDone);
        _device.Revoke();
        _machine.Check();
        Assert.Equal(Errno.EFAULT, _vcpu.Read(new Gfn(0x10).Address).Error);
        Assert.NotEqual(ExitReason.MemoryFault, _vcpu.Exit.ExitReason);
        Assert.Equal(Errno.EFAULT, _machine.Mm.Read(_hva).Error);
        _device.Restore();
        Assert.Equal(6ul, _vcpu.Read(new Gfn(0x10).Address).Value);
        _machine.Check();
    }

    [Fact]
    public void TakenAwayBesideAFault_TheGuestIsLeftWithoutIt() => RaceAssert.Free(static () =>
    {
        var machine = new Machine();
        (DeviceMemory device, Hva hva) = Map(machine, Window);
        Vcpu vcpu = machine.AddVcpu();
        machine.AddSlot(0, 0x10, 4, hva.Value);
        return new Trial(
            new TrialTask("vCPU", () => _ = vcpu.Touch(new GuestAccess(new Gfn(0x10).Address, AccessKind.Write, 1))),
            new TrialTask("driver", device.Revoke))
        {
            AtEnd = () =>
            {
                machine.Check();
                Assert.Equal(Errno.EFAULT, vcpu.Touch(new GuestAccess(new Gfn(0x10).Address, AccessKind.Write, 1)).Error);
            },
        };
    }, preemptions: 2);

    [Fact]
    public void ReadOnlyWindow_GuestReads_AndAWriteIsEfault()
    {
        var machine = new Machine();
        (_, Hva hva) = Map(machine, VmaFlags.Read | VmaFlags.Shared);
        machine.AddSlot(0, 0x10, 4, hva.Value);
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Read(new Gfn(0x10).Address).IsDone);
        Assert.Equal(Errno.EFAULT, vcpu.Write(new Gfn(0x10).Address, 1).Error);
        machine.Check();
    }

    [Fact]
    public void PastTheEndOfTheDevice_IsEfault()
    {
        _machine.AddSlot(1, 0x40, 1, (_hva + (3 * Page)).Value);
        Assert.True(_vcpu.Read(new Gfn(0x40).Address).IsDone);
        Assert.Equal(Errno.EFAULT, _machine.Mm.Read(_hva + (4 * Page)).Error);
    }

    [Fact]
    public void WhatIsForPagesOnly_IsRefused()
    {
        HvaRange whole = HvaRange.FromStartLength(_hva, 4 * Page);
        Assert.Equal(Errno.EINVAL, _machine.Mm.Madvise(whole, Advice.DontNeed));
        Assert.Equal(Errno.EFAULT, _machine.Mm.Mremap(_hva, 4 * Page, 8 * Page, MremapFlags.MayMove).Error);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(_hva, 5));
        Assert.Equal(Errno.EINVAL, _machine.Mm.SwapOut(_hva));
        Assert.Equal(Errno.EINVAL, _machine.Mm.Mmap(Page, VmaFlags.ReadWrite | VmaFlags.PfnMap).Error);
        Assert.Equal(Errno.EINVAL, _machine.Mm.MmapFixed(new Hva(0x900000), Page, VmaFlags.ReadWrite | VmaFlags.PfnMap));
        int fd = _machine.Mm.Files.Install(new DeviceMemory(_machine.Memory, Page)).Value;
        Assert.Equal(Errno.EINVAL, _machine.Mm.MmapFile(Page, VmaFlags.ReadWrite, fd).Error);
    }

    [Fact]
    public void DontNeedThatReachesIt_GivesUpWhatComesBefore()
    {
        _machine.Map((_hva - Page).Value, 1);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(_hva - Page, 3));
        Assert.Equal(Errno.EINVAL, _machine.Mm.Madvise(HvaRange.FromStartLength(_hva - Page, 2 * Page), Advice.DontNeed));
        Assert.Equal(0ul, _machine.Mm.Read(_hva - Page).Value);
    }

    [Fact]
    public void Unmapped_ItIsGoneFromTheGuest_AndWithTheFileAllOfIt()
    {
        Assert.True(_vcpu.Write(new Gfn(0x10).Address, 6).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.Munmap(HvaRange.FromStartLength(_hva, 4 * Page)));
        _machine.Check();
        Assert.Equal(Errno.EFAULT, _vcpu.Read(new Gfn(0x10).Address).Error);
        Assert.Equal(0, _machine.Memory.LivePages);
    }

    // The mapping is all that keeps the file.
    private static (DeviceMemory Device, Hva Hva) Map(Machine machine, VmaFlags flags)
    {
        var device = new DeviceMemory(machine.Memory, 4 * Page, machine.Lockdep);
        int fd = machine.Mm.Files.Install(device).Value;
        Hva hva = machine.Mm.MmapFile(4 * Page, flags, fd, 0).Value;
        Assert.Equal(Errno.Ok, machine.Mm.Files.Close(fd));
        return (device, hva);
    }
}
