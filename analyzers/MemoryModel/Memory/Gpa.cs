namespace MemoryModel.Memory;

/// <summary>A guest physical address.</summary>
/// <param name="Value">The number, in bytes.</param>
public readonly record struct Gpa(ulong Value) : IComparable<Gpa>
{
    /// <summary>True when it is the first byte of a page.</summary>
    public bool IsPageAligned => (Value & (PageSize.Bytes - 1)) == 0;

    /// <summary>First byte of the page that it lies in.</summary>
    public Gpa PageDown => new(Value & ~(PageSize.Bytes - 1));

    /// <summary>The frame that it lies in.</summary>
    public Gfn Frame => new(Value >> PageSize.Shift);

    /// <summary>Gpa plus a distance in bytes; wraps around like the hardware's arithmetic.</summary>
    public static Gpa operator +(Gpa left, ulong right) => new(unchecked(left.Value + right));

    /// <summary>Gpa minus a distance in bytes; wraps around.</summary>
    public static Gpa operator -(Gpa left, ulong right) => new(unchecked(left.Value - right));

    /// <summary>Distance between two, in bytes; wraps around when the first is the smaller one.</summary>
    public static ulong operator -(Gpa left, Gpa right) => unchecked(left.Value - right.Value);

    /// <summary>Order by number.</summary>
    public static bool operator <(Gpa left, Gpa right) => left.Value < right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >(Gpa left, Gpa right) => left.Value > right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator <=(Gpa left, Gpa right) => left.Value <= right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >=(Gpa left, Gpa right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Gpa other) => Value.CompareTo(other.Value);

    /// <summary>Hexadecimal.</summary>
    public override string ToString() => $"0x{Value:x}";
}
