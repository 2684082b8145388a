using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says whether a call can block its thread, and through which calls.</summary>
internal static class Sleeping
{
    /// <summary>The calls that lead to the one that may sleep, this one first; empty where it cannot.</summary>
    public static ImmutableArray<ChainLink> Chain(FlowHost host, in CallMade call, Body caller)
    {
        var name = call.Callee.MethodKind == MethodKind.Constructor ? call.Callee.ContainingType.Name : call.Callee.AssociatedSymbol?.Name ?? call.Callee.Name;
        var link = new ChainLink(call.Callee.MethodKind == MethodKind.DelegateInvoke ? call.Site.Syntax.ToString() : name, call.Site.Syntax.GetLocation());
        if (Directly(host, call))
            return ImmutableArray.Create(link);
        if (call.Contract.SpeaksOfLocks)
            return ImmutableArray<ChainLink>.Empty;
        var chain = host.ReachOf(call.Callee, caller).SleepChain;
        return chain.IsEmpty ? chain : chain.Insert(0, link);
    }

    /// <summary>The locks that are not held while the callee sleeps: it releases them, or they were released before.</summary>
    public static ImmutableArray<Term> Without(FlowHost host, in CallMade call, Body caller, PathState state)
    {
        var released = ImmutableArray.CreateBuilder<Term>();
        foreach (var owed in state.Owed)
            released.Add(owed.Lock);
        foreach (var clause in call.Contract.Drops)
            Add(call.Binding.Follow(state, clause.Path));
        foreach (var clause in call.Contract.Releases)
            Add(call.Binding.Follow(state, clause.Path));
        if (!call.Contract.SpeaksOfLocks)
        {
            foreach (var path in host.ReachOf(call.Callee, caller).SleepsWithout)
                Add(call.Binding.Follow(state, path));
        }

        return released.ToImmutable();

        void Add(Term? path)
        {
            if (path is not null)
                released.Add(path);
        }
    }

    static bool Directly(FlowHost host, in CallMade call)
    {
        if (call.Contract.MaySleep)
            return true;
        foreach (var clause in call.Contract.Acquires)
        {
            var path = call.Binding.Substitute(clause.Path);
            // An object that turns out to be no lock, such as a counting semaphore, is waited for all the same. Awaiting is not blocking.
            if (path is not null && !IsAwaitable(call.Callee) && host.TraitsOf(clause, path, call.Callee, call.Binding) is null or { Spinning: false })
                return true;
        }

        return false;
    }

    static bool IsAwaitable(IMethodSymbol callee) => callee.ReturnType.Name is "Task" or "ValueTask";
}
