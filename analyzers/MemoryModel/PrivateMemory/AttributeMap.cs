using MemoryModel.Memory;

namespace MemoryModel.PrivateMemory;

/// <summary>Attributes of all frames. Runs, so that a change of a terabyte costs what a change of a page costs; immutable, so that a reader needs no lock.</summary>
/// <remarks>Source: kvm->mem_attr_array, an xarray that is read under RCU. What is not in it is shared.</remarks>
internal sealed class AttributeMap
{
    private readonly IntervalTree<AttributeRange>? _runs;
    private volatile bool _isFreed;

    private AttributeMap(IntervalTree<AttributeRange>? runs) => _runs = runs;

    public static AttributeMap Empty { get; } = new(null);

    /// <summary>True when every frame is shared.</summary>
    public bool IsEmpty => _runs is null;

    public MemoryAttributes Of(Gfn gfn)
    {
        if (_isFreed) throw new ModelViolationException("reference past its lock", Locking.ModelTask.Current.Name, "attributes were read after they had been replaced and all their readers had left");
        IntervalTree<AttributeRange>? run = IntervalTree<AttributeRange>.FirstEndingAbove(_runs, gfn.Value);
        return run is not null && run.Start <= gfn.Value ? run.Item.Attributes : MemoryAttributes.None;
    }

    /// <summary>Nobody can see it any more: every reader that could has left.</summary>
    public void Free() => _isFreed = !ReferenceEquals(this, Empty);

    /// <summary>True when every frame of a range has just these. The last frame belongs to it, the one behind it does not.</summary>
    public bool All(GfnRange range, MemoryAttributes attributes)
    {
        IntervalTree<AttributeRange>? run = IntervalTree<AttributeRange>.FirstOverlap(_runs, range.Start.Value, range.End.Value);
        if (attributes == MemoryAttributes.None) return run is null;
        ulong at = range.Start.Value;
        while (run is not null && run.Start <= at && run.Item.Attributes == attributes)
        {
            if (run.End >= range.End.Value) return true;
            at = run.End;
            run = IntervalTree<AttributeRange>.FirstOverlap(_runs, at, range.End.Value);
        }
        return false;
    }

    public AttributeMap With(GfnRange range, MemoryAttributes attributes)
    {
        IntervalTree<AttributeRange>? runs = _runs;
        ulong start = range.Start.Value;
        ulong end = range.End.Value;
        while (IntervalTree<AttributeRange>.FirstOverlap(runs, range.Start.Value, range.End.Value) is { } old)
        {
            runs = IntervalTree<AttributeRange>.Remove(runs, old.Start, 0);
            if (old.Item.Attributes == attributes)
            {
                start = Math.Min(start, old.Start);
                end = Math.Max(end, old.End);
                continue;
            }
            if (old.Start < range.Start.Value) runs = IntervalTree<AttributeRange>.Insert(runs, old.Start, range.Start.Value, 0, old.Item);
            if (old.End > range.End.Value) runs = IntervalTree<AttributeRange>.Insert(runs, range.End.Value, old.End, 0, old.Item);
        }
        if (attributes != MemoryAttributes.None) runs = IntervalTree<AttributeRange>.Insert(runs, start, end, 0, new AttributeRange(attributes));
        return new AttributeMap(runs);
    }
}
