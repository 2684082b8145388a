using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

internal enum MarkKind : byte
{
    /// <summary>Work left pending by <see cref="Mark.At"/>.</summary>
    Pending,

    /// <summary>Work was done that a caller may have left pending.</summary>
    Settled,

    /// <summary>A value that has to be handed to a consumer of its kind.</summary>
    Owned,

    /// <summary>A value that was handed to its consumer: not to be used any more, unless <see cref="Mark.Under"/> says that it is still owned or lent otherwise. Null there, the constant: it was never owned here.</summary>
    Consumed,

    /// <summary>A value that is good as long as the lock <see cref="Mark.Under"/> is continuously held.</summary>
    Tied,

    /// <summary>A value whose lock was dropped since.</summary>
    Dead,

    /// <summary>The nearest match for the address <see cref="Mark.Under"/>, not tested yet.</summary>
    Nearest,

    /// <summary>The nearest match, tested for what the variable <see cref="Mark.Under"/> holds.</summary>
    Contained,

    /// <summary>What an acquire of <see cref="Mark.Under"/> returned, to be given to its release.</summary>
    Token,

    /// <summary>A helper gave this token, which is its caller's, to a release of <see cref="Mark.Under"/>.</summary>
    TokenGiven,

    /// <summary>A result that was tested and was an error; nothing was done about it yet. The path without it went on at block <see cref="Mark.Under"/>; for <see cref="Mark.What"/> see <see cref="OuterRounds"/>.</summary>
    Failed,

    /// <summary>The result of a call of the handler <see cref="Mark.Under"/>, which was to be the last one if it failed.</summary>
    Walked,

    /// <summary>The sequence was sampled.</summary>
    Sampled,

    /// <summary>The value of the sequence was fetched after its sample.</summary>
    Fetched,

    /// <summary>The value of the sequence was fetched without a sample, or before it.</summary>
    FetchedUnsampled,

    /// <summary>The sequence was rechecked under the lock <see cref="Mark.Under"/>, which has been held since.</summary>
    Rechecked,

    /// <summary>The recheck of the sequence has told that what was fetched is stale.</summary>
    FoundStale,

    /// <summary>The sequence was committed by a helper, whose caller has to have rechecked it.</summary>
    Committed,

    /// <summary>The sequence was rechecked and committed by a helper, whose caller has to have sampled it before it fetched.</summary>
    Concluded,

    /// <summary>A place that a contract wants assigned was assigned.</summary>
    Assigned,

    /// <summary>A helper called what needs the condition <see cref="Mark.Value"/>, which its caller has to have tested.</summary>
    Untested,

    /// <summary>A guarded place was assigned under the lock <see cref="Mark.Under"/>; null once that was free again.</summary>
    Published,

    /// <summary>A published place got its former value back, under the same hold.</summary>
    Restored,

    /// <summary>The caller's lock <see cref="Mark.Under"/> was free for a time: what the caller has under it is no longer good.</summary>
    Dropped,

    /// <summary>The variable <see cref="Mark.What"/>, which is going to be locked, was chosen to be <see cref="Mark.Under"/>.</summary>
    Chosen,

    /// <summary>A helper has asked whether its caller holds the lock <see cref="Mark.Value"/>, and was told that it does.</summary>
    FoundHeld,

    /// <summary>The same, and was told that it does not.</summary>
    FoundFree,
}

/// <summary>
/// What a path has still to do, or has done, with a value or a piece of work: that is owned, pending, dead, sampled. All of it is one
/// part of the state, so that joins, renames and summaries treat it alike.
/// </summary>
/// <param name="What">The kind of what is owned, the work that is pending, the name of the sequence; empty where there is one kind only.</param>
/// <param name="Value">The value concerned.</param>
/// <param name="Under">The lock, address or result that it depends on.</param>
/// <param name="At">Where it began.</param>
internal sealed record Mark(MarkKind Kind, string What, Term? Value, Term? Under, IOperation At)
{
    /// <summary>Something that speaks against the path. Where paths are merged for want of room, only what all of them owe is kept; of what they have done, all.</summary>
    public bool IsDebt => Kind is MarkKind.Pending or MarkKind.Owned or MarkKind.Consumed or MarkKind.Dead or MarkKind.Nearest
        or MarkKind.Failed or MarkKind.Walked or MarkKind.FetchedUnsampled or MarkKind.FoundStale or MarkKind.Committed or MarkKind.Concluded or MarkKind.Untested or MarkKind.Dropped or MarkKind.Published or MarkKind.Restored or MarkKind.TokenGiven or MarkKind.Chosen or MarkKind.FoundHeld or MarkKind.FoundFree;

    public bool Mentions(Term term) => Any(new Mentioning(term));

    public bool Any<TTest>(in TTest test)
        where TTest : struct, ITermTest
        => (Value is not null && test.Holds(Value)) || (Under is not null && test.Holds(Under));

    public Mark Rename(Term from, Term to) =>
        Mentions(from) ? this with { Value = Value?.Replace(from, to), Under = Under?.Replace(from, to) } : this;
}
