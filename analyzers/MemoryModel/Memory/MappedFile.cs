using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>A file whose pages processes can map, and that can take them back.</summary>
/// <remarks>Source: struct address_space, its i_mmap tree and unmap_mapping_range(). Thread-safe.</remarks>
public abstract class MappedFile : KernelFile
{
    private readonly Lock _gate = new();

    // Where it is mapped. The page table lock of each address space, taken for every entry, keeps this and the mappings together.
    [GuardedBy(nameof(_gate))]
    private readonly List<Mapping> _mappings = [];

    /// <summary>What its areas are besides what they were mapped with.</summary>
    internal virtual VmaFlags AreaFlags => VmaFlags.None;

    /// <summary>True when a page that a fault was given is still the file's there. Asked under the page table lock, just before it is mapped: must not sleep. A file that never gives pages up while it is mapped need not say.</summary>
    /// <param name="index">Number of the page in the file.</param>
    /// <param name="page">The page.</param>
    /// <remarks>
    /// Source: the look at page->mapping before a fault is finished. Who takes a page out of the file does that first, and unmaps it afterwards, for which the page table lock is taken: so either the fault sees that it is gone, or the mapping is there by then
    /// and goes.
    /// </remarks>
    [NoSleep]
    protected internal virtual bool HasPage(ulong index, HostPage page) => true;

    /// <summary>Unmaps a page from every process that maps it, after telling their notifiers.</summary>
    /// <param name="index">Number of the page in the file.</param>
    [MaySleep]
    protected void UnmapPage(ulong index)
    {
        Locking.ModelTask.Current.MightSleep("unmapping a page of a file");
        foreach (Mapping mapping in Mappings())
        {
            if (index < mapping.FirstIndex) continue;
            Hva addr = mapping.Range.Start + ((index - mapping.FirstIndex) << PageSize.Shift);
            if (addr < mapping.Range.End) mapping.Mm.ZapFilePage(addr);
        }
    }

    internal sealed override void AddMapping(Mm mm, HvaRange range, ulong firstIndex)
    {
        Locking.SwitchPoint.Write(this, "the mappings of a file");
        lock (_gate) _mappings.Add(new Mapping(mm, range, firstIndex));
    }

    internal sealed override void RemoveMapping(Mm mm, HvaRange range, ulong firstIndex)
    {
        Locking.SwitchPoint.Write(this, "the mappings of a file");
        lock (_gate) _mappings.Remove(new Mapping(mm, range, firstIndex));
    }

    private Mapping[] Mappings()
    {
        Locking.SwitchPoint.Read(this, "the mappings of a file");
        lock (_gate) return [.. _mappings];
    }

    private readonly record struct Mapping(Mm Mm, HvaRange Range, ulong FirstIndex);
}
