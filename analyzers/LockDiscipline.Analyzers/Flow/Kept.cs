using System;
using System.Runtime.CompilerServices;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Facts about members that were found in one compilation and are true in the next, as long as nothing that they rest on was changed.</summary>
/// <remarks>
/// An edit changes one tree of hundreds, but a compilation has only new symbols, so that all that speaks of symbols has to be found anew. A fact says what it says
/// without any: it lives as long as the tree of its member, and keeps no compilation alive. Thread-safe.
/// </remarks>
/// <typeparam name="T">Refers to no symbol, no tree and no operation.</typeparam>
internal sealed class Kept<T>
{
    readonly ConditionalWeakTable<FunctionNames, Fact> _facts = new();

    /// <summary>The fact about a member, if there is one that is still true; whoever asks rests on it.</summary>
    public bool TryGet(FlowHost host, FunctionNames function, out T value)
    {
        if ((Find(function) ?? (host.Cache.Names.Changes.Before(function) is { } before ? Find(before) : null)) is { } fact && fact.IsTrue(host))
        {
            fact.AddTo(host.Rests.Of(function));
            host.Rests.On(function);
            value = fact.Value;
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>Keeps what was found, which is final.</summary>
    public void Add(FlowHost host, FunctionNames function, T value)
    {
        var fact = new Fact(value, host.Rests.Of(function), host.Cache.Names.Changes, host.Options);
        lock (_facts)
        {
            _facts.Remove(function);
            _facts.Add(function, fact);
        }
    }

    Fact? Find(FunctionNames function) => _facts.TryGetValue(function, out var fact) ? fact : null;

    /// <summary>A fact, and what it rests on: gathered when it is first asked for, which most are never.</summary>
    sealed class Fact(T value, Rests rests, Changes changes, FlowOptions options)
    {
        readonly Surroundings _surroundings = changes.Surroundings;
        // What it was gathered from is let go then, or each compilation would keep some of the one before it.
        readonly Lazy<Grounds> _grounds = new(() => Grounds.Of(rests, changes));

        public T Value { get; } = value;

        public bool IsTrue(FlowHost host) =>
            ReferenceEquals(_surroundings, host.Cache.Names.Changes.Surroundings) && options == host.Options && _grounds.Value.Stand(host.Cache.Names.Changes);

        public void AddTo(Rests others) => _grounds.Value.AddTo(others);
    }
}
