using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>The slots of a set in two sorted arrays, made when the set is first asked: a search in an array touches far less memory than one in a tree.</summary>
/// <remarks>Immutable, but for what was found last. By address, the array serves only while no two slots share memory; otherwise the interval tree does.</remarks>
internal sealed class MemslotIndex
{
    private readonly SortedNumbers _frames;
    private readonly ulong[] _frameEnds;
    private readonly Memslot[] _byFrame;
    private readonly SortedNumbers _addresses;
    private readonly ulong[] _addressEnds;
    private readonly Memslot[] _byAddress;

    // What was found last: the end of an invalidation looks for what its start found. Two readers may write it at a time; whoever reads it tests it.
    private int _lastByAddress;

    public MemslotIndex(IReadOnlyList<Memslot> slots)
    {
        _byFrame = [.. slots];
        _frames = new SortedNumbers(Array.ConvertAll(_byFrame, static slot => slot.BaseGfn.Value));
        _frameEnds = Array.ConvertAll(_byFrame, static slot => slot.GfnRange.End.Value);
        _byAddress = [.. slots];
        Array.Sort(_byAddress, static (a, b) => a.UserspaceAddr.CompareTo(b.UserspaceAddr));
        _addresses = new SortedNumbers(Array.ConvertAll(_byAddress, static slot => slot.UserspaceAddr.Value));
        _addressEnds = Array.ConvertAll(_byAddress, static slot => slot.HvaRange.End.Value);
        IsDisjoint = true;
        for (int i = 1; i < _byAddress.Length; i++) IsDisjoint &= _addressEnds[i - 1] <= _addresses[i];
    }

    /// <summary>True when no two slots share memory of the process.</summary>
    public bool IsDisjoint { get; }

    /// <summary>The slot that holds a frame.</summary>
    public Memslot? FindByGfn(Gfn gfn)
    {
        int at = _frames.LastAtOrBelow(gfn.Value);
        return at >= 0 && gfn.Value < _frameEnds[at] ? _byFrame[at] : null;
    }

    /// <summary>Position of the first slot with memory in a range, or behind it.</summary>
    public int FirstInHvaRange(HvaRange range)
    {
        int at = _lastByAddress;
        if (!IsLastAtOrBelow(at, range.Start.Value)) _lastByAddress = at = _addresses.LastAtOrBelow(range.Start.Value);
        return at >= 0 && _addressEnds[at] > range.Start.Value ? at : at + 1;
    }

    private bool IsLastAtOrBelow(int at, ulong value) =>
        (uint)at < (uint)_addresses.Count && _addresses[at] <= value && (at + 1 == _addresses.Count || _addresses[at + 1] > value);

    /// <summary>The slot at a position, if it has memory below an address.</summary>
    public Memslot? AtBelow(int position, Hva end) => position < _addresses.Count && _addresses[position] < end.Value ? _byAddress[position] : null;
}
