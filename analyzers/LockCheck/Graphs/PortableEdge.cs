using System.Collections.Immutable;
using System.Globalization;
using LockCheck.Loading;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using LockDiscipline.Analyzers.Order;
using Microsoft.CodeAnalysis;

namespace LockCheck.Graphs;

/// <summary>A use of a lock, as every project names it.</summary>
/// <param name="Parts">The members that lead to the lock, by documentation id; <c>[]</c> for an element at any index.</param>
/// <param name="IsStatic">There is one in the process.</param>
/// <param name="Mode">Null for a wait until every hold has ended.</param>
internal sealed record PortableUse(ImmutableArray<string> Parts, bool IsStatic, LockMode? Mode, bool IsRecursive, bool HasReadersOnly, bool IsSpinning)
{
    const string AnyElement = "[]";

    /// <summary>Takes over what the engine found.</summary>
    public static PortableUse Of(LockUse use) =>
        new([.. use.Class.Parts.Select(NameOf)], use.Class.IsStatic, use.Mode, use.IsRecursive, use.HasReadersOnly, use.IsSpinning);

    /// <summary>Whether the one may be the same lock as the other: one chain of members ends like the other, and a static one begins where it begins.</summary>
    public bool Matches(PortableUse other)
    {
        var length = Math.Min(Parts.Length, other.Parts.Length);
        for (var i = 1; i <= length; i++)
        {
            var (mine, its) = (Parts[^i], other.Parts[^i]);
            if (mine != its && !(IsElement(mine) && IsElement(its) && (mine == AnyElement || its == AnyElement)))
                return false;
        }
        return !(IsStatic && other.Parts.Length > length) && !(other.IsStatic && Parts.Length > length);
    }

    /// <summary>Whether waiting for this can wait for what is held: as in the engine, by class and mode.</summary>
    public bool WaitsFor(PortableUse held)
    {
        if (!Matches(held))
            return false;
        if (Mode is null)
            return true;
        if (HasReadersOnly)
            return false;
        var together = Mode != LockMode.Exclusive && held.Mode != LockMode.Exclusive && !(Mode == LockMode.Upgradeable && held.Mode == LockMode.Upgradeable);
        return !(together && IsRecursive);
    }

    static bool IsElement(string part) => part.Length > 0 && part[0] == '[';

    static string NameOf(object part) => part switch
    {
        ISymbol symbol => LockGraph.IdOf(symbol),
        string name => name,
        IConvertible index => $"[{index.ToString(CultureInfo.InvariantCulture)}]",
        _ => AnyElement,
    };
}

/// <summary>That one project waits for one lock while it holds another, in a form that can be held against those of other projects.</summary>
/// <param name="HeldKey">What the class of the held lock is known by.</param>
/// <param name="IsTaken">The lock is taken, not only waited for.</param>
/// <param name="IsUsable">No other rule speaks of this edge: it goes against no contract, and no sleeping lock is taken under a spinning one.</param>
/// <param name="IsAlone">Its object is not known to other threads yet.</param>
/// <param name="Gates">What is held meanwhile, by the callers too.</param>
/// <param name="Project">The project's name.</param>
/// <param name="Build">The project and framework it was found in.</param>
internal sealed record PortableEdge(
    PortableUse Held, string HeldKey, PortableUse Taken, string TakenKey, bool IsTaken, bool IsUsable, bool IsAlone, ImmutableArray<PortableUse> Gates, string Project, LoadedProject Build, LockPlace Place)
{
    /// <summary>Takes over what the engine found.</summary>
    public static PortableEdge Of(LockEdge edge, Entry entry, LoadedProject project, LockPlace place) => new(
        PortableUse.Of(edge.Held), LockGraph.IdOf(edge.Held.Class.Key), PortableUse.Of(edge.Taken), LockGraph.IdOf(edge.Taken.Class.Key),
        edge.Taken.Mode is not null,
        edge.Against.IsEmpty && (edge.Taken.Mode is null || !edge.Held.IsSpinning || edge.Taken.IsSpinning),
        entry.IsAlone,
        [.. edge.Gates.Concat(entry.Gates).Select(PortableUse.Of)],
        Path.GetFileNameWithoutExtension(project.Path), project, place);
}
