using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What a body may do somewhere in it, or in what it calls, without a trace in its caller's locks. Inferred apart, as few callers ask.</summary>
internal sealed record Reach
{
    public static readonly Reach Nothing = new();

    /// <summary>The locks that it waits for, released again or not.</summary>
    public ImmutableArray<Taken> Takes { get; init; } = ImmutableArray<Taken>.Empty;

    /// <summary>The locks whose order concerns its callers: all that it waits for, whoever's they are.</summary>
    public ImmutableArray<Waited> Waits { get; init; } = ImmutableArray<Waited>.Empty;

    /// <summary>The locks with which it must not be called, because of what it calls.</summary>
    public ImmutableArray<Exclusion> Excludes { get; init; } = ImmutableArray<Exclusion>.Empty;

    /// <summary>Where it may sleep.</summary>
    public ImmutableArray<Sleep> Sleeps { get; init; } = ImmutableArray<Sleep>.Empty;

    /// <summary>The locks that it holds whenever it invokes what is passed for a parameter.</summary>
    public ImmutableArray<HeldForDelegate> Invokes { get; init; } = ImmutableArray<HeldForDelegate>.Empty;
}

/// <param name="Text">The lock as written in the callee.</param>
/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Taken(Term Lock, LockMode Mode, LockTraits Traits, string Text, Premise Given);

/// <summary>One way of coming to sleep.</summary>
/// <param name="Chain">The calls that lead to it, outermost first.</param>
/// <param name="Without">The locks of the caller that are released when it sleeps.</param>
/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Sleep(ImmutableArray<ChainLink> Chain, ImmutableArray<Term> Without, Premise Given);

/// <summary>What a body holds whenever it invokes a delegate passed to it.</summary>
internal sealed record HeldForDelegate(IParameterSymbol Parameter, ImmutableArray<Hold> Locks);

/// <param name="Text">The lock as written in the callee.</param>
/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Exclusion(Term Lock, string Text, Premise Given);

/// <summary>One call on the way to one that may sleep.</summary>
internal sealed record ChainLink(string Name, Location Location);

/// <summary>What a call runs: the code of a method, or that of whatever overrides or implements it.</summary>
internal readonly record struct Called(IMethodSymbol Method, bool IsDispatched)
{
    public bool Equals(Called other) => IsDispatched == other.IsDispatched && SymbolEqualityComparer.Default.Equals(Method, other.Method);

    public override int GetHashCode() => SymbolEqualityComparer.Default.GetHashCode(Method) ^ (IsDispatched ? 1 : 0);
}
