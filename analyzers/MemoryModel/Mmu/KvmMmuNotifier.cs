using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Ranges;

namespace MemoryModel.Mmu;

/// <summary>A machine's subscription to changes of its process's memory.</summary>
/// <remarks>
/// Source: kvm_mmu_notifier_ops. An invalidation concerns shared memory only: private memory is not what the process has mapped. Start takes entries out and flushes before it drops the mmu_lock; start and end see the same memslots,
/// because those are not swapped while an invalidation is active.
/// </remarks>
internal sealed class KvmMmuNotifier(Kvm kvm) : MmuNotifier
{
    private static readonly NotifierHandler s_unmap = Unmap;
    private static readonly NotifierHandler s_age = Age;
    private static readonly NotifierHandler s_testAge = TestAge;
    private static readonly NotifierHandler s_nothing = static (Kvm _, in SlotGfnRange _) => false;
    private static readonly NotifierLockHook s_begin = Begin;
    private static readonly NotifierLockHook s_end = End;
    private static readonly NotifierLockHook s_flush = Flush;

    /// <inheritdoc/>
    public override Errno InvalidateRangeStart(Mm mm, in MmuNotifierRange range)
    {
        CheckMm(mm);
        kvm.Invalidations.Begin();
        _ = NotifierWalk.Run(kvm, range.Range, s_unmap, s_begin, s_flush);
        return Errno.Ok;
    }

    /// <inheritdoc/>
    public override void InvalidateRangeEnd(Mm mm, in MmuNotifierRange range)
    {
        CheckMm(mm);
        // A handler that does nothing, not none: the walk must come by every slot, in both address spaces, and the hook ends the invalidation once.
        _ = NotifierWalk.Run(kvm, range.Range, s_nothing, s_end);
        kvm.Invalidations.End();
    }

    /// <inheritdoc/>
    /// <remarks>Source: kvm_mmu_notifier_clear_flush_young(). The flush comes after the mmu_lock, and only if it was young: nothing is freed on the strength of it.</remarks>
    public override bool ClearFlushYoung(Mm mm, HvaRange range)
    {
        CheckMm(mm);
        bool young = NotifierWalk.Run(kvm, range, s_age);
        if (!young) return false;
        int agings = kvm.Agings;
        kvm.FlushRemoteTlbs();
        // Whoever else clears marks meanwhile, and does not flush, may leave translations that nothing tells of.
        if (kvm.Agings == agings) kvm.Invariants?.CheckAged(range);
        return true;
    }

    /// <inheritdoc/>
    public override bool ClearYoung(Mm mm, HvaRange range)
    {
        CheckMm(mm);
        return NotifierWalk.Run(kvm, range, s_age);
    }

    /// <inheritdoc/>
    public override bool TestYoung(Mm mm, Hva addr)
    {
        CheckMm(mm);
        return NotifierWalk.Run(kvm, HvaRange.FromStartLength(addr.PageDown, PageSize.Bytes), s_testAge);
    }

    /// <inheritdoc/>
    public override void Release(Mm mm) => kvm.ReleaseMm();

    [NoSleep, RequiresLock("kvm.MmuLock"), LeavesPending("tlb flush", WhenReturns = true)]
    private static bool Unmap(Kvm kvm, in SlotGfnRange range)
    {
        kvm.MmuInvalidateRangeAdd(range.Range);
        // What the process is about to give up.
        kvm.Mm.ApproachPage(range.Slot.HvaOf(range.Range.Start));
        kvm.Backend.UnmapShared(kvm, range.Slot, range.Range);
        return kvm.UnmapGfnRange(range with { Filter = InvalidationFilter.Shared });
    }

    [NoSleep, RequiresLock("kvm.MmuLock")]
    private static bool Age(Kvm kvm, in SlotGfnRange range) => kvm.AgeGfnRange(range with { Filter = InvalidationFilter.Shared });

    [NoSleep, RequiresLock("kvm.MmuLock")]
    private static bool TestAge(Kvm kvm, in SlotGfnRange range) => kvm.TestAgeGfnRange(range with { Filter = InvalidationFilter.Shared });

    [NoSleep, RequiresLock("kvm.MmuLock")]
    private static void Begin(Kvm kvm) => kvm.MmuInvalidateBegin();

    [NoSleep, RequiresLock("kvm.MmuLock")]
    private static void End(Kvm kvm) => kvm.MmuInvalidateEnd();

    [NoSleep, RequiresLock("kvm.MmuLock"), Settles("tlb flush")]
    private static void Flush(Kvm kvm) => kvm.FlushRemoteTlbs();

    private void CheckMm(Mm mm)
    {
        if (kvm.IsDestroyed) throw new ModelViolationException("E22", Locking.ModelTask.Current.Name, "a machine that was destroyed got a notification");
        if (!ReferenceEquals(mm, kvm.Mm)) throw new ModelViolationException("notifier", Locking.ModelTask.Current.Name, "a notification of an address space that is not the machine's");
    }
}
