using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

internal enum HoldSource : byte
{
    Acquired,

    /// <summary>Acquired by an attempt that succeeded on this path.</summary>
    Tried,

    /// <summary>The caller holds it, by contract or, for a delegate run in place, where it is run.</summary>
    Caller,

    /// <summary>A run-time test said so; who acquired it is not known.</summary>
    Asserted,
}

internal enum Certainty : byte
{
    Definite,

    /// <summary>Paths were merged that differ: held on some. Errs towards silence.</summary>
    Maybe,

    /// <summary>A finding on this lock was given already: nothing more is said of it in this body.</summary>
    Reported,
}

/// <summary>One lock held on a path.</summary>
/// <param name="Lock">Which lock.</param>
/// <param name="Depth">How often a reentrant lock is held in this mode.</param>
/// <param name="At">Where it was acquired; null for one that the caller holds.</param>
/// <param name="Scope">The scope object whose disposal releases it, if any.</param>
/// <param name="Text">The lock as the user wrote it where it was acquired.</param>
internal sealed record Hold(
    Term Lock,
    LockMode Mode,
    int Depth,
    HoldSource Source,
    Certainty Certainty,
    IOperation? At,
    Term? Scope,
    string Text,
    LockTraits Traits)
{
    /// <summary>Beyond this a depth is no longer counted, and nothing more is said of the lock.</summary>
    public const int MaxDepth = 16;

    /// <summary>Of an element of a collection: the head of the loop that acquired it; 0 for none.</summary>
    public int Loop { get; init; }

    /// <summary>Stands for every element of the collection: a loop acquired them all.</summary>
    public bool IsAll { get; init; }

    /// <summary>Of a lock that the body released for its caller and took again: what it owes once more when it releases it again.</summary>
    public Owed? Restores { get; init; }

    /// <summary>Of a reentrant lock acquired once more: the hold before that, which a release brings back.</summary>
    public Hold? Outer { get; init; }
}

/// <summary>A result that must be tested and was not yet.</summary>
/// <param name="Value">The value that stands for it.</param>
/// <param name="Call">The call that returned it.</param>
/// <param name="Location">The variable that holds it, once it was stored.</param>
internal sealed record Unchecked(Term Value, IOperation Call, Term? Location);

/// <summary>A lock released that this body did not acquire: its caller's, if it has one that holds it.</summary>
internal sealed record Owed(Term Lock, LockMode? Mode, string Text)
{
    /// <summary>The lock may be held more than once, so that it matters how often it is released.</summary>
    public bool IsReentrant { get; init; }

    /// <summary>See <see cref="LockTraits.IsPresumed"/>.</summary>
    public bool IsPresumed { get; init; }

    /// <summary>How often it was released.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>Where a lock was last released on a path; told in messages.</summary>
internal readonly record struct LastRelease(Term Lock, IOperation At);
