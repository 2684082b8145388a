using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Ranges;

/// <summary>The part of a range of addresses that falls into one memslot, as guest frames.</summary>
/// <param name="Slot">The slot. Good only inside the handler that it was handed to.</param>
/// <param name="Range">Frames of the slot that have a byte in the range.</param>
/// <remarks>Source: struct kvm_gfn_range.</remarks>
public readonly record struct SlotGfnRange(Memslot Slot, GfnRange Range)
{
    /// <summary>Which kind of memory is meant. Private and shared memory alike, unless somebody says otherwise.</summary>
    public InvalidationFilter Filter { get; init; }

    /// <summary>Clips a range of addresses to a slot. A page that is in it in part counts whole.</summary>
    /// <param name="slot">A slot that has a byte in the range.</param>
    /// <param name="range">A valid range.</param>
    /// <remarks>Source: the frames of { page | page intersects with [start, end) }, in __kvm_handle_hva_range() and in the HVA range operator.</remarks>
    public static SlotGfnRange Clip(Memslot slot, HvaRange range)
    {
        HvaRange clipped = slot.HvaRange.Clip(range);
        Gfn start = slot.GfnOf(clipped.Start);
        Gfn end = slot.GfnOf(clipped.End + (PageSize.Bytes - 1));
        return new SlotGfnRange(slot, GfnRange.FromStartEnd(start, end));
    }
}
