using MemoryModel.Backends;
using MemoryModel.Memory;

namespace MemoryModel.Tests;

/// <summary>Pages that a secure guest shares with the hypervisor, and the end of a secure guest.</summary>
public sealed class SharedSecurePageTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Shared = 1;
    private const ulong Hva0 = 0x100000;
    private readonly UltravisorFirmware _firmware = new();
    private readonly Machine _machine;

    public SharedSecurePageTests()
    {
        _machine = Machine.Secure(firmware: _firmware);
        _machine.Map(Hva0, 4, VmaFlags.ReadWrite | VmaFlags.Mergeable);
        _machine.AddSlot(0, 0x10, 4, Hva0);
    }

    [Fact]
    public void SecurePageShared_ComesOutEmpty_AndStaysSharedWhenTheMachineIsSecure()
    {
        Start();
        Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0), 7));
        Assert.Equal(HypercallStatus.Success, _machine.Uv.PageIn(new Gfn(0x10).Address));
        Assert.Equal(HypercallStatus.Success, _machine.Uv.PageIn(new Gfn(0x10).Address, Shared));
        Assert.Equal(GfnState.Shared, _machine.StateOf(0x10));
        Assert.Equal((0, 1), (_machine.Pool.Used, _firmware.SharedPages));
        Assert.Equal(0ul, _machine.Mm.Read(new Hva(Hva0)).Value);
        Assert.Equal(HypercallStatus.Success, _machine.Uv.InitDone());
        Assert.Equal((GfnState.Shared, GfnState.Secure), (_machine.StateOf(0x10), _machine.StateOf(0x11)));
        _machine.Check();
    }

    [Fact]
    public void SharedPageTakenBack_IsSecureAgain()
    {
        Start();
        Assert.Equal(HypercallStatus.Success, _machine.Uv.PageIn(new Gfn(0x10).Address, Shared));
        Assert.Equal(HypercallStatus.Success, _machine.Uv.PageIn(new Gfn(0x10).Address));
        Assert.Equal(GfnState.Secure, _machine.StateOf(0x10));
        Assert.Equal(0, _firmware.SharedPages);
        _machine.Check();
    }

    [Fact]
    public void SharedPageUnmappedByTheHost_IsForgottenByTheUltravisor()
    {
        Start();
        Assert.Equal(HypercallStatus.Success, _machine.Uv.PageIn(new Gfn(0x11).Address, Shared));
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(HvaRange.FromStartLength(new Hva(Hva0 + Page), Page), Advice.DontNeed));
        Assert.Equal(0, _firmware.SharedPages);
        Assert.Equal(GfnState.Shared, _machine.StateOf(0x11));
    }

    [Fact]
    public void ShareOfWhatIsNotThere_IsAWrongParameter()
    {
        Start();
        Assert.Equal(HypercallStatus.Parameter, _machine.Uv.PageIn(new Gfn(0x99).Address, Shared));
        Assert.Equal(Errno.Ok, _machine.Mm.Munmap(HvaRange.FromStartLength(new Hva(Hva0), Page)));
        Assert.Equal(HypercallStatus.Parameter, _machine.Uv.PageIn(new Gfn(0x10).Address, Shared));
        Assert.Equal(GfnState.Normal, _machine.StateOf(0x10));
    }

    [Fact]
    public void InitStart_WithoutSecureMemory_OrWithoutPermission_IsRefused()
    {
        Assert.Equal(HypercallStatus.Unsupported, Machine.Secure(securePages: 0).Uv.InitStart());
        _machine.Uv.IsSecureGuestAllowed = false;
        Assert.Equal(HypercallStatus.Authority, _machine.Uv.InitStart());
        Assert.Equal(0, _firmware.RegisteredSlots);
    }

    [Fact]
    public void InitStart_SwitchesMergingOff_DeletingTheSlotSwitchesItOn()
    {
        Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0), 3));
        Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0 + Page), 3));
        Assert.Equal(Errno.Ok, _machine.Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        Assert.Equal(1, _machine.Memory.LivePages);
        Start();
        Assert.Equal(2, _machine.Memory.LivePages);
        Assert.Equal(Errno.EINVAL, _machine.Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        Assert.Equal(Errno.Ok, _machine.Delete(0));
        Assert.Equal(Errno.Ok, _machine.Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
    }

    [Fact]
    public void SvmOff_FromAnyState_LeavesAnOrdinaryMachine()
    {
        Assert.Equal(Errno.Ok, _machine.Uv.SvmOff());
        Start();
        Assert.Equal(HypercallStatus.Success, _machine.Uv.InitDone());
        Assert.Equal(Errno.Ok, _machine.Uv.SvmOff());
        Assert.Equal((0, 0), (_machine.Pool.Used, _firmware.RegisteredSlots));
        Assert.Equal(GfnState.Normal, _machine.StateOf(0x10));
        _machine.Check();
        Start();
    }

    private void Start() => Assert.Equal(HypercallStatus.Success, _machine.Uv.InitStart());
}
