namespace LockDiscipline.Analyzers.Flow;

/// <summary>The states that a forward analysis computes, ordered by how many paths they stand for.</summary>
/// <remarks>
/// Laws, each tested as a property:
/// <list type="bullet">
/// <item>identity: <c>Join(Bottom, a)</c> is <c>a</c>;</item>
/// <item>idempotence: <c>Join(a, a)</c> is <c>a</c>;</item>
/// <item>absorption: what was joined stays joined, <c>Join(Join(a, b), b)</c> is <c>Join(a, b)</c>;</item>
/// <item>commutativity: <c>Join(a, b)</c> is <c>Join(b, a)</c> when neither was joined at that place before;</item>
/// <item>finite height: a chain of joins at one place becomes constant.</item>
/// </list>
/// </remarks>
internal interface IFlowLattice<TState>
{
    /// <summary>No path leads here. Not the same as a path on which nothing is known.</summary>
    TState Bottom { get; }

    /// <summary>The paths of both; <paramref name="place"/> names values that differ.</summary>
    TState Join(TState known, TState arriving, object place);

    bool Same(TState a, TState b);
}
