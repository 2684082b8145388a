using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A lambda or local function within a body, to be analysed on its own.</summary>
/// <param name="Contract">Its own, or that of the delegate type that it is made into.</param>
/// <param name="Captured">What the variables of the body around it hold that never change again.</param>
/// <param name="Handed">Locks held where it was made, which it releases when it runs, and those that are held by whoever runs it.</param>
internal sealed record NestedBody(IMethodSymbol Method, ControlFlowGraph Graph, MemberContract Contract, TermMap<Term> Captured, ImmutableArray<Hold> Handed);
