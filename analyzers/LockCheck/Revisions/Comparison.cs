using System.Collections.Immutable;

namespace LockCheck.Revisions;

/// <summary>What is compared: a tree before, and one after each patch.</summary>
internal sealed record Comparison
{
    /// <summary>How the input was understood: <c>worktree</c>, <c>staged</c>, <c>range</c>, <c>commit</c> or <c>patch</c>; <c>check</c> where nothing is compared.</summary>
    public required string Mode { get; init; }

    /// <summary>What it starts from, as people name it.</summary>
    public required string Before { get; init; }

    /// <summary>What it ends with.</summary>
    public required string After { get; init; }

    /// <summary>How the base was found.</summary>
    public required string BaseFoundBy { get; init; }

    /// <summary>The commit it starts from, or empty.</summary>
    public required string BaseCommit { get; init; }

    /// <summary>Git trees: the base, then one after each step.</summary>
    public required ImmutableArray<string> Trees { get; init; }

    /// <summary>The steps from each tree to the next.</summary>
    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>Whether code was checked as it stands, and not compared with anything.</summary>
    public bool IsCheck => Mode == "check";

    /// <summary>The title of the whole, where a cover letter gives one.</summary>
    public string? Title { get; init; }

    /// <summary>Whether the change comes from elsewhere, so that what it would run in a build is not to be run.</summary>
    public bool IsForeign { get; init; }
}

/// <summary>One patch or commit of a comparison.</summary>
/// <param name="Title">Its subject.</param>
/// <param name="Notes">What is to be known of how it was read and applied.</param>
internal sealed record Step(string Title, ImmutableArray<string> Notes);

/// <summary>What the user asked to compare.</summary>
internal sealed record ComparisonRequest
{
    /// <summary>The folder to work in.</summary>
    public required string Folder { get; init; }

    /// <summary>A revision, a range, a file, a folder, or <c>-</c>; null for the work tree.</summary>
    public string? Input { get; init; }

    /// <summary>Compare what is staged with the last commit.</summary>
    public bool Staged { get; init; }

    /// <summary>The commit to start from, where the user names it.</summary>
    public string? Base { get; init; }

    /// <summary>Take a range commit by commit.</summary>
    public bool Series { get; init; }

    /// <summary>Where <c>-</c> reads from.</summary>
    public required Func<Stream> StandardInput { get; init; }
}
