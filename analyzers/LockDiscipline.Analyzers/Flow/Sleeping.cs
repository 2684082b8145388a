using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says whether a call can block its thread, and through which calls.</summary>
internal static class Sleeping
{
    /// <summary>The ways in which a call comes to sleep with these arguments.</summary>
    /// <remarks>The locks of each are those of the caller that are not held then: the callee releases them, or they were released before.</remarks>
    public static ImmutableArray<Sleep> Of(FlowHost host, in CallMade call, Body caller, PathState state)
    {
        if (Directly(host, call, caller))
        {
            // Given no time it does not wait.
            if (call.Contract.SleepsUnless is { } unless && call.Binding.Follow(state, unless) is { } condition)
            {
                if (Conditions.Assume(state, Conditions.Fold(condition), false) is not { } limited)
                    return ImmutableArray<Sleep>.Empty;
                state = limited;
            }

            return ImmutableArray.Create(new Sleep(ImmutableArray.Create(LinkOf(call)), Released(call, state, ImmutableArray<Term>.Empty), Premise.In(state)));
        }

        if (call.Contract.SpeaksOfLocks)
            return ImmutableArray<Sleep>.Empty;
        var sleeps = host.ReachOf(call.Callee, caller).Sleeps;
        if (sleeps.IsEmpty)
            return sleeps;
        var link = LinkOf(call);
        var here = ImmutableArray.CreateBuilder<Sleep>(sleeps.Length);
        foreach (var sleep in sleeps)
        {
            if (sleep.Given.Assume(state, call.Binding) is { } then)
                here.Add(new Sleep(sleep.Chain.Insert(0, link), Released(call, state, sleep.Without), Premise.In(then)));
        }

        return here.ToImmutable();
    }

    static ChainLink LinkOf(in CallMade call)
    {
        var callee = call.Callee;
        var name = callee.MethodKind switch
        {
            MethodKind.DelegateInvoke => call.Site.Syntax.ToString(),
            MethodKind.Constructor => callee.ContainingType.Name,
            _ => callee.AssociatedSymbol?.Name ?? callee.Name,
        };
        return new ChainLink(name, call.Site.Syntax.GetLocation());
    }

    static ImmutableArray<Term> Released(in CallMade call, PathState state, ImmutableArray<Term> byCallee)
    {
        var released = ImmutableArray.CreateBuilder<Term>();
        foreach (var owed in state.Owed)
            released.Add(owed.Lock);
        foreach (var clause in call.Contract.Drops)
            Add(call.Binding, clause.Path);
        foreach (var clause in call.Contract.Releases)
            Add(call.Binding, clause.Path);
        foreach (var path in byCallee)
            Add(call.Binding, path);
        return released.ToImmutable();

        void Add(CallBinding binding, Term path)
        {
            if (binding.Follow(state, path) is { } here)
                released.Add(here);
        }
    }

    static bool Directly(FlowHost host, in CallMade call, Body caller)
    {
        if (call.Contract.MaySleep)
            return true;
        foreach (var clause in call.Contract.Acquires)
        {
            var path = call.Binding.Substitute(clause.Path);
            // An object that turns out to be no lock, such as a counting semaphore, is waited for all the same. Awaiting is not blocking.
            if (path is not null && !IsAwaitable(call.Callee) && !IsReadSection(host, clause, path, caller) && host.TraitsOf(clause, path, call.Callee, call.Binding, caller.Owner.ContainingType) is null or { Spinning: false })
                return true;
        }

        return false;
    }

    // Readers of a lock that nobody ever takes exclusively wait for nobody.
    static bool IsReadSection(FlowHost host, LockClause clause, Term path, Body caller) =>
        clause.Mode == LockMode.Shared && LockClass.TypeOf(path, caller.Owner.ContainingType) is { } type && host.Cache.HasReadersOnly(type);

    static bool IsAwaitable(IMethodSymbol callee) => callee.ReturnType.Name is "Task" or "ValueTask";
}
