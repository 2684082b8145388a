using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryModel.Memory;

/// <summary>A tree of cells over 64-bit indices that grows in height with the greatest index, as the kernel's page tables and its xarray do.</summary>
/// <typeparam name="T">Type of a cell.</typeparam>
/// <param name="leafBits">Binary logarithm of the number of cells of a leaf.</param>
/// <remarks>
/// Lookups need no lock: a node is published after it is complete, and none is ever taken away. An index is masked to the size of its node, and so not compared with the length that the node says: in a large table that would be another
/// line of memory that is in no cache.
/// </remarks>
internal sealed class RadixTree<T>(int leafBits)
{
    private const int Bits = 9;
    private const int Fanout = 1 << Bits;

    private Top? _top;

    /// <summary>The cell of an index, or a null reference when its leaf was never added.</summary>
    public ref T Find(ulong index)
    {
        Top? top = Volatile.Read(ref _top);
        if (top is null || !top.Covers(index)) return ref Unsafe.NullRef<T>();
        object node = top.Node;
        for (int shift = top.Shift; shift > 0; shift = Below(shift))
        {
            object? child = Volatile.Read(ref Child(node, index >> shift));
            if (child is null) return ref Unsafe.NullRef<T>();
            node = child;
        }
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<T[]>(node)), (nint)(index & (ulong)((1 << leafBits) - 1)));
    }

    /// <summary>Adds the leaf of an index, unless it is there. One caller at a time.</summary>
    public void AddLeaf(ulong index)
    {
        // A leaf that nobody asked for must not come to be: it would stand for cells that another tree may have.
        Top top = _top ?? (index >> leafBits == 0 ? new Top(0, leafBits, new T[1 << leafBits]) : new Top(leafBits, leafBits + Bits, new object?[Fanout]));
        while (!top.Covers(index))
        {
            var above = new object?[Fanout];
            above[0] = top.Node;
            top = new Top(top.Bits, top.Bits + Bits, above);
        }
        if (!ReferenceEquals(top, _top)) Volatile.Write(ref _top, top);

        object node = top.Node;
        for (int shift = top.Shift; shift > 0; shift = Below(shift))
        {
            ref object? child = ref Child(node, index >> shift);
            if (child is null) Volatile.Write(ref child, shift == leafBits ? new T[1 << leafBits] : new object?[Fanout]);
            node = child!;
        }
    }

    /// <summary>The first run of cells that exist, in order of index.</summary>
    /// <param name="from">Where to look from; afterwards the index of the first cell of the run, or the end.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>The run, all in one leaf; empty when there is none.</returns>
    public Span<T> Next(scoped ref ulong from, ulong end)
    {
        Top? top = Volatile.Read(ref _top);
        while (from < end && top is not null && top.Covers(from))
        {
            object? node = top.Node;
            int shift = top.Shift;
            for (; shift > 0; shift = Below(shift))
            {
                node = Volatile.Read(ref Child(node!, from >> shift));
                if (node is null) break;
            }
            ulong behind = (from | ((1UL << Math.Max(shift, leafBits)) - 1)) + 1;
            if (node is not null) return Unsafe.As<T[]>(node).AsSpan((int)from & ((1 << leafBits) - 1), (int)(Math.Min(behind - 1, end - 1) - from) + 1);
            from = behind == 0 ? end : behind;
        }
        from = Math.Max(from, end);
        return default;
    }

    private int Below(int shift) => shift == leafBits ? 0 : shift - Bits;

    private static ref object? Child(object node, ulong index) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<object?[]>(node)), (nint)(index & (Fanout - 1)));

    /// <summary>The highest node.</summary>
    /// <param name="shift">By how many bits an index is shifted to find its cell in it; 0 when it is a leaf.</param>
    /// <param name="bits">How many bits an index may have.</param>
    /// <param name="node">The node.</param>
    private sealed class Top(int shift, int bits, object node)
    {
        public int Shift => shift;

        public int Bits => bits;

        public object Node => node;

        public bool Covers(ulong index) => bits >= 64 || index >> bits == 0;
    }
}
