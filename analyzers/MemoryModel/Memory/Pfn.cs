namespace MemoryModel.Memory;

/// <summary>A page frame number: which page of the host's physical memory.</summary>
/// <param name="Value">The number, in pages.</param>
public readonly record struct Pfn(ulong Value) : IComparable<Pfn>
{

    /// <summary>Pfn plus a distance in pages; wraps around like the hardware's arithmetic.</summary>
    public static Pfn operator +(Pfn left, ulong right) => new(unchecked(left.Value + right));

    /// <summary>Pfn minus a distance in pages; wraps around.</summary>
    public static Pfn operator -(Pfn left, ulong right) => new(unchecked(left.Value - right));

    /// <summary>Distance between two, in pages; wraps around when the first is the smaller one.</summary>
    public static ulong operator -(Pfn left, Pfn right) => unchecked(left.Value - right.Value);

    /// <summary>Order by number.</summary>
    public static bool operator <(Pfn left, Pfn right) => left.Value < right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >(Pfn left, Pfn right) => left.Value > right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator <=(Pfn left, Pfn right) => left.Value <= right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >=(Pfn left, Pfn right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Pfn other) => Value.CompareTo(other.Value);

    /// <summary>Hexadecimal.</summary>
    public override string ToString() => $"0x{Value:x}";
}
