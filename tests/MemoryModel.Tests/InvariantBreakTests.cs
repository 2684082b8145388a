using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>Each invariant is broken once, on purpose, and the validator names it, the task, and what the task had done.</summary>
public sealed class InvariantBreakTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Hva0 = 0x100000;
    private static readonly Gfn s_frame = new(0x10);

    [Fact]
    public void E1_MappedToAPageThatTheProcessHasGivenUp()
    {
        Broken("E1", shared =>
        {
            using (shared.Kvm.Srcu.Read())
            {
                (PageFault fault, HostPage page) = Fetch(shared);
                Assert.Equal(Errno.Ok, shared.Mm.Madvise(Bytes(0, 1), Advice.DontNeed));
                Map(shared, fault, page);
                shared.Check();
            }
        });
    }

    [Fact]
    public void E2_MappedWhileItIsBeingInvalidated() => Broken("E2", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        {
            (PageFault fault, HostPage page) = Fetch(machine);
            using (machine.Kvm.MmuLock.Write()) BeginInvalidation(machine, flush: true);
            Map(machine, fault, page);
            machine.Check();
        }
    });

    [Fact]
    public void E2_TranslationLeftWhileItIsBeingInvalidated() => Broken("E2", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.MmuLock.Write())
        {
            BeginInvalidation(machine, flush: false);
            machine.Check();
        }
    });

    [Fact]
    public void E3_PageFreedWhileATranslationLeadsToIt() => Broken("E3", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.MmuLock.Write()) _ = machine.Kvm.ZapEntry(machine.Kvm.GfnToMemslot(s_frame)!, machine.Kvm.Roots()[0], s_frame);
        machine.Memory.PutPage(machine.Memory.PageOf(PfnOf(machine)), PageHolder.PageTable);
    });

    [Fact]
    public void E4_ReferenceThatIsNeverPut() => Broken("E4", machine => _ = machine.Mm.GetUserPage(new Hva(Hva0), write: false));

    [Fact]
    public void E4_ReferencePutTwice() => Broken("E4", machine =>
    {
        HostPage page = machine.Mm.GetUserPage(new Hva(Hva0), write: false).Value;
        machine.Memory.PutPage(page);
        machine.Memory.PutPage(page);
    });

    [Fact]
    public void E5_RangeNotAddedBeforeTheLockIsDropped() => Broken("E5", machine =>
    {
        using (machine.Kvm.MmuLock.Write()) machine.Kvm.MmuInvalidateBegin();
        machine.Check();
    });

    [Fact]
    public void E5_MoreEndsThanBegins() => Broken("E5", static machine => machine.Kvm.Invalidations.End());

    [Fact]
    public void E6_PrivateFrameWithASharedEntry() => Broken("E6", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        {
            (PageFault fault, HostPage page) = Fetch(machine);
            ModelTask.Run("ioctl", () => OnAnotherThread(() => Assert.Equal(Errno.Ok, machine.SetPrivate(0x10, 1))));
            Map(machine, fault, page);
            machine.Check();
        }
    });

    [Fact]
    public void E7_NotificationTakesPrivateEntries() => Broken("E7", machine =>
    {
        _ = machine.AddPrivateSlot(1, 0x40, 2, Hva0 + (16 * Page));
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x40, 2));
        Assert.True(machine.Kvm.Vcpus[0].Write(new Gfn(0x40).Address, 1).IsDone);
        // All of the range is taken out, of whatever kind.
        _ = NotifierWalk.Run(machine.Kvm, Bytes(16, 2), static (Kvm kvm, in SlotGfnRange range) => kvm.UnmapGfnRange(range), null, static kvm => kvm.FlushRemoteTlbs());
    });

    [Fact]
    public void E8_PrivatePageMappedByTheProcess() => Broken("E8", machine =>
    {
        GuestMemfd file = machine.AddPrivateSlot(1, 0x40, 1, Hva0 + (16 * Page));
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize, 0, Page));
        HostPage page = machine.Memory.GetPage(file.Pages().Single().Page);
        using (machine.Mm.MmapRead()) Assert.True(machine.Mm.TryReplacePte(new Hva(Hva0 + (3 * Page)), default, Pte.Of(page)));
        machine.Check();
    });

    [Fact]
    public void E8_ProtectedPageThatTheHostCanRead() => Broken("E8", machine =>
    {
        GuestMemfd file = machine.AddPrivateSlot(1, 0x40, 1, Hva0 + (16 * Page));
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize, 0, Page));
        file.Pages().Single().Page.Guard = new OpenGuard();
        machine.Check();
    });

    [Fact]
    public void E9_NewPageThatIsNotZero() => Broken("E9", machine =>
    {
        _ = machine.AddPrivateSlot(1, 0x40, 1, Hva0 + (16 * Page));
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x40, 1));
        machine.Kvm.Invariants!.IsThorough = true;
        _ = machine.Kvm.Vcpus[0].Read(new Gfn(0x40).Address);
    }, new FaultyBackend { OnPrepare = static page => page.Content = 0x666 });

    [Fact]
    public void E10_SlotUsedAfterItsSection() => Broken("E10", machine =>
    {
        Memslot slot;
        using (machine.Kvm.Srcu.Read()) slot = machine.Kvm.GfnToMemslot(s_frame)!;
        Assert.Equal(Errno.Ok, machine.Delete(0));
        _ = slot.UserspaceAddr;
    });

    [Fact]
    public void E10_SetChangedUnderItsReaders() => Broken("E10", static machine => Edit(machine, static (machine, slot) => machine.Kvm.PeekSlots(0).Replace(machine.Kvm, slot, null)));

    [Fact]
    public void E11_TheTwoSetsDiffer() => Broken("E11", static machine =>
    {
        Edit(machine, static (machine, slot) => machine.Kvm.PeekInactiveSlots(0).Replace(machine.Kvm, slot, null));
        machine.Check();
    });

    [Theory]
    [InlineData(1ul)]
    [InlineData(0ul)]
    [InlineData(MemslotSet.UpdateInProgress)]
    public void E11_GenerationOfTheOtherSpace_ThatWentDown_OrOfAnUpdateThatIsOver(ulong generation) => Broken("E11", machine =>
    {
        machine.Check();
        using (machine.Kvm.SlotsLock.Hold()) machine.Kvm.PeekSlots(0).SetGeneration(machine.Kvm, generation);
        machine.Check();
    });

    [Fact]
    public void E12_RefusedRequestThatLeavesATrace()
    {
        var backend = new FaultyBackend();
        Broken("E12", machine =>
        {
            _ = machine.AddPrivateSlot(1, 0x40, 1, Hva0 + (16 * Page));
            backend.OnPrepareSlot = kvm =>
            {
                kvm.PeekSlots(0).FindById(1)!.Gmem!.File = null;
                return Errno.ENOMEM;
            };
            _ = machine.SetSlot(2, 0x60, 1, Hva0);
        }, backend);
    }

    [Fact]
    public void E13_SlotThatHasLostItsFile() => Broken("E13", machine =>
    {
        _ = machine.AddPrivateSlot(1, 0x40, 1, Hva0 + (16 * Page));
        using (machine.Kvm.Srcu.Read()) machine.Kvm.GfnToMemslot(new Gfn(0x40))!.Gmem!.File = null;
        machine.Check();
    });

    [Fact]
    public void E14_EntryThatTheReverseMapMisses() => Broken("E14", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.MmuLock.Write()) machine.Kvm.GfnToMemslot(s_frame)!.Rmap.Remove(0, machine.Kvm.Roots()[0]);
        machine.Check();
    });

    [Fact]
    public void E15_MarkTakenAndThePageNotProtected() => Broken("E15", machine =>
    {
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, 4, Hva0, MemslotFlags.LogDirtyPages));
        Assert.True(machine.Kvm.Vcpus[0].Write(s_frame.Address, 2).IsDone);
        using (machine.Kvm.Srcu.Read()) _ = machine.Kvm.GfnToMemslot(s_frame)!.Dirty!.Take(0);
        machine.Check();
    });

    [Fact]
    public void E15_ReadOnlySlotWithAMark() => Broken("E15", machine =>
    {
        Assert.Equal(Errno.Ok, machine.SetSlot(1, 0x40, 1, Hva0, MemslotFlags.ReadOnly | MemslotFlags.LogDirtyPages));
        using (machine.Kvm.Srcu.Read()) machine.Kvm.MarkPageDirty(machine.Kvm.GfnToMemslot(new Gfn(0x40))!, new Gfn(0x40));
        machine.Check();
    });

    [Fact]
    public void E16_MarkClearedAndTheTranslationKept() => Broken("E16", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.MmuLock.Write())
        {
            Memslot slot = machine.Kvm.GfnToMemslot(s_frame)!;
            Assert.True(machine.Kvm.AgeGfnRange(new SlotGfnRange(slot, slot.GfnRange)));
        }
        machine.Kvm.Invariants!.CheckAged(Bytes(0, 1));
    });

    [Fact]
    public void E18_ReadOnlySlotMappedWritable() => Broken("E18", machine =>
    {
        Assert.Equal(Errno.Ok, machine.SetSlot(1, 0x40, 1, Hva0, MemslotFlags.ReadOnly));
        using (machine.Kvm.Srcu.Read())
        {
            (PageFault fault, HostPage page) = Fetch(machine, 0x40, AccessKind.Read);
            fault.MapWritable = true;
            Map(machine, fault, page);
            machine.Check();
        }
    });

    [Fact]
    public void E18_PageOfZerosMappedWritable() => Broken("E18", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        {
            (PageFault fault, HostPage page) = Fetch(machine, 0x11, AccessKind.Read);
            fault.MapWritable = true;
            Map(machine, fault, page);
            machine.Check();
        }
    });

    [Fact]
    public void E22_MappedAfterTheProcessHasExited() => Broken("E22", machine =>
    {
        using (machine.Kvm.Srcu.Read())
        {
            (_, HostPage page) = Fetch(machine);
            OnAnotherThread(machine.Mm.Exit);
            Map(machine, machine.Kvm.BeginPageFault(machine.Kvm.Vcpus[0], new GuestAccess(s_frame.Address, AccessKind.Write, 1)), page);
            machine.Check();
        }
    });

    [Fact]
    public void E22_NotificationAfterTheEnd() => Broken("E22", static machine =>
    {
        machine.Kvm.Put();
        _ = machine.Kvm.Notifier.InvalidateRangeStart(machine.Mm, new MmuNotifierRange(Bytes(0, 1), MmuEvent.Clear));
    });

    [Fact]
    public void E23_MachineClosedTwice() => Broken("E23", static machine =>
    {
        machine.Kvm.Put();
        machine.Kvm.Put();
    });

    /// <summary>Breaks something on a task of its own, over a machine whose guest has written its first page.</summary>
    internal static void Broken(string number, Action<Machine> breaker, IBackend? backend = null)
    {
        ModelViolationException violation = Assert.Throws<ModelViolationException>(() => ModelTask.Run("breaker", () =>
        {
            var machine = new Machine(backend);
            machine.Map(Hva0, 4);
            machine.AddSlot(0, 0x10, 4, Hva0);
            Assert.True(machine.AddVcpu().Write(s_frame.Address, 1).IsDone);
            machine.Check();
            breaker(machine);
        }));
        AssertNames(number, violation);
    }

    internal static void AssertNames(string number, ModelViolationException violation)
    {
        Assert.Equal((number, "breaker"), (violation.Number, violation.Task));
        Assert.NotEmpty(violation.History);
        Assert.Contains(violation.History[^1], violation.ToString());
    }

    private static (PageFault Fault, HostPage Page) Fetch(Machine machine, ulong gfn = 0x10, AccessKind kind = AccessKind.Write)
    {
        PageFault fault = machine.Kvm.BeginPageFault(machine.Kvm.Vcpus[0], new GuestAccess(new Gfn(gfn).Address, kind, 1));
        fault.MmuSeq = machine.Kvm.MmuInvalidateSeq;
        return (fault, machine.Kvm.FaultinPfnShared(machine.Kvm.Vcpus[0], fault, out _)!);
    }

    private static void Map(Machine machine, PageFault fault, HostPage page)
    {
        using (machine.Kvm.MmuLock.Write()) _ = machine.Kvm.MapPage(machine.Kvm.Vcpus[0], fault, page);
    }

    private static void BeginInvalidation(Machine machine, bool flush)
    {
        machine.Kvm.MmuInvalidateBegin();
        machine.Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(s_frame, 1));
        Assert.True(machine.Kvm.UnmapGfnRange(new SlotGfnRange(machine.Kvm.GfnToMemslot(s_frame)!, GfnRange.FromStartCount(s_frame, 1))));
        if (flush) machine.Kvm.FlushRemoteTlbs();
    }

    private static void Edit(Machine machine, Action<Machine, Memslot> edit)
    {
        using (machine.Kvm.SlotsLock.Hold())
        using (machine.Kvm.SlotsArchLock.Hold()) edit(machine, machine.Kvm.PeekSlots(0).FindById(0)!);
    }

    private static void OnAnotherThread(Action body)
    {
        var thread = new Thread(() => body());
        thread.Start();
        thread.Join();
    }

    private static Pfn PfnOf(Machine machine)
    {
        using (machine.Mm.MmapRead()) return machine.Mm.PteAt(new Hva(Hva0)).Page!.Pfn;
    }

    private static HvaRange Bytes(ulong page, ulong pages) => HvaRange.FromStartLength(new Hva(Hva0 + (page * Page)), pages * Page);
}
