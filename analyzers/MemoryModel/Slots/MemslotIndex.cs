using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>The slots of a set in two sorted arrays, made when the set is first asked: a search in an array touches far less memory than one in a tree.</summary>
/// <remarks>Immutable, but for what was found last. By address, the array serves only while no two slots share memory; otherwise the interval tree does.</remarks>
internal sealed class MemslotIndex
{
    private readonly SortedNumbers _frames;
    private readonly Entry[] _byFrame;
    private readonly SortedNumbers _addresses;
    private readonly Entry[] _byAddress;

    // What was found last: the end of an invalidation looks for what its start found. Two readers may write it at a time; whoever reads it tests it.
    private int _lastByAddress;

    public MemslotIndex(IReadOnlyList<Memslot> slots)
    {
        Memslot[] sorted = [.. slots];
        _frames = new SortedNumbers(Array.ConvertAll(sorted, static slot => slot.BaseGfn.Value));
        _byFrame = Array.ConvertAll(sorted, static slot => new Entry(slot.GfnRange.End.Value, slot));
        Array.Sort(sorted, static (a, b) => a.UserspaceAddr.CompareTo(b.UserspaceAddr));
        _addresses = new SortedNumbers(Array.ConvertAll(sorted, static slot => slot.UserspaceAddr.Value));
        _byAddress = Array.ConvertAll(sorted, static slot => new Entry(slot.HvaRange.End.Value, slot));
        IsDisjoint = true;
        for (int i = 1; i < _byAddress.Length; i++) IsDisjoint &= _byAddress[i - 1].End <= _addresses[i];
    }

    /// <summary>True when no two slots share memory of the process.</summary>
    public bool IsDisjoint { get; }

    /// <summary>The slot that holds a frame.</summary>
    public Memslot? FindByGfn(Gfn gfn)
    {
        int at = _frames.LastAtOrBelow(gfn.Value);
        return at >= 0 && gfn.Value < _byFrame[at].End ? _byFrame[at].Approached() : null;
    }

    /// <summary>Position of the first slot with memory in a range, or behind it.</summary>
    public int FirstInHvaRange(HvaRange range)
    {
        int at = _lastByAddress;
        if (!IsLastAtOrBelow(at, range.Start.Value)) _lastByAddress = at = _addresses.LastAtOrBelow(range.Start.Value);
        return at >= 0 && _byAddress[at].End > range.Start.Value ? at : at + 1;
    }

    /// <summary>The slot at a position, if it has memory below an address.</summary>
    public Memslot? AtBelow(int position, Hva end) => position < _addresses.Count && _addresses[position] < end.Value ? _byAddress[position].Approached() : null;

    private bool IsLastAtOrBelow(int at, ulong value) =>
        (uint)at < (uint)_addresses.Count && _addresses[at] <= value && (at + 1 == _addresses.Count || _addresses[at + 1] > value);

    /// <summary>A slot, and beside it where it ends: what is asked of most slots that a search comes by needs no look at the slot.</summary>
    private readonly struct Entry(ulong end, Memslot slot)
    {
        public ulong End => end;

        /// <summary>The slot, both of the lines that it is in asked for at once.</summary>
        public Memslot Approached()
        {
            slot.Approach();
            return slot;
        }
    }
}
