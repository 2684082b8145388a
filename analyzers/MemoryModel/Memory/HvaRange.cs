namespace MemoryModel.Memory;

/// <summary>Host virtual addresses from <see cref="Start"/> up to, not including, <see cref="End"/>.</summary>
/// <remarks>
/// A range may come from user space and be nonsense: who takes one tests <see cref="IsValid"/>. Two named constructors, because a size was once
/// passed where an end was due (a caller of the HVA range operator, 2023).
/// </remarks>
public readonly record struct HvaRange
{
    private HvaRange(Hva start, Hva end)
    {
        Start = start;
        End = end;
    }

    /// <summary>First byte.</summary>
    public Hva Start { get; }

    /// <summary>The byte after the last one.</summary>
    public Hva End { get; }

    /// <summary>True when it holds at least one byte; false too for a length that wraps around the address space.</summary>
    public bool IsValid => Start < End;

    /// <summary>Length in bytes; meaningful only when <see cref="IsValid"/>.</summary>
    public ulong Length => End - Start;

    /// <summary>The range between two addresses.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">The byte after the last one.</param>
    public static HvaRange FromStartEnd(Hva start, Hva end) => new(start, end);

    /// <summary>The range of a length. One that wraps around the address space gives a range that is not <see cref="IsValid"/>.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="length">Length in bytes.</param>
    public static HvaRange FromStartLength(Hva start, ulong length) => new(start, start + length);

    /// <summary>True when the address lies in it.</summary>
    public bool Contains(Hva address) => Start <= address && address < End;

    /// <summary>The part that two have in common; not <see cref="IsValid"/> when there is none.</summary>
    public HvaRange Clip(HvaRange other) => new(Hva.Max(Start, other.Start), Hva.Min(End, other.End));

    /// <inheritdoc/>
    public override string ToString() => $"[{Start}, {End})";
}
