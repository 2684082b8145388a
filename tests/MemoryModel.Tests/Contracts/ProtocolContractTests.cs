using MemoryModel.Backends;
using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;
using MemoryModel.Tests.Exploration;

namespace MemoryModel.Tests.Contracts;

/// <summary>Contracts that take more than one call to break: each is broken here, and the validator must object. Where it takes a schedule as well, the explorer finds it.</summary>
public sealed class ProtocolContractTests
{
    private static readonly string[] s_incoherent = ["E1", "E2", "E3"];

    /// <summary>What breaks each contract, and the invariants that may be named for it.</summary>
    public static IReadOnlyDictionary<string, (Func<string?> Break, string[] Invariants)> Scenarios { get; } = new Dictionary<string, (Func<string?>, string[])>
    {
        ["Owned HostMemory.AllocPage"] = (static () => Leaks(static w => _ = w.Machine.Memory.AllocPage()), ["E4"]),
        ["Owned HostMemory.GetPage"] = (static () => Leaks(static w => _ = w.Machine.Memory.GetPage(w.Get<HostPage>())), ["E4"]),
        ["Owned Mm.GetUserPage"] = (static () => Leaks(static w => _ = w.Machine.Mm.GetUserPage(ContractWorld.Host, write: false)), ["E4"]),
        ["Owned Mm.GetUserPageFast"] = (static () => Leaks(static w => Assert.NotNull(w.Machine.Mm.GetUserPageFast(ContractWorld.Host, write: false, out _))), ["E4"]),
        ["Owned Kvm.GfnToPage"] = (static () => Leaks(static w => _ = w.Machine.Kvm.GfnToPage(w.Gfn), isReader: true), ["E4"]),
        ["Owned Kvm.FaultinPfnShared"] = (static () => Leaks(static w => Assert.NotNull(w.Machine.Kvm.FaultinPfnShared(w.Machine.Kvm.Vcpus[0], w.Get<PageFault>(), out _)), isReader: true), ["E4"]),
        ["Owned Kvm.FaultinPfnPrivate"] = (static () => Leaks(static w => Assert.NotNull(w.Machine.Kvm.FaultinPfnPrivate(w.Machine.Kvm.Vcpus[0], w.Get<PageFault>(), out _)), isReader: true, isPrivate: true), ["E4"]),
        ["Owned GuestMemfd.GetPfn"] = (static () => Leaks(static w => _ = GuestMemfd.GetPfn(w.Machine.Kvm, w.Get<Memslot>(), w.Gfn), isReader: true, isPrivate: true), ["E4"]),
        ["Owned GuestMemfd.FindPfn"] = (static () => Leaks(
            static w =>
            {
                Result<HostPage> first = GuestMemfd.GetPfn(w.Machine.Kvm, w.Get<Memslot>(), w.Gfn);
                _ = GuestMemfd.FindPfn(w.Machine.Kvm, w.Get<Memslot>(), w.Gfn);
                GuestMemfd.PutPfn(w.Machine.Kvm, first.Value);
            },
            isReader: true, isPrivate: true), ["E4"]),
        ["Owned KernelFile.FaultPage"] = (static () => Leaks(static w => _ = w.Get<MemoryFile>().FaultPage(0, PageHolder.Kernel)), ["E4"]),
        ["Owned Mm.HvaToPage"] = (static () => Leaks(static w => _ = w.Machine.Mm.HvaToPage(ContractWorld.Host, write: false, out _)), ["E4"]),
        ["Owned DeviceMemory.FaultPage"] = (static () => Leaks(static w => _ = w.Get<DeviceMemory>().FaultPage(0, PageHolder.Kernel)), ["E4"]),
        ["Owned MemoryFile.FaultPage"] = (static () => Leaks(static w => _ = w.Get<MemoryFile>().FaultPage(0, PageHolder.GetUserPages)), ["E4"]),
        ["Owned GuestMemfd.FaultPage"] = (static () => Leaks(static w => _ = w.Machine.AddPrivateSlot(2, 0x40, 4, 0x204000, GmemFlags.Mmap | GmemFlags.InitShared).FaultPage(0, PageHolder.Kernel)), ["E4"]),
        ["Consumes HostMemory.PutPage"] = (static () => Refused(static w => Twice(() => w.Machine.Memory.PutPage(w.Get<HostPage>()))), ["page reference"]),
        ["Consumes Kvm.ReleasePfnClean"] = (static () => Refused(static w => Twice(() => w.Machine.Kvm.ReleasePfnClean(w.Get<HostPage>()))), ["page reference"]),
        // The wrong release: a page of the process given back as one of private memory.
        ["Consumes GuestMemfd.PutPfn"] = (static () => Refused(static w => GuestMemfd.PutPfn(w.Machine.Kvm, w.Get<HostPage>())), ["page reference"]),
        ["ValidUnder Mm.FindVma"] = (static () => Refused(static w => UseLater(w, static mm => mm.FindVma(ContractWorld.Host))), ["reference past its lock"]),
        ["ValidUnder Mm.VmaLookup"] = (static () => Refused(static w => UseLater(w, static mm => mm.VmaLookup(ContractWorld.Host))), ["reference past its lock"]),
        ["ValidUnder Mm.FindVmaIntersection"] = (static () => Refused(static w => UseLater(w, static mm => mm.FindVmaIntersection(ContractWorld.Host, ContractWorld.Host + 1))), ["reference past its lock"]),
        ["ValidUnder Ultravisor.FindSecurePage"] = (SecurePageUsedLater, ["reference past its lock"]),
        ["ValidUnder Kvm.Memslots"] = (static () => Refused(static w => _ = Read(w, static kvm => kvm.Memslots()).FindByGfn(w.Gfn)), ["lock required"]),
        ["ValidUnder Kvm.GfnToMemslot"] = (static () => Refused(static w =>
        {
            Memslot slot = Read(w, kvm => kvm.GfnToMemslot(w.Gfn))!;
            Assert.Equal(Errno.Ok, w.Machine.Delete(0));
            _ = slot.UserspaceAddr;
        }), ["reference past its lock"]),
        ["RequiresTest Mm.FindVmaIntersection"] = (static () => Refused(static w =>
        {
            using (w.Machine.Mm.MmapRead()) _ = w.Machine.Mm.FindVmaIntersection(ContractWorld.Host, ContractWorld.Host);
        }), ["test required"]),
        ["OnSuccess Result`1.Value"] = (static () => Refused(static w => _ = w.Machine.Mm.Read(new Hva(0)).Value), ["result used without a test"]),
        ["SequenceSample Kvm.MmuInvalidateSeq"] = (static () => Found(static m => m.FaultSampledTooLate()), s_incoherent),
        ["SequenceFetch Kvm.FaultinPfnShared"] = (static () => Found(static m => m.FaultSampledTooLate()), s_incoherent),
        ["SequenceFetch Kvm.FaultinPfnPrivate"] = (PrivateWithoutRecheck, s_incoherent),
        ["SequenceRecheck Kvm.IsPageFaultStale"] = (static () => Found(static m => m.FaultUnchecked()), s_incoherent),
        ["SequenceRecheck Kvm.MmuInvalidateRetryGfn"] = (static () => Found(static m => m.FaultCheckingProgressOnly()), s_incoherent),
        ["SequenceRecheck Kvm.MmuInvalidateRetry"] = (static () => Found(static m => m.FaultCheckingProgressOnly()), s_incoherent),
        ["SequenceCommit Kvm.MapPage"] = (static () => Found(static m => m.FaultUnchecked()), s_incoherent),
        ["LeavesPending Kvm.ZapEntry"] = (FreedBeforeTheFlush, ["E3"]),
        ["LeavesPending Kvm.UnmapGfnRange"] = (static () => Unflushed(static (m, range) => m.UnmapGfnRange(range)), ["E2"]),
        ["LeavesPending Kvm.WriteProtectGfnRange"] = (WriteProtectedWithoutFlush, ["E15"]),
        ["Settles Kvm.FlushRemoteTlbs"] = (FreedBeforeTheFlush, ["E3"]),
        ["RequiresSettled Kvm.MmuLock"] = (static () => Unflushed(static (m, range) => m.UnmapGfnRange(range)), ["E2"]),
        ["AssignedWhenReturns Kvm.ReportMemoryFault"] = (static () => ExitIsFilledIn() ? "filled in" : null, ["filled in"]),
        ["StopsAtFirstError HvaRangeOperator.Apply"] = (static () => OperatorCalls() == 1 ? "stopped" : null, ["stopped"]),
        ["StopsAtFirstError Kvm.GmemPopulate"] = (static () => PopulateCalls() == 1 ? "stopped" : null, ["stopped"]),
    };

    public static TheoryData<string> Names => [.. Scenarios.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void BrokenContract_IsRefused(string name)
    {
        (Func<string?> breakIt, string[] invariants) = Scenarios[name];
        Assert.Contains(breakIt(), invariants);
    }

    /// <summary>A task that ends with what it took, and never gave back.</summary>
    private static string? Leaks(Action<ContractWorld> take, bool isReader = false, bool isPrivate = false)
    {
        var world = new ContractWorld(typeof(Kvm), isPrivate);
        return Record.Exception(() => ModelTask.Run("caller", () =>
        {
            if (!isReader)
            {
                take(world);
                return;
            }
            using (world.Machine.Kvm.Srcu.Read()) take(world);
        })) is ModelViolationException found ? found.Invariant : null;
    }

    private static string? Refused(Action<ContractWorld> act)
    {
        var world = new ContractWorld(typeof(Kvm));
        return world.Call([], () => act(world))?.Invariant;
    }

    private static void Twice(Action act)
    {
        act();
        act();
    }

    private static T Read<T>(ContractWorld world, Func<Kvm, T> read)
    {
        using (world.Machine.Kvm.Srcu.Read()) return read(world.Machine.Kvm);
    }

    private static void UseLater(ContractWorld world, Func<Mm, Vma?> find)
    {
        Mm mm = world.Machine.Mm;
        Vma? vma;
        using (mm.MmapRead()) vma = find(mm);
        using (mm.MmapRead()) _ = vma!.Start;
    }

    private static string? SecurePageUsedLater()
    {
        Machine machine = Machine.Secure();
        machine.Map(0x200000, 1);
        machine.AddSlot(0, 0x10, 1, 0x200000);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address).IsSuccess);
        SecurePage? page;
        using (machine.Uv.UvmemLock.Hold()) page = machine.Uv.FindSecurePage(new Gfn(0x10));
        return Record.Exception(() => ModelTask.Run("caller", () =>
        {
            using (machine.Uv.UvmemLock.Hold()) page = machine.Uv.FindSecurePage(new Gfn(0x10));
            using (machine.Uv.UvmemLock.Hold()) machine.Uv.MarkForDrop(page!, skipPageOut: true, removeGfn: true);
        })) is ModelViolationException found ? found.Invariant : null;
    }

    private static string? Found(Action<RaceMachine> fault) => Explorer.Exhaust(() => RaceMachine.GetUserPages(fault), preemptions: 1).Failure?.Invariant;

    private static string? PrivateWithoutRecheck() => Explorer.Exhaust(
        static () =>
        {
            var machine = new RaceMachine(isPrivate: true);
            return new Trial(new TrialTask("vCPU", machine.FaultUnchecked), new TrialTask("punch", machine.Punch)) { AtEnd = machine.Check };
        },
        preemptions: 1).Failure?.Invariant;

    private static string? FreedBeforeTheFlush()
    {
        var machine = new RaceMachine();
        Assert.True(machine.Vcpu.Read(RaceMachine.Frame.Address).IsDone);
        return Record.Exception(machine.FreeBeforeFlush) is ModelViolationException found ? found.Invariant : null;
    }

    /// <summary>Takes entries out inside an invalidation, and drops the lock without a flush.</summary>
    private static string? Unflushed(Func<Kvm, SlotGfnRange, bool> zap)
    {
        var machine = new RaceMachine();
        Kvm kvm = machine.Kvm;
        Assert.True(machine.Vcpu.Read(RaceMachine.Frame.Address).IsDone);
        using (kvm.Srcu.Read())
        using (kvm.MmuLock.Write())
        {
            kvm.MmuInvalidateBegin();
            GfnRange range = GfnRange.FromStartCount(RaceMachine.Frame, 1);
            kvm.MmuInvalidateRangeAdd(range);
            Assert.True(zap(kvm, new SlotGfnRange(kvm.GfnToMemslot(RaceMachine.Frame)!, range)));
        }
        return Record.Exception(machine.Check) is ModelViolationException found ? found.Invariant : null;
    }

    private static string? WriteProtectedWithoutFlush()
    {
        var machine = new Machine();
        machine.Map(0x200000, 1);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, 1, 0x200000, MemslotFlags.LogDirtyPages));
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 1).IsDone);
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.MmuLock.Write())
        {
            Memslot slot = machine.Kvm.GfnToMemslot(new Gfn(0x10))!;
            _ = slot.Dirty!.Take(0);
            Assert.True(machine.Kvm.WriteProtectGfnRange(new SlotGfnRange(slot, slot.GfnRange)));
        }
        return Record.Exception(machine.Check) is ModelViolationException found ? found.Invariant : null;
    }

    private static bool ExitIsFilledIn()
    {
        var world = new ContractWorld(typeof(Kvm), isPrivate: true);
        Vcpu vcpu = world.Machine.Kvm.Vcpus[0];
        vcpu.Exit.ExitReason = ExitReason.None;
        vcpu.Exit.Size = 1;
        using (world.Machine.Kvm.Srcu.Read())
        {
            PageFault fault = world.Machine.Kvm.BeginPageFault(vcpu, new GuestAccess(world.Gfn.Address, AccessKind.Write, 1));
            ExitReason returned = world.Machine.Kvm.ReportMemoryFault(vcpu, fault);
            return returned == ExitReason.MemoryFault && vcpu.Exit.ExitReason == returned && vcpu.Exit.Gpa == world.Gfn.Address && vcpu.Exit.Size == Machine.Page && vcpu.Exit.IsPrivate;
        }
    }

    private static int OperatorCalls()
    {
        var machine = new Machine();
        machine.Map(0x200000, 8);
        machine.AddSlot(0, 0x10, 4, 0x200000);
        machine.AddSlot(1, 0x20, 4, 0x204000);
        int calls = 0;
        Errno result = HvaRangeOperator.Apply(machine.Kvm, HvaRange.FromStartLength(new Hva(0x200000), 8 * Machine.Page), (Kvm _, in SlotGfnRange _) =>
        {
            calls++;
            return Errno.EIO;
        });
        return result == Errno.EIO ? calls : -1;
    }

    private static int PopulateCalls()
    {
        var world = new ContractWorld(typeof(Kvm), isPrivate: true);
        int calls = 0;
        Result<ulong> result = world.Machine.Kvm.GmemPopulate(world.Gfn, null, 4, (_, _, _, _) =>
        {
            calls++;
            return Errno.EIO;
        });
        return result.IsError && result.Error == Errno.EIO ? calls : -1;
    }
}
