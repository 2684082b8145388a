using System.Collections.Immutable;

namespace LockDiscipline.Analyzers.Contracts;

internal enum SequenceStep : byte
{
    Sample,
    Fetch,
    Recheck,
    Commit,
}

/// <summary>A step of sample, fetch, lock, recheck, commit.</summary>
/// <param name="Name">The name of the sequence.</param>
/// <param name="Stale">For a recheck: what it returns when the fetched value is stale.</param>
internal readonly record struct SequenceClause(SequenceStep Step, string Name, bool Stale);

/// <summary>Work that a call leaves to be done, or does.</summary>
/// <param name="WhenReturns">Only when the call returns this, or, of a result that is no flag, when it succeeds (true) or fails; null for every return.</param>
internal readonly record struct PendingClause(string What, bool? WhenReturns);

/// <summary>A condition that the caller has to have tested.</summary>
/// <param name="Condition">The condition, with the roots of the member that carries the contract.</param>
internal sealed record TestClause(Term Condition, string Text);

/// <summary>What has to be assigned on the paths that return one value.</summary>
/// <param name="Value">The returned constant.</param>
internal sealed record AssignedClause(Term Value, ImmutableArray<LockClause> Paths);

/// <summary>
/// What a contract says beyond the locks themselves: how long values are good for, who has to give them back, which work is left
/// pending, in which order a sequence goes. Most members have none of it. Immutable.
/// </summary>
internal sealed record ProtocolContract
{
    public static readonly ProtocolContract None = new();

    /// <summary>The returned value, or what is stored through the parameter, is good only while these are continuously held.</summary>
    public ImmutableArray<LockClause> ValidUnder { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>The name of the parameter with the address asked for: the result may not contain it.</summary>
    public string? NearestTo { get; init; }

    public bool IsContainmentTest { get; init; }

    /// <summary>The kind of the consumers to which the returned or stored value has to be handed.</summary>
    public string? Owned { get; init; }

    /// <summary>Owned only if the call succeeds (true) or fails; null: unless it fails, or <see cref="OwnedAlways"/>.</summary>
    public bool? OwnedWhen { get; init; }

    /// <summary>Owned whatever the call returns.</summary>
    public bool OwnedAlways { get; init; }

    /// <summary>The kind of value that the parameter takes over.</summary>
    public string? Consumes { get; init; }

    /// <summary>Taken over only if the call succeeds (true) or fails; null for every return.</summary>
    public bool? ConsumesWhen { get; init; }

    /// <summary>The returned value of an acquire, or the argument of a release, that belong together.</summary>
    public bool IsToken { get; init; }

    public bool StopsAtFirstError { get; init; }

    /// <summary>The parameter takes a flag over that says whether this is pending; it is part of the returned flag.</summary>
    public string? TakesPending { get; init; }

    public ImmutableArray<PendingClause> LeavesPending { get; init; } = ImmutableArray<PendingClause>.Empty;

    public ImmutableArray<PendingClause> Settles { get; init; } = ImmutableArray<PendingClause>.Empty;

    /// <summary>None of these may be pending: at a call; on a lock, at its release.</summary>
    public ImmutableArray<string> RequiresSettled { get; init; } = ImmutableArray<string>.Empty;

    public ImmutableArray<SequenceClause> Sequence { get; init; } = ImmutableArray<SequenceClause>.Empty;

    public ImmutableArray<TestClause> RequiresTest { get; init; } = ImmutableArray<TestClause>.Empty;

    /// <summary>It returns only where these are true.</summary>
    public ImmutableArray<TestClause> Ensures { get; init; } = ImmutableArray<TestClause>.Empty;

    public ImmutableArray<AssignedClause> AssignedWhenReturns { get; init; } = ImmutableArray<AssignedClause>.Empty;

    /// <summary>A parameter says something: that it consumes its argument, for instance.</summary>
    public bool OnParameters { get; init; }

    /// <summary>Whether the work is done, always or on some results.</summary>
    public bool MaySettle(string what) => Settled(what, isSure: false);

    /// <summary>Whether the work is done whatever is returned.</summary>
    public bool IsSureToSettle(string what) => Settled(what, isSure: true);

    bool Settled(string what, bool isSure)
    {
        foreach (var clause in Settles)
        {
            if (clause.What == what && !(isSure && clause.WhenReturns is not null))
                return true;
        }

        return false;
    }

    /// <summary>The statements of both.</summary>
    public static ProtocolContract? Merge(ProtocolContract? a, ProtocolContract? b)
    {
        if (a is null || b is null)
            return a ?? b;
        return a with
        {
            OnParameters = a.OnParameters || b.OnParameters,
            ValidUnder = a.ValidUnder.AddRange(b.ValidUnder),
            NearestTo = a.NearestTo ?? b.NearestTo,
            IsContainmentTest = a.IsContainmentTest || b.IsContainmentTest,
            Owned = a.Owned ?? b.Owned,
            OwnedWhen = a.Owned is null ? b.OwnedWhen : a.OwnedWhen,
            OwnedAlways = a.Owned is null ? b.OwnedAlways : a.OwnedAlways,
            Consumes = a.Consumes ?? b.Consumes,
            ConsumesWhen = a.Consumes is null ? b.ConsumesWhen : a.ConsumesWhen,
            IsToken = a.IsToken || b.IsToken,
            StopsAtFirstError = a.StopsAtFirstError || b.StopsAtFirstError,
            TakesPending = a.TakesPending ?? b.TakesPending,
            LeavesPending = a.LeavesPending.AddRange(b.LeavesPending),
            Settles = a.Settles.AddRange(b.Settles),
            RequiresSettled = a.RequiresSettled.AddRange(b.RequiresSettled),
            Sequence = a.Sequence.AddRange(b.Sequence),
            RequiresTest = a.RequiresTest.AddRange(b.RequiresTest),
            Ensures = a.Ensures.AddRange(b.Ensures),
            AssignedWhenReturns = a.AssignedWhenReturns.AddRange(b.AssignedWhenReturns),
        };
    }
}
