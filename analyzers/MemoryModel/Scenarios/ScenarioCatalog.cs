using MemoryModel.Exploration;
using MemoryModel.Memory;

namespace MemoryModel.Scenarios;

/// <summary>The scenarios there are.</summary>
public static class ScenarioCatalog
{
    private const string Swapping = "KVM swapping with MMU notifiers (February 2008)";
    private const string PrivateFaults = "the private page fault (December 2021)";

    /// <summary>All of them, in the order in which they are listed.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("gup-posted", "a page is given up between its look-up and its mapping: no recheck", Swapping, "LCK5001", 1,
            static () => new ScenarioMachine(),
            static machine => Two("vCPU", machine.FaultUnchecked, "madvise", machine.DontNeed, machine)),
        new("gup-late", "the invalidations are counted when the page is looked up already", Swapping, "LCK5002", 1,
            static () => new ScenarioMachine(),
            static machine => Two("vCPU", machine.FaultSampledTooLate, "madvise", machine.DontNeed, machine)),
        new("gup-checked", "count, look up, lock, recheck, map: the same with nothing left out", Swapping, null, 3,
            static () => new ScenarioMachine(),
            static machine => Two("vCPU", machine.Fault, "madvise", machine.DontNeed, machine)),
        new("private-posted", "a hole is punched under a fault that spares private pages the recheck", PrivateFaults, null, 1,
            static () => new ScenarioMachine(isPrivate: true),
            static machine => Two("vCPU", machine.FaultUnchecked, "punch", machine.Punch, machine)),
        new("private-checked", "the same with the recheck", PrivateFaults, null, 2,
            static () => new ScenarioMachine(isPrivate: true),
            static machine => Two("vCPU", machine.Fault, "punch", machine.Punch, machine)),
        new("free-before-flush", "a page goes back to the host while a vCPU still has a translation to it", Swapping, "LCK5003", 1,
            static () =>
            {
                var machine = new ScenarioMachine();
                machine.GuestReads();
                return machine;
            },
            static machine => Two("vCPU", machine.GuestReads, "unmap", machine.FreeBeforeFlush, machine)),
        new("ab-ba", "two locks in opposite order, without the validator: nobody goes on", "kvm/locking.rst", "LCK2003", 1,
            static () => new ScenarioMachine(isWatched: false),
            static machine => Two("populate", machine.Populate, "munmap", machine.ReleaseUnderMmapLock, machine)),
        new("wait-in-section", "who waits for readers holds what a reader waits for, without the validator", "kvm/locking.rst", "LCK2005", 1,
            static () => new ScenarioMachine(isWatched: false),
            static machine => Two("memslots", machine.Replace, "reader", machine.ReadThenLock, machine)),
    ];

    /// <summary>The scenario of a name; null when there is none.</summary>
    /// <param name="name">Its name, whatever its case.</param>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static Trial Two(string first, Action one, string second, Action other, ScenarioMachine machine) =>
        new(new TrialTask(first, one), new TrialTask(second, other)) { AtEnd = machine.Check };
}
