using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel;

// The protocol that keeps a fault from mapping what is being invalidated.
public sealed partial class Kvm
{
    private ulong _invalidateSeq;

    [GuardedBy(nameof(MmuLock))]
    private int _invalidateInProgress;

    [GuardedBy(nameof(MmuLock))]
    private GfnRange? _invalidateRange;

    /// <summary>Number of invalidations that have ended. Read it before the page is looked up: one that ends in between changes it.</summary>
    /// <remarks>Source: mmu_invalidate_seq, formerly mmu_notifier_seq. Reading needs no lock; what is looked up afterwards is looked up after it (smp_rmb()).</remarks>
    [SequenceSample("mmu_seq")]
    public ulong MmuInvalidateSeq
    {
        get
        {
            SwitchPoint.Read(this, "the count of invalidations");
            return Volatile.Read(ref _invalidateSeq);
        }
    }

    /// <summary>Invalidations that have begun and not ended.</summary>
    public int MmuInvalidateInProgress
    {
        [RequiresLock(nameof(MmuLock), Shared = true)]
        get
        {
            MmuLock.AssertHeldShared();
            return _invalidateInProgress;
        }
    }

    /// <summary>True when what is being invalidated is known, for the checker of invariants.</summary>
    [NoLockAnalysis("for the checker of invariants, which holds what is needed, or runs alone")]
    internal bool HasInvalidateRange => _invalidateRange is not null;

    /// <summary>An invalidation begins: nothing in its range is mapped until it ends.</summary>
    /// <remarks>Source: kvm_mmu_invalidate_begin(), of late kvm_mmu_invalidate_start(). Its range is added before the mmu_lock is dropped.</remarks>
    [RequiresLock(nameof(MmuLock))]
    public void MmuInvalidateBegin()
    {
        MmuLock.AssertHeld();
        SwitchPoint.Write(this, "the count of invalidations");
        if (++_invalidateInProgress == 1) _invalidateRange = null;
    }

    /// <summary>Adds frames to what is being invalidated. Of several invalidations at a time, the ranges grow into one that covers all, until the last has ended.</summary>
    /// <param name="range">The frames.</param>
    /// <exception cref="ModelViolationException">"E5": no invalidation has begun.</exception>
    /// <remarks>Source: kvm_mmu_invalidate_range_add().</remarks>
    [RequiresLock(nameof(MmuLock))]
    public void MmuInvalidateRangeAdd(GfnRange range)
    {
        MmuLock.AssertHeld();
        if (_invalidateInProgress == 0) throw Broken("E5", "a range was added to no invalidation");
        SwitchPoint.Write(this, "the count of invalidations");
        _invalidateRange = _invalidateRange is { } old
            ? GfnRange.FromStartEnd(Gfn.Min(old.Start, range.Start), Gfn.Max(old.End, range.End))
            : range;
    }

    /// <summary>An invalidation has ended.</summary>
    /// <exception cref="ModelViolationException">"E5": none had begun, or it never said what.</exception>
    /// <remarks>Source: kvm_mmu_invalidate_end(). The count goes up before the number in progress goes down: a fault sees one or the other.</remarks>
    [RequiresLock(nameof(MmuLock))]
    public void MmuInvalidateEnd()
    {
        MmuLock.AssertHeld();
        if (_invalidateInProgress == 0) throw Broken("E5", "an invalidation ended that had not begun");
        if (_invalidateRange is null) throw Broken("E5", "an invalidation ended whose range was never added");
        SwitchPoint.Write(this, "the count of invalidations");
        Volatile.Write(ref _invalidateSeq, _invalidateSeq + 1);
        _invalidateInProgress--;
    }

    /// <summary>Must a fault on a frame start over?</summary>
    /// <param name="seq">What <see cref="MmuInvalidateSeq"/> was before the page was looked up.</param>
    /// <param name="gfn">The frame.</param>
    /// <returns>True when an invalidation of the frame is in progress, or any has ended since.</returns>
    /// <remarks>Source: mmu_invalidate_retry_gfn(). Both halves are needed: one in progress has not counted yet, one that ended is not in progress any more.</remarks>
    [SequenceRecheck("mmu_seq", Stale = true)]
    [RequiresLock(nameof(MmuLock), Shared = true)]
    public bool MmuInvalidateRetryGfn(ulong seq, Gfn gfn)
    {
        MmuLock.AssertHeldShared();
        if (_invalidateInProgress > 0 && (_invalidateRange is not { } range || range.Contains(gfn))) return true;
        return _invalidateSeq != seq;
    }

    /// <summary>Must a fault start over, whatever its frame?</summary>
    /// <param name="seq">What <see cref="MmuInvalidateSeq"/> was before the page was looked up.</param>
    /// <returns>True when any invalidation is in progress, or has ended since.</returns>
    /// <remarks>Source: mmu_invalidate_retry().</remarks>
    [SequenceRecheck("mmu_seq", Stale = true)]
    [RequiresLock(nameof(MmuLock), Shared = true)]
    public bool MmuInvalidateRetry(ulong seq)
    {
        MmuLock.AssertHeldShared();
        return _invalidateInProgress > 0 || _invalidateSeq != seq;
    }

    /// <summary>A guess at what <see cref="MmuInvalidateRetryGfn"/> would say, without the lock: may be wrong either way, and only spares work.</summary>
    /// <param name="seq">What <see cref="MmuInvalidateSeq"/> was before the page was looked up.</param>
    /// <param name="gfn">The frame.</param>
    /// <remarks>Source: mmu_invalidate_retry_gfn_unsafe().</remarks>
    [NoLockAnalysis("reads without the lock on purpose: it is a guess, and what it guesses is asked again under the lock")]
    public bool MmuInvalidateRetryGfnUnsafe(ulong seq, Gfn gfn)
    {
        SwitchPoint.Read(this, "the count of invalidations");
        return (Volatile.Read(ref _invalidateInProgress) > 0 && _invalidateRange is { } range && range.Contains(gfn)) || Volatile.Read(ref _invalidateSeq) != seq;
    }

    private static ModelViolationException Broken(string invariant, string detail) => new(invariant, ModelTask.Current.Name, detail);
}
