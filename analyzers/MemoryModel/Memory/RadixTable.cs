using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryModel.Memory;

/// <summary>A sparse array over 64-bit indices: a tree that grows in height with the greatest index, as the kernel's page tables and its xarray do.</summary>
/// <typeparam name="T">Type of a cell; its default value means that nothing is there.</typeparam>
/// <remarks>
/// Nodes have 512 cells, as page tables do: of ten million cells, what leads to the leaves stays in a processor's cache. A look-up and a step of a walk cost one array access per level; a walk passes over what was never touched without looking at it. Lookups need no lock: a node is published after it is complete, and none is ever
/// taken away. Who adds cells, and who changes one that others may read, synchronises by himself. An index is masked to the size of its node, and so not compared with the length that the node says: in a large table that would be
/// another line of memory that is in no cache.
/// </remarks>
internal sealed class RadixTable<T>
{
    private const int Bits = 9;
    private const int Fanout = 1 << Bits;
    private const int MaxHeight = 8;

    private Top? _top;

    /// <summary>The cell of an index, or a null reference when nothing near it was ever added.</summary>
    public ref T Find(ulong index)
    {
        Top? top = Volatile.Read(ref _top);
        if (top is null || !top.Covers(index)) return ref Unsafe.NullRef<T>();
        object node = top.Node;
        for (int shift = top.Shift; shift > 0; shift -= Bits)
        {
            object? child = Volatile.Read(ref Child(node, index >> shift));
            if (child is null) return ref Unsafe.NullRef<T>();
            node = child;
        }
        return ref Cell(node, index);
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
        Top top = _top ?? new Top(1, new T[Fanout]);
        while (!top.Covers(index))
        {
            var above = new object?[Fanout];
            above[0] = top.Node;
            top = new Top(top.Height + 1, above);
        }
        if (!ReferenceEquals(top, _top)) Volatile.Write(ref _top, top);

        object node = top.Node;
        for (int shift = top.Shift; shift > 0; shift -= Bits)
        {
            ref object? child = ref Child(node, index >> shift);
            if (child is null) Volatile.Write(ref child, shift == Bits ? new T[Fanout] : new object?[Fanout]);
            node = child!;
        }
        return ref Cell(node, index);
    }

    /// <summary>Goes on to the next run of cells that exist, in order of index.</summary>
    /// <param name="from">Where to look from; afterwards the index behind the run.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="cells">The run; cells in it may be empty.</param>
    /// <param name="first">Index of its first cell.</param>
    /// <returns>False when there is none.</returns>
    public bool Next(ref ulong from, ulong end, out Span<T> cells, out ulong first)
    {
        Top? top = Volatile.Read(ref _top);
        while (from < end && top is not null && top.Covers(from))
        {
            object? node = top.Node;
            int shift = top.Shift;
            for (; shift > 0; shift -= Bits)
            {
                node = Volatile.Read(ref Child(node!, from >> shift));
                if (node is null) break;
            }
            ulong behind = (from | ((1UL << Math.Max(shift, Bits)) - 1)) + 1;
            if (node is null)
            {
                from = behind == 0 ? end : behind;
                continue;
            }
            first = from;
            int count = (int)(Math.Min(behind - 1, end - 1) - from) + 1;
            cells = Unsafe.As<T[]>(node).AsSpan((int)from & (Fanout - 1), count);
            from += (ulong)count;
            return true;
        }
        first = from;
        cells = default;
        return false;
    }

    private static ref object? Child(object node, ulong index) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<object?[]>(node)), (nint)(index & (Fanout - 1)));

    private static ref T Cell(object leaf, ulong index) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<T[]>(leaf)), (nint)(index & (Fanout - 1)));

    private sealed class Top(int height, object node)
    {
        public int Height => height;

        public object Node => node;

        /// <summary>By how many bits an index is shifted to find its cell in the top node; 0 when that is a leaf.</summary>
        public int Shift { get; } = (height - 1) * Bits;

        public bool Covers(ulong index) => height >= MaxHeight || index >> (height * Bits) == 0;
    }
}
