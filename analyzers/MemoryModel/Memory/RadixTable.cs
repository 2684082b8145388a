using System.Runtime.CompilerServices;

namespace MemoryModel.Memory;

/// <summary>A sparse array over 64-bit indices.</summary>
/// <typeparam name="T">Type of a cell; its default value means that nothing is there.</typeparam>
/// <remarks>
/// Two trees: the first cells come to be in small leaves, so that a table of a few cells is a few kilobytes and looked through in no time, and those of a large table in large leaves, so that what leads to ten million cells stays in a processor's
/// cache. An aligned run of indices as long as a large leaf is in one tree or in the other. A look-up and a step of a walk cost one array access per level; a walk passes over what was never touched without looking at it. Lookups need no lock.
/// Who adds cells, and who changes one that others may read, synchronises by himself.
/// </remarks>
internal sealed class RadixTable<T>
{
    private const int SmallBits = 9;
    private const int LargeBits = 12;
    private const int MostSmallLeaves = 64;

    private readonly RadixTree<T> _small = new(SmallBits);
    private int _smallLeaves;

    // Null until the table is large.
    private RadixTree<T>? _large;

    /// <summary>The cell of an index, or a null reference when nothing near it was ever added.</summary>
    public ref T Find(ulong index)
    {
        if (Volatile.Read(ref _large) is { } large)
        {
            ref T cell = ref large.Find(index);
            if (!Unsafe.IsNullRef(ref cell)) return ref cell;
        }
        return ref _small.Find(index);
    }

    /// <summary>What the cell of an index holds.</summary>
    public T? Get(ulong index)
    {
        ref T cell = ref Find(index);
        return Unsafe.IsNullRef(ref cell) ? default : cell;
    }

    /// <summary>The cell of an index, made if need be. One caller at a time.</summary>
    public ref T Add(ulong index)
    {
        ref T cell = ref Find(index);
        if (!Unsafe.IsNullRef(ref cell)) return ref cell;
        if (_smallLeaves < MostSmallLeaves || IsInSmallLeaves(index))
        {
            _smallLeaves++;
            _small.AddLeaf(index);
            return ref _small.Find(index);
        }
        RadixTree<T> large = _large ?? new RadixTree<T>(LargeBits);
        large.AddLeaf(index);
        Volatile.Write(ref _large, large);
        return ref large.Find(index);
    }

    /// <summary>Goes on to the next run of cells that exist, in order of index.</summary>
    /// <param name="from">Where to look from; afterwards the index behind the run.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="cells">The run; cells in it may be empty.</param>
    /// <param name="first">Index of its first cell.</param>
    /// <returns>False when there is none.</returns>
    public bool Next(ref ulong from, ulong end, out Span<T> cells, out ulong first)
    {
        first = from;
        cells = _small.Next(ref first, end);
        if (Volatile.Read(ref _large) is { } large)
        {
            ulong other = from;
            // Only what comes before the other tree's.
            Span<T> run = large.Next(ref other, Math.Max(from, cells.IsEmpty ? end : first));
            if (!run.IsEmpty)
            {
                cells = run;
                first = other;
            }
        }
        from = cells.IsEmpty ? end : first + (ulong)cells.Length;
        return !cells.IsEmpty;
    }

    /// <summary>True when a leaf of the run that the index is in exists and is small.</summary>
    private bool IsInSmallLeaves(ulong index)
    {
        ulong from = index & ~((1UL << LargeBits) - 1);
        return !_small.Next(ref from, index | ((1UL << LargeBits) - 1)).IsEmpty;
    }
}
