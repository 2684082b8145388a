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
/// <param name="restsOnDeclarations">The facts rest on all declarations of the project, whatever they name.</param>
internal sealed class Kept<T>(bool restsOnDeclarations = false)
{
    readonly ConditionalWeakTable<FunctionNames, Fact> _facts = new();

    /// <summary>The fact about the code of a member, if there is one that is still true; whoever asks about that code rests on it.</summary>
    public bool TryGet(FlowHost host, FunctionNames function, out T value)
    {
        host.Rests.On(function);
        return TryGet(host, function, host.Rests.Of(function), out value);
    }

    /// <summary>The fact about a member, if there is one that is still true.</summary>
    /// <param name="host">Who asks.</param>
    /// <param name="function">The member.</param>
    /// <param name="rests">Gets what the fact rests on; null where nobody wants to know.</param>
    /// <param name="value">What was found.</param>
    public bool TryGet(FlowHost host, FunctionNames function, Rests? rests, out T value)
    {
        var changes = host.Cache.Names.Changes;
        if ((Find(function) ?? (changes.Original(function) is { } original ? Find(original) : null)) is { } fact && fact.IsTrue(host, function, restsOnDeclarations))
        {
            if (rests is not null)
                fact.AddTo(rests);
            value = fact.Value;
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>Keeps what was found of the code of a member, which is final.</summary>
    public void Add(FlowHost host, FunctionNames function, T value) => Add(host, function, value, host.Rests.Of(function));

    /// <summary>Keeps what was found of a member, which is final.</summary>
    /// <param name="host">Who found it.</param>
    /// <param name="function">The member.</param>
    /// <param name="value">What was found.</param>
    /// <param name="rests">What it rests on; may still be added to until the next compilation.</param>
    public void Add(FlowHost host, FunctionNames function, T value, Rests rests)
    {
        var changes = host.Cache.Names.Changes;
        var fact = new Fact(value, rests, changes, host.Options, function.Content);
        lock (_facts)
        {
            Put(function, fact);
            // There the next version of its tree finds it, which knows nothing of this one.
            if (changes.Original(function) is { } original)
                Put(original, fact);
        }
    }

    void Put(FunctionNames function, Fact fact)
    {
        _facts.Remove(function);
        _facts.Add(function, fact);
    }

    Fact? Find(FunctionNames function) => _facts.TryGetValue(function, out var fact) ? fact : null;

    /// <summary>A fact, and what it rests on: gathered when it is first asked for, which most are never.</summary>
    sealed class Fact(T value, Rests rests, Changes changes, FlowOptions options, ulong content)
    {
        readonly Surroundings _surroundings = changes.Surroundings;
        readonly ulong _declarations = changes.AllDeclarations;
        // What it was gathered from is let go then, or each compilation would keep some of the one before it.
        readonly Lazy<Grounds> _grounds = new(() => new Grounds(rests, changes));

        public T Value { get; } = value;

        public bool IsTrue(FlowHost host, FunctionNames function, bool restsOnDeclarations)
        {
            var now = host.Cache.Names.Changes;
            return ReferenceEquals(_surroundings, now.Surroundings) && content == function.Content && options == host.Options
                && (!restsOnDeclarations || _declarations == now.AllDeclarations) && _grounds.Value.Stand(now);
        }

        public void AddTo(Rests others) => _grounds.Value.AddTo(others);
    }
}
