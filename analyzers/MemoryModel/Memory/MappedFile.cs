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
