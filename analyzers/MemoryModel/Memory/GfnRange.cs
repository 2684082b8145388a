namespace MemoryModel.Memory;

/// <summary>Guest frames from <see cref="Start"/> up to, not including, <see cref="End"/>.</summary>
public readonly record struct GfnRange
{
    private GfnRange(Gfn start, Gfn end)
    {
        Start = start;
        End = end;
    }

    /// <summary>First frame.</summary>
    public Gfn Start { get; }

    /// <summary>The frame after the last one.</summary>
    public Gfn End { get; }

    /// <summary>True when it holds at least one frame.</summary>
    public bool IsValid => Start < End;

    /// <summary>Number of frames; meaningful only when <see cref="IsValid"/>.</summary>
    public ulong Count => End - Start;

    /// <summary>The range between two frames.</summary>
    /// <param name="start">First frame.</param>
    /// <param name="end">The frame after the last one.</param>
    public static GfnRange FromStartEnd(Gfn start, Gfn end) => new(start, end);

    /// <summary>The range of a number of frames.</summary>
    /// <param name="start">First frame.</param>
    /// <param name="count">Number of frames.</param>
    public static GfnRange FromStartCount(Gfn start, ulong count) => new(start, start + count);

    /// <summary>True when the frame lies in it.</summary>
    public bool Contains(Gfn gfn) => Start <= gfn && gfn < End;

    /// <inheritdoc/>
    public override string ToString() => $"[{Start}, {End})";
}
