using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>Who keeps page tables of its own over a process's memory, and must hear before that memory changes.</summary>
/// <remarks>
/// Source: struct mmu_notifier_ops. Between start and end the range is being changed: on return from start nobody may use old translations of it, and none may be made until end. Start and end come
/// under the mmap lock or the lock of the reverse map, outside the page table lock; the aging calls come under the page table lock. Derive from it and override what is of interest.
/// </remarks>
public abstract class MmuNotifier
{
    /// <summary>An invalidation begins. The pages are still mapped, and each has a reference.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="range">What is invalidated. Only when it is blockable may this sleep.</param>
    /// <returns>Ok; EAGAIN when the range is not blockable and this would have to sleep. Who can say EAGAIN must have no end.</returns>
    /// <remarks>Source: invalidate_range_start().</remarks>
    [MaySleep, MustCheck]
    public virtual Errno InvalidateRangeStart(Mm mm, in MmuNotifierRange range) => Errno.Ok;

    /// <summary>An invalidation has ended: the pages are unmapped, and may be free.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="range">What start was given.</param>
    /// <remarks>Source: invalidate_range_end().</remarks>
    public virtual void InvalidateRangeEnd(Mm mm, in MmuNotifierRange range)
    {
    }

    /// <summary>Was the range used? Clears the marks, and sees to it that a later use is marked again.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="range">The addresses.</param>
    /// <returns>True when it was.</returns>
    /// <remarks>Source: clear_flush_young().</remarks>
    [NoSleep]
    public virtual bool ClearFlushYoung(Mm mm, HvaRange range) => false;

    /// <summary>Was the range used? Clears the marks; a use through a translation that is still cached may go unmarked.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="range">The addresses.</param>
    /// <returns>True when it was.</returns>
    /// <remarks>Source: clear_young().</remarks>
    [NoSleep]
    public virtual bool ClearYoung(Mm mm, HvaRange range) => false;

    /// <summary>Was the range used? Changes nothing.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="addr">The address.</param>
    /// <returns>True when it was.</returns>
    /// <remarks>Source: test_young().</remarks>
    [NoSleep]
    public virtual bool TestYoung(Mm mm, Hva addr) => false;

    /// <summary>The address space goes away, or the notifier is unregistered: drop everything and make no more. No page has been freed yet.</summary>
    /// <param name="mm">The address space.</param>
    /// <remarks>Source: release().</remarks>
    [MaySleep]
    public virtual void Release(Mm mm)
    {
    }
}
