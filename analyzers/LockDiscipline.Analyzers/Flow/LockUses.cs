using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Makes <see cref="LockUse"/>s from what the flow analysis tells.</summary>
internal static class LockUses
{
    /// <summary>A use of the lock at <paramref name="path"/>; null for a lock that has no class.</summary>
    /// <param name="mode">Null for a wait until every hold has ended.</param>
    public static LockUse? Of(FlowHost host, Body body, Term path, LockMode? mode, LockTraits traits, string text, SyntaxNode? site)
    {
        var receiver = body.Owner.ContainingType;
        if (LockClass.Of(host.Contracts, path, receiver) is not { } @class)
            return null;
        bool shared = mode is LockMode.Shared;
        return new LockUse(path, @class, mode, mode is not LockMode.Exclusive && traits.Reentrant == true,
            shared && LockClass.TypeOf(path, receiver) is { } type && host.Cache.HasReadersOnly(type), text, site)
        {
            IsSpinning = traits.Spinning,
        };
    }

    public static LockUse? Of(FlowHost host, Body body, Hold hold) =>
        Of(host, body, hold.Lock, hold.Mode, hold.Traits, hold.Text, hold.At?.Syntax);

    /// <summary>No other thread can know the object that the lock belongs to.</summary>
    public static bool IsAlone(Body body, Term path, PathState state) =>
        path.Root.Kind == TermKind.This ? body.IsConstruction : state.Owned.Contains(path.Root);
}
