namespace MemoryModel.Memory;

/// <summary>A host virtual address: where the process that runs the guest sees the memory.</summary>
/// <param name="Value">The number, in bytes.</param>
public readonly record struct Hva(ulong Value) : IComparable<Hva>
{
    /// <summary>True when it is the first byte of a page.</summary>
    public bool IsPageAligned => (Value & (PageSize.Bytes - 1)) == 0;

    /// <summary>First byte of the page that it lies in.</summary>
    public Hva PageDown => new(Value & ~(PageSize.Bytes - 1));

    /// <summary>The smaller of two.</summary>
    public static Hva Min(Hva left, Hva right) => left < right ? left : right;

    /// <summary>The greater of two.</summary>
    public static Hva Max(Hva left, Hva right) => left > right ? left : right;

    /// <summary>Hva plus a distance in bytes; wraps around like the hardware's arithmetic.</summary>
    public static Hva operator +(Hva left, ulong right) => new(unchecked(left.Value + right));

    /// <summary>Hva minus a distance in bytes; wraps around.</summary>
    public static Hva operator -(Hva left, ulong right) => new(unchecked(left.Value - right));

    /// <summary>Distance between two, in bytes; wraps around when the first is the smaller one.</summary>
    public static ulong operator -(Hva left, Hva right) => unchecked(left.Value - right.Value);

    /// <summary>Order by number.</summary>
    public static bool operator <(Hva left, Hva right) => left.Value < right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >(Hva left, Hva right) => left.Value > right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator <=(Hva left, Hva right) => left.Value <= right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >=(Hva left, Hva right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Hva other) => Value.CompareTo(other.Value);

    /// <summary>Hexadecimal.</summary>
    public override string ToString() => $"0x{Value:x}";
}
