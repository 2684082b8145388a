using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Analyzers.Order;

/// <summary>The edges of the lock order in some code, and what they rest on.</summary>
internal sealed record FoundEdges(ImmutableArray<LockEdge> Edges, Rests Rests);
