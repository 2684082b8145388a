namespace MemoryModel.Memory;

/// <summary>A guest frame number: which page of guest physical memory.</summary>
/// <param name="Value">The number, in pages.</param>
public readonly record struct Gfn(ulong Value) : IComparable<Gfn>
{
    /// <summary>Address of its first byte.</summary>
    public Gpa Address => new(Value << PageSize.Shift);

    /// <summary>The smaller of two.</summary>
    public static Gfn Min(Gfn left, Gfn right) => left < right ? left : right;

    /// <summary>The greater of two.</summary>
    public static Gfn Max(Gfn left, Gfn right) => left > right ? left : right;

    /// <summary>Gfn plus a distance in pages; wraps around like the hardware's arithmetic.</summary>
    public static Gfn operator +(Gfn left, ulong right) => new(unchecked(left.Value + right));

    /// <summary>Gfn minus a distance in pages; wraps around.</summary>
    public static Gfn operator -(Gfn left, ulong right) => new(unchecked(left.Value - right));

    /// <summary>Distance between two, in pages; wraps around when the first is the smaller one.</summary>
    public static ulong operator -(Gfn left, Gfn right) => unchecked(left.Value - right.Value);

    /// <summary>Order by number.</summary>
    public static bool operator <(Gfn left, Gfn right) => left.Value < right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >(Gfn left, Gfn right) => left.Value > right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator <=(Gfn left, Gfn right) => left.Value <= right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >=(Gfn left, Gfn right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Gfn other) => Value.CompareTo(other.Value);

    /// <summary>Hexadecimal.</summary>
    public override string ToString() => $"0x{Value:x}";
}
