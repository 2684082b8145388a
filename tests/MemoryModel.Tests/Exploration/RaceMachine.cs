using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Scenarios;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Exploration;

/// <summary>The machine of the scenarios with a single page, for tasks to race on: the fewer pages, the fewer schedules.</summary>
internal sealed class RaceMachine(bool isWatched = true, bool isPrivate = false, bool pins = false)
    : ScenarioMachine(isWatched, isPrivate, pages: 1, pins)
{
    /// <summary>User space deletes the memslot.</summary>
    public void DeleteSlot() => Demand(Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, default, 0, default)));

    /// <summary>Asks whether an invalidation is in progress, but not whether one has ended since.</summary>
    public void FaultCheckingProgressOnly()
    {
        using (Kvm.Srcu.Read())
        {
            PageFault fault = Kvm.BeginPageFault(Vcpu, new GuestAccess(Frame.Address, AccessKind.Write, 1));
            HostPage? page = Kvm.FaultinPfnShared(Vcpu, fault, out _);
            if (page is null) return;
            using (Kvm.MmuLock.Write())
            {
                if (Kvm.MmuInvalidateInProgress == 0) _ = Kvm.MapPage(Vcpu, fault, page);
            }
            Kvm.ReleasePfnClean(page);
        }
    }

    /// <summary>The right order: gone from the guest, and forgotten by its vCPUs, before it is given back.</summary>
    public void FlushBeforeFree()
    {
        using (Mm.MmapRead())
        {
            Pte seen = Mm.PteAt(Host);
            if (seen.Page is not null && Mm.InvalidateAround(Host, seen, default, MmuEvent.Clear)) Mm.Memory.PutPage(seen.Page, PageHolder.Kernel);
        }
    }

    /// <summary>The race of "KVM swapping with MMU Notifiers": a fault of the guest, the process giving the page up, and the process writing to it again.</summary>
    public static Trial GetUserPages(Action<RaceMachine> fault, bool pins = false, bool isWatchedBetweenSteps = false)
    {
        var machine = new RaceMachine(pins: pins);
        return new Trial(
            new TrialTask("vCPU", () => fault(machine)),
            new TrialTask("madvise", machine.DontNeed),
            new TrialTask("process", () => Demand(machine.Mm.Write(Host, 8))))
        {
            AtEnd = machine.Check,
            WhenQuiet = isWatchedBetweenSteps ? machine.Check : null,
        };
    }
}
