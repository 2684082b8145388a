using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>All that a fact rests on: the members and trees of its surroundings, and the few of trees that have replaced some of those. Immutable.</summary>
internal sealed record Grounds(FunctionNames[] Functions, TreeNames[] Trees, FunctionNames[] NewFunctions, TreeNames[] NewTrees)
{
    /// <summary>Sorts out what <paramref name="rests"/> says.</summary>
    /// <param name="rests">What the fact rests on.</param>
    /// <param name="changes">Of the compilation in which the fact was found.</param>
    public static Grounds Of(Rests rests, Changes changes)
    {
        var (functions, trees) = rests.All();
        var (ownFunctions, newFunctions) = Split(functions, one => changes.IsOriginal(one.Tree) ? one : changes.Before(one));
        var (ownTrees, newTrees) = Split(trees, one => changes.IsOriginal(one) ? one : null);
        return new Grounds(ownFunctions, ownTrees, newFunctions, newTrees);
    }

    /// <summary>Whether all of that is the same in another compilation with the same surroundings.</summary>
    public bool Stand(Changes now)
    {
        foreach (var (_, before) in now.Members)
        {
            if (Array.IndexOf(Functions, before) >= 0)
                return false;
        }

        foreach (var tree in now.Declarations)
        {
            if (Array.IndexOf(Trees, tree) >= 0)
                return false;
        }

        return Array.TrueForAll(NewFunctions, now.IsUnchanged) && Array.TrueForAll(NewTrees, now.IsDeclared);
    }

    /// <summary>Whoever asks about the fact rests on all of that, too.</summary>
    public void AddTo(Rests rests)
    {
        rests.Add(Functions, Trees);
        rests.Add(NewFunctions, NewTrees);
    }

    static (T[] Originals, T[] Others) Split<T>(HashSet<T> all, Func<T, T?> original)
        where T : class
    {
        var (originals, others) = (new HashSet<T>(), new List<T>());
        foreach (var item in all)
        {
            if (original(item) is { } found)
                originals.Add(found);
            else
                others.Add(item);
        }

        var array = new T[originals.Count];
        originals.CopyTo(array);
        return (array, others.ToArray());
    }
}
