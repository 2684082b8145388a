using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>The slots of a set in two sorted arrays, made when the set is first asked: a search in an array touches far less memory than one in a tree.</summary>
/// <remarks>Immutable, but for what was found last. By address, the array serves only while no two slots share memory; otherwise the interval tree does.</remarks>
internal sealed class MemslotIndex
{
    private readonly ulong[] _frames;
    private readonly Memslot[] _byFrame;
    private readonly ulong[] _addresses;
    private readonly Memslot[] _byAddress;

    // What was found last: the end of an invalidation looks for what its start found. Two readers may write it at a time; whoever reads it tests it.
    private int _lastByAddress;

    public MemslotIndex(IReadOnlyList<Memslot> slots)
    {
        _byFrame = [.. slots];
        _frames = Array.ConvertAll(_byFrame, static slot => slot.BaseGfn.Value);
        _byAddress = [.. slots];
        Array.Sort(_byAddress, static (a, b) => a.UserspaceAddr.CompareTo(b.UserspaceAddr));
        _addresses = Array.ConvertAll(_byAddress, static slot => slot.UserspaceAddr.Value);
        IsDisjoint = true;
        for (int i = 1; i < _byAddress.Length; i++) IsDisjoint &= _byAddress[i - 1].HvaRange.End <= _byAddress[i].UserspaceAddr;
    }

    /// <summary>True when no two slots share memory of the process.</summary>
    public bool IsDisjoint { get; }

    /// <summary>The slot that holds a frame.</summary>
    public Memslot? FindByGfn(Gfn gfn)
    {
        int at = LastAtOrBelow(_frames, gfn.Value);
        return at >= 0 && _byFrame[at].GfnRange.Contains(gfn) ? _byFrame[at] : null;
    }

    /// <summary>Position of the first slot with memory in a range, or behind it.</summary>
    public int FirstInHvaRange(HvaRange range)
    {
        int at = _lastByAddress;
        if (!IsLastAtOrBelow(at, range.Start.Value)) _lastByAddress = at = LastAtOrBelow(_addresses, range.Start.Value);
        return at >= 0 && _byAddress[at].HvaRange.End > range.Start ? at : at + 1;
    }

    private bool IsLastAtOrBelow(int at, ulong value) =>
        (uint)at < (uint)_addresses.Length && _addresses[at] <= value && (at + 1 == _addresses.Length || _addresses[at + 1] > value);

    /// <summary>The slot at a position, if it has memory below an address.</summary>
    public Memslot? AtBelow(int position, Hva end) => position < _addresses.Length && _addresses[position] < end.Value ? _byAddress[position] : null;

    private static int LastAtOrBelow(ulong[] starts, ulong value)
    {
        int low = 0;
        int high = starts.Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (starts[middle] <= value) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }
}
