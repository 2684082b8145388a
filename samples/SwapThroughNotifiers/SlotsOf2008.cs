using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace Samples.Swapping;

/// <summary>Memslots as they were in 2008: an array and a count, which walkers read under the mmu_lock alone.</summary>
/// <remarks>"it has to ignore memslots with !user_alloc &amp;&amp; !userspace_addr": a slot whose memory the kernel allocates is published without an address, and gets it in one step.</remarks>
public sealed class SlotsOf2008
{
    private const int MaxSlots = 8;

    private readonly SpinningLock _mmuLock = new("mmu_lock");

    [GuardedBy(nameof(_mmuLock))]
    private readonly (Hva UserspaceAddr, ulong Pages)[] _slots = new (Hva, ulong)[MaxSlots];

    [GuardedBy(nameof(_mmuLock))]
    private int _count;

    /// <summary>Creates a slot whose memory the kernel allocates.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="pages">Pages.</param>
    /// <param name="allocate">Maps the memory; may fail.</param>
    /// <param name="published">Called when the slot can be seen and has no address yet.</param>
    /// <returns>Ok, or the error of the allocation, with the slot as it was. The count stays: the slot that it counts is one that walkers pass over.</returns>
    [ExcludesLock(nameof(_mmuLock)), MaySleep]
    public Errno Create(int id, ulong pages, Func<Result<Hva>> allocate, Action published)
    {
        (Hva, ulong) old;
        using (_mmuLock.Hold())
        {
            if (id >= _count) _count = id + 1;
            old = _slots[id];
            _slots[id] = (default, pages);
        }
        published();
        // Into a local variable first: an error must never be taken for an address.
        Result<Hva> addr = allocate();
        if (addr.IsError)
        {
            using (_mmuLock.Hold()) _slots[id] = old;
            return addr.Error;
        }
        using (_mmuLock.Hold()) _slots[id] = (addr.Value, pages);
        return Errno.Ok;
    }

    /// <summary>How many slots a walk over an address comes by, and how many it passes over.</summary>
    /// <param name="addr">The address.</param>
    [ExcludesLock(nameof(_mmuLock))]
    public (int Hits, int PassedOver) Walk(Hva addr)
    {
        int hits = 0;
        int passedOver = 0;
        using (_mmuLock.Hold())
        {
            for (int i = 0; i < _count; i++)
            {
                (Hva start, ulong pages) = _slots[i];
                if (start.Value == 0) passedOver++;
                else if (start <= addr && addr < start + (pages << PageSize.Shift)) hits++;
            }
        }
        return (hits, passedOver);
    }
}
