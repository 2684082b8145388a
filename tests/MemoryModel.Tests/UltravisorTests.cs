using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

public sealed class UltravisorTests
{
    private const ulong Page = PageSize.Bytes;

    [Fact]
    public void D136_PageInTwice_SecondIsRefused()
    {
        Machine machine = Started(pages: 4);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x11).Address));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.PageIn(new Gfn(0x11).Address));
        Assert.Equal(1, machine.Pool.Used);
    }

    [Fact]
    public void D136_PoolEmpty_IsRefusedWithoutALeak()
    {
        Machine machine = Started(pages: 4, securePages: 2);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x10).Address));
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x11).Address));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.PageIn(new Gfn(0x12).Address));
        Assert.Equal(2, machine.Pool.Used);
        Assert.Equal(GfnState.Normal, machine.StateOf(0x12));
    }

    [Fact]
    public void D137_PageOutOfOrdinaryFrame_IsASuccessThatDoesNothing()
    {
        Machine machine = Started(pages: 4);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageOut(new Gfn(0x10).Address));
        Assert.Equal(GfnState.Normal, machine.StateOf(0x10));
    }

    [Fact]
    public void D137_HostTouchesSecurePage_ContentComesBackAndThePageIsFree()
    {
        Machine machine = Started(pages: 4);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(0x101000), 77));
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x11).Address));
        Assert.Equal(0, machine.Memory.LivePages);

        Assert.Equal(77UL, machine.Mm.Read(new Hva(0x101000)).Value);
        Assert.Equal(0, machine.Pool.Used);
        Assert.Equal(GfnState.SecurePagedOut, machine.StateOf(0x11));
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x11).Address));
    }

    [Fact]
    public void D137_UltravisorFails_TouchFailsAndThePageStays()
    {
        var firmware = new FailingFirmware();
        Machine machine = Started(pages: 4, firmware: firmware);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x11).Address));
        firmware.FailsPageOutOf.Add(new Gfn(0x11));
        Assert.Equal(Errno.EIO, machine.Mm.Read(new Hva(0x101000)).Error);
        Assert.Equal(GfnState.Secure, machine.StateOf(0x11));
        Assert.Equal(0, machine.Memory.LivePages);
    }

    [Fact]
    public void PageIn_WrongArguments_GiveTheirStatus()
    {
        Machine machine = Machine.Secure();
        machine.Map(0x100000, 2);
        machine.AddSlot(0, 0x10, 2, 0x100000);
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.PageIn(new Gfn(0x10).Address));
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.PageOut(new Gfn(0x10).Address));
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        Assert.Equal(Errno.Ok, machine.Mm.Munmap(HvaRange.FromStartLength(new Hva(0x101000), Page)));
        Assert.Equal(HypercallStatus.P3, machine.Uv.PageIn(new Gfn(0x10).Address, pageShift: 16));
        Assert.Equal(HypercallStatus.P2, machine.Uv.PageIn(new Gfn(0x10).Address, flags: 2));
        Assert.Equal(HypercallStatus.P3, machine.Uv.PageOut(new Gfn(0x10).Address, pageShift: 16));
        Assert.Equal(HypercallStatus.P2, machine.Uv.PageOut(new Gfn(0x10).Address, flags: 1));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.PageIn(new Gfn(0x99).Address));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.PageIn(new Gfn(0x11).Address));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.PageOut(new Gfn(0x11).Address));
    }

    [Fact]
    public void PageIn_PageHeldByAnother_IsRefused()
    {
        Machine machine = Started(pages: 1);
        HostPage page = machine.Mm.GetUserPage(new Hva(0x100000), write: true).Value;
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.PageIn(new Gfn(0x10).Address));
        machine.Memory.PutPage(page);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x10).Address));
    }

    [Fact]
    public void D139_InitDone_WithoutStartIsUnsupported_ThenAllFramesAreSecure()
    {
        Machine machine = Machine.Secure();
        machine.Map(0x100000, 4);
        machine.AddSlot(0, 0x10, 4, 0x100000);
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.InitDone());
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        Assert.Equal(HypercallStatus.State, machine.Uv.InitStart());
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x10).Address));
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitDone());
        Assert.Equal(4, machine.Uv.CountSecurePages());
    }

    [Fact]
    public void D139_InitDoneThatCannotMoveAPage_LeavesTheMachineTransient()
    {
        Machine machine = Started(pages: 4, securePages: 2);
        Assert.Equal(HypercallStatus.State, machine.Uv.InitDone());
        using (machine.Uv.UvmemLock.Hold()) Assert.Equal(SecureGuestState.Transient, machine.Uv.State);
    }

    [Fact]
    public void D140_InitAbort_StatusAndContents()
    {
        Machine machine = Machine.Secure();
        machine.Map(0x100000, 2);
        machine.AddSlot(0, 0x10, 2, 0x100000);
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.InitAbort());
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(0x100000), 5));
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x10).Address));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.InitAbort());
        Assert.Equal(5UL, machine.Mm.Read(new Hva(0x100000)).Value);
        Assert.Equal(GfnState.Normal, machine.StateOf(0x10));
        Assert.Equal(0, machine.Pool.Used);

        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitDone());
        Assert.Equal(HypercallStatus.State, machine.Uv.InitAbort());
    }

    [Fact]
    public void InitStart_UltravisorRefusesASlot_TheOthersAreTakenBack()
    {
        var firmware = new FailingFirmware { RefusesSlot = 1 };
        Machine machine = Machine.Secure(firmware: firmware);
        machine.Map(0x100000, 2, VmaFlags.ReadWrite | VmaFlags.Mergeable);
        machine.Map(0x200000, 2, VmaFlags.ReadWrite | VmaFlags.Mergeable);
        machine.AddSlot(0, 0x10, 2, 0x100000);
        machine.AddSlot(1, 0x20, 2, 0x200000);
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.InitStart());
        Assert.Equal(0, firmware.RegisteredSlots);
        using (machine.Mm.MmapRead())
        {
            foreach (ulong at in new ulong[] { 0x100000, 0x200000 }) Assert.NotEqual(VmaFlags.None, machine.Mm.VmaLookup(new Hva(at))!.Flags & VmaFlags.Mergeable);
        }
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.PageIn(new Gfn(0x10).Address));
    }

    [Fact]
    public void SlotDeleted_EverySecurePageIsPagedOut_AndItsFramesAreForgotten()
    {
        Machine machine = Started(pages: 4);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(0x101000), 77));
        PageInAll(machine, 0x10, 4);
        Assert.Equal(4, machine.Pool.Used);

        Assert.Equal(Errno.Ok, machine.Delete(0));

        Assert.Equal(0, machine.Pool.Used);
        for (ulong gfn = 0x10; gfn < 0x14; gfn++) Assert.Equal(GfnState.Normal, machine.StateOf(gfn));
        // The content was not wanted any more.
        Assert.Equal(0UL, machine.Mm.Read(new Hva(0x101000)).Value);
        Assert.Empty(machine.Kvm.Log.Lines);
    }

    [Fact]
    public void SlotOverTwoAreas_IsDroppedWhole()
    {
        Machine machine = Machine.Secure();
        machine.Map(0x100000, 2);
        machine.Map(0x102000, 2, VmaFlags.ReadWrite | VmaFlags.Exec);
        machine.AddSlot(0, 0x10, 4, 0x100000);
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        PageInAll(machine, 0x10, 4);
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Equal(0, machine.Pool.Used);
        Assert.Empty(machine.Kvm.Log.Lines);
    }

    [Fact]
    public void HoleInTheMapping_StopsTheDropAndIsLogged()
    {
        Machine machine = Started(pages: 4);
        PageInAll(machine, 0x10, 4);
        Assert.Equal(Errno.Ok, machine.Mm.Munmap(HvaRange.FromStartLength(new Hva(0x102000), Page)));
        Assert.Equal(3, machine.Pool.Used);

        Assert.Equal(Errno.Ok, machine.Delete(0));

        Assert.Equal(1, machine.Pool.Used);
        Assert.Equal(GfnState.Secure, machine.StateOf(0x13));
        Assert.Equal(["Can't find VMA for gfn:0x12"], machine.Kvm.Log.Lines);
        Assert.Empty(ModelTask.Current.Held);
    }

    [Fact]
    public void OnePageCannotBePagedOut_IsLogged_AndTheOthersAre()
    {
        var firmware = new FailingFirmware();
        Machine machine = Started(pages: 4, firmware: firmware);
        PageInAll(machine, 0x10, 4);
        firmware.FailsPageOutOf.Add(new Gfn(0x11));
        using (machine.Kvm.Srcu.Read())
        {
            machine.Uv.DropPages(machine.Kvm.GfnToMemslot(new Gfn(0x10))!, skipPageOut: false);
        }
        Assert.Equal(1, machine.Pool.Used);
        Assert.Equal(GfnState.Secure, machine.StateOf(0x11));
        Assert.Single(machine.Kvm.Log.Lines);
    }

    [Fact]
    public void SlotMoved_ItsPagesArePagedOutToo()
    {
        Machine machine = Started(pages: 2);
        PageInAll(machine, 0x10, 2);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x40, 2, 0x100000));
        Assert.Equal(0, machine.Pool.Used);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(0x40).Address));
    }

    [Fact]
    public void OrdinaryMachine_DeletesItsSlotWithoutADrop()
    {
        Machine machine = Machine.Secure();
        machine.AddSlot(0, 0x10, 2, 0x100000);
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Empty(machine.Kvm.Log.Lines);
    }

    [Fact]
    public void LockingVariantWithTheLockHeld_IsRefused()
    {
        Machine machine = Started(pages: 1);
        Assert.Equal("recursive lock", Assert.Throws<ModelViolationException>(() => ModelTask.Run("drop", () =>
        {
            machine.Mm.MmapReadLock();
            Vma vma = machine.Mm.VmaLookup(new Hva(0x100000))!;
            machine.Uv.UvmemLock.Lock();
            Assert.Equal(Errno.Ok, machine.Uv.PageOut(vma, new Hva(0x100000), new Gfn(0x10)));
        })).Invariant);
    }

    [Fact]
    public void MmapLockUnderUvmemLock_IsRefusedOnceTheRightOrderWasSeen()
    {
        Machine machine = Started(pages: 1);
        PageInAll(machine, 0x10, 1);
        Assert.Equal("lock order", Assert.Throws<ModelViolationException>(() => ModelTask.Run("wrong", () =>
        {
            machine.Uv.UvmemLock.Lock();
            machine.Mm.MmapReadLock();
        })).Invariant);
    }

    [Fact]
    public void C5_OrderOfTheLocks_IsTheDocumentedOne()
    {
        Machine machine = Started(pages: 2);
        PageInAll(machine, 0x10, 2);
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Contains("kvm->srcu -> mmap_lock", machine.Lockdep.Order);
        Assert.Contains("mmap_lock -> uvmem_lock", machine.Lockdep.Order);
        Assert.Contains("slots_lock -> kvm->srcu", machine.Lockdep.Order);
        Assert.Contains("slots_lock -> slots_arch_lock", machine.Lockdep.Order);
        Assert.DoesNotContain("slots_arch_lock -> kvm->srcu", machine.Lockdep.Order);
    }

    [Fact]
    public void L15_DropAgainstTouchesAndPageIns_EndsWithNothingLeft()
    {
        Machine machine = Started(pages: 32);
        PageInAll(machine, 0x10, 32);
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        Thread toucher = Start("host", failures, () =>
        {
            for (ulong i = 0; i < 32; i++) Assert.True(machine.Mm.Read(new Hva(0x100000 + (i * Page))).IsOk);
        });
        Thread pager = Start("guest", failures, () =>
        {
            for (ulong i = 32; i-- > 0;) _ = machine.Uv.PageIn(new Gfn(0x10 + i).Address);
        });
        Assert.Equal(Errno.Ok, machine.Delete(0));
        toucher.Join();
        pager.Join();
        Assert.Empty(failures);
        // Once the slot is gone no page can come in, and what came in before was dropped.
        Assert.Equal(0, machine.Pool.Used);
        Assert.Equal(Errno.Ok, machine.Mm.Munmap(HvaRange.FromStartLength(new Hva(0x100000), 32 * Page)));
        Assert.Equal(0, machine.Memory.LivePages);
    }

    private static Thread Start(string task, System.Collections.Concurrent.ConcurrentQueue<Exception> failures, Action body)
    {
        var thread = new Thread(() =>
        {
            try
            {
                ModelTask.Run(task, body);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        });
        thread.Start();
        return thread;
    }

    private static Machine Started(ulong pages, int securePages = 64, UltravisorFirmware? firmware = null)
    {
        Machine machine = Machine.Secure(securePages, firmware);
        machine.Map(0x100000, pages);
        machine.AddSlot(0, 0x10, pages, 0x100000);
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        return machine;
    }

    private static void PageInAll(Machine machine, ulong gfn, ulong count)
    {
        for (ulong i = 0; i < count; i++) Assert.Equal(HypercallStatus.Success, machine.Uv.PageIn(new Gfn(gfn + i).Address));
    }

    private sealed class FailingFirmware : UltravisorFirmware
    {
        public HashSet<Gfn> FailsPageOutOf { get; } = [];

        public int RefusesSlot { get; init; } = -1;

        public override Result<ulong> PageOut(SecurePage page) => FailsPageOutOf.Contains(page.Gfn) ? Errno.EIO : base.PageOut(page);

        public override Errno RegisterMemslot(Memslot slot) => slot.Id == RefusesSlot ? Errno.EIO : base.RegisterMemslot(slot);
    }
}
