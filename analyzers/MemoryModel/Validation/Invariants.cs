using LockDiscipline;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Validation;

/// <summary>Checks what must always hold of a machine's memory, as it runs. The names, E1 to E23, are those of the table in docs/model.md; E24 to E28 are about locks, and <see cref="Lockdep"/>'s.</summary>
/// <remarks>
/// What is guarded by one lock is checked at the end of each section of it; what several tables must agree on is checked while nothing else runs, by <see cref="CheckAll"/>: a test calls it after each operation, a deterministic
/// scheduler after each step. With validation off there is no instance, and each place costs one test against null.
/// </remarks>
public sealed partial class Invariants : IPageObserver
{
    private readonly Kvm _kvm;
    private readonly Lock _gate = new();

    // What has been invalidated since the last time that no invalidation was in progress: exact, where the machine keeps one range that covers all.
    private readonly List<SlotGfnRange> _unmapped = [];

    [GuardedBy(nameof(_gate))]
    private readonly List<GuestMemfd> _files = [];

    private const int FewSlots = 256;

    private ulong _lastSeq;
    private int _changes;
    private readonly ulong[] _lastGenerations = new ulong[Kvm.AddressSpaceCount];

    internal Invariants(Kvm kvm)
    {
        _kvm = kvm;
        kvm.Mm.Memory.Observe(this);
    }

    /// <summary>Number of checks made.</summary>
    public long Checks { get; private set; }

    /// <summary>True: the machine is checked whole after every operation that changes slots or attributes too. Only for machines that one thread runs, or a deterministic scheduler.</summary>
    public bool IsThorough { get; set; }

    /// <summary>Checks everything.</summary>
    /// <exception cref="ModelViolationException">The first invariant that is broken.</exception>
    /// <remarks>To be called while nothing else runs on the machine: it takes no lock.</remarks>
    [NoLockAnalysis("looks at every table at once while nothing else runs; taking their locks would order them anew")]
    public void CheckAll() => LookOn(static self =>
    {
        self.CheckMmuTables();
        self.CheckTlbAgainstLog();
        self.CheckAllSlots();
        self.CheckSharedAgainstHost();
        self.CheckReferences();
        self.CheckFiles();
        if (self._kvm.Backend.FindDisagreement(self._kvm) is { } found) throw Violation(found.Invariant, found.Detail);
    });

    /// <summary>Checks what the mmu_lock guards.</summary>
    [RequiresLock("kvm.MmuLock")]
    internal void CheckMmu(Kvm kvm)
    {
        if (!ReferenceEquals(kvm, _kvm)) return;
        LookOn(static self => self.CheckMmuTables());
    }

    /// <summary>Checks the memslots.</summary>
    [RequiresLock("kvm.SlotsLock")]
    internal void CheckSlots(Kvm kvm)
    {
        if (!ReferenceEquals(kvm, _kvm)) return;
        if (IsThorough || IsDue(kvm)) LookOn(static self => self.CheckAllSlots());
    }

    /// <summary>True for each change while there are few slots; of many, all of them are looked at once in a while: tens of thousands would take minutes to make.</summary>
    private bool IsDue(Kvm kvm)
    {
        int slots = 0;
        for (int space = 0; space < Kvm.AddressSpaceCount; space++) slots += kvm.PeekSlots(space).Count;
        return slots <= FewSlots || ++_changes % (1 + (slots / FewSlots)) == 0;
    }

    /// <summary>Checks everything, if that was asked for.</summary>
    internal void CheckQuietly(Kvm kvm)
    {
        if (IsThorough && ReferenceEquals(kvm, _kvm)) CheckAll();
    }

    /// <summary>Notes that the entries of a range have been taken out.</summary>
    [RequiresLock("kvm.MmuLock")]
    internal void Unmapped(Kvm kvm, in SlotGfnRange range)
    {
        if (kvm.MmuInvalidateInProgress > 0) _unmapped.Add(range);
    }

    internal void Add(GuestMemfd file)
    {
        lock (_gate) _files.Add(file);
    }

    internal void Remove(GuestMemfd file)
    {
        lock (_gate) _files.Remove(file);
    }

    /// <summary>The machine is gone.</summary>
    internal void Stop() => _kvm.Mm.Memory.Unobserve(this);

    /// <summary>E3: a page is free only when nobody can reach it.</summary>
    void IPageObserver.PageFreed(HostPage page) => LookOn(self => self.CheckFreed(page));

    private void CheckFreed(HostPage page)
    {
        foreach (ShadowRoot root in SnapshotRoots())
        {
            foreach ((Gfn gfn, Spte entry) in root.Entries())
            {
                if (entry.IsPresent && entry.Pfn == page.Pfn) throw Violation("E3", $"page {page.Pfn} was freed while frame {gfn} is mapped to it");
            }
        }
        foreach (Vcpu vcpu in _kvm.Vcpus)
        {
            if (!vcpu.WillFlush && vcpu.Tlb.HoldsPage(page)) throw Violation("E3", $"page {page.Pfn} was freed while vCPU {vcpu.Id} holds a translation to it");
        }
        // One that the hardware did not give back is not handed out again.
        if (page.Guard is not null && !page.IsPoisoned) throw Violation("E20", $"page {page.Pfn} was freed while it is protected for a guest");
    }

    /// <summary>Looks at the machine on the thread of some task: what is looked at is no step of that task, and needs none of its locks.</summary>
    private void LookOn(Action<Invariants> check)
    {
        ModelTask task = ModelTask.Current;
        ISwitchScheduler? scheduler = SwitchPoint.Use(null);
        bool before = task.IsLookingOn;
        task.IsLookingOn = true;
        try
        {
            check(this);
        }
        finally
        {
            task.IsLookingOn = before;
            SwitchPoint.Use(scheduler);
        }
    }

    [NoLockAnalysis("looks at a table that is replaced whole, never changed in place")]
    private ShadowRoot[] SnapshotRoots() => [.. _kvm.Roots()];

    private static ModelViolationException Violation(string invariant, string detail) => new(invariant, ModelTask.Current.Name, detail);
}
