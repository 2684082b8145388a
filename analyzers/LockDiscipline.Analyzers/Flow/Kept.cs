using System;
using System.Collections.Generic;
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
        var fact = new Fact(value, host, function);
        lock (_facts)
        {
            _facts.Remove(function);
            _facts.Add(function, fact);
        }
    }

    Fact? Find(FunctionNames function) => _facts.TryGetValue(function, out var fact) ? fact : null;

    sealed class Fact
    {
        readonly Surroundings _surroundings;
        readonly FlowOptions _options;
        // Those of the surroundings, and the few of trees that have replaced some of those.
        readonly FunctionNames[] _functions;
        readonly TreeNames[] _trees;
        readonly FunctionNames[] _newFunctions;
        readonly TreeNames[] _newTrees;

        public Fact(T value, FlowHost host, FunctionNames function)
        {
            var changes = host.Cache.Names.Changes;
            Value = value;
            _surroundings = changes.Surroundings;
            _options = host.Options;
            var (functions, trees) = host.Rests.Of(function).All();
            (_functions, _newFunctions) = Split(functions, one => changes.IsOriginal(one.Tree) ? one : changes.Before(one));
            (_trees, _newTrees) = Split(trees, one => changes.IsOriginal(one) ? one : null);
        }

        public T Value { get; }

        public void AddTo(Rests rests)
        {
            rests.Add(_functions, _trees);
            rests.Add(_newFunctions, _newTrees);
        }

        public bool IsTrue(FlowHost host)
        {
            var changes = host.Cache.Names.Changes;
            if (!ReferenceEquals(_surroundings, changes.Surroundings) || _options != host.Options)
                return false;
            foreach (var (_, before) in changes.Members)
            {
                if (Array.IndexOf(_functions, before) >= 0)
                    return false;
            }

            foreach (var tree in changes.Declarations)
            {
                if (Array.IndexOf(_trees, tree) >= 0)
                    return false;
            }

            return Array.TrueForAll(_newFunctions, changes.IsUnchanged) && Array.TrueForAll(_newTrees, changes.IsDeclared);
        }

        static (TItem[] Originals, TItem[] Others) Split<TItem>(IReadOnlyCollection<TItem> all, Func<TItem, TItem?> original)
            where TItem : class
        {
            var (originals, others) = (new HashSet<TItem>(), new List<TItem>());
            foreach (var item in all)
            {
                if (original(item) is { } found)
                    originals.Add(found);
                else
                    others.Add(item);
            }

            var array = new TItem[originals.Count];
            originals.CopyTo(array);
            return (array, others.ToArray());
        }
    }
}
