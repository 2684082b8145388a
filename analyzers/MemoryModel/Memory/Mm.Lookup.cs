using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

// Looking areas up.
public sealed partial class Mm
{
    // Disjoint areas, sorted by start. The tree itself never changes; the field is replaced under the lock for writing.
    [GuardedBy(nameof(MmapLock))]
    private AreaTree? _areas;

    [GuardedBy(nameof(MmapLock))]
    private int _areaCount;

    /// <summary>Number of areas.</summary>
    public int AreaCount
    {
        [RequiresLock(nameof(MmapLock), Shared = true)]
        get
        {
            MmapLock.AssertHeldShared();
            return _areaCount;
        }
    }

    /// <summary>The first area that ends above an address. It may begin above it as well: test it.</summary>
    /// <param name="addr">Any address.</param>
    /// <returns>The nearest area, or null when none ends above the address.</returns>
    /// <remarks>Source: find_vma(). Logarithmic in the number of areas.</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    [return: ValidUnder(nameof(MmapLock)), NearestMatch(nameof(addr))]
    public Vma? FindVma(Hva addr)
    {
        MmapLock.AssertHeldShared();
        return MmapLock.HandOut(AreaTree.FirstEndingAbove(_areas, addr.Value));
    }

    /// <summary>The area that contains an address.</summary>
    /// <param name="addr">Any address.</param>
    /// <returns>The area, or null when nothing is mapped there.</returns>
    /// <remarks>Source: vma_lookup(). Logarithmic in the number of areas.</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    [return: ValidUnder(nameof(MmapLock))]
    public Vma? VmaLookup(Hva addr)
    {
        MmapLock.AssertHeldShared();
        Vma? vma = AreaTree.FirstEndingAbove(_areas, addr.Value);
        return MmapLock.HandOut(vma is not null && vma.Range.Start <= addr ? vma : null);
    }

    /// <summary>The first area that has a byte in [start, end). It may begin after start and end before end: test what is needed.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">The byte after the last one; above <paramref name="start"/>.</param>
    /// <returns>The area, or null when nothing is mapped there.</returns>
    /// <remarks>Source: find_vma_intersection(). Logarithmic in the number of areas.</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    [RequiresTest("start < end")]
    [return: ValidUnder(nameof(MmapLock)), NearestMatch(nameof(start))]
    public Vma? FindVmaIntersection(Hva start, Hva end)
    {
        MmapLock.AssertHeldShared();
        if (start >= end && Lockdep is not null) throw new ModelViolationException("test required", ModelTask.Current.Name, $"areas were looked for in [{start}, {end}), which is no range");
        return MmapLock.HandOut(AreaTree.FirstOverlap(_areas, start.Value, end.Value));
    }
}
