using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// All that a fact rests on: the members and trees of its surroundings, the few of trees that have replaced some of those, and names, of which every member that mentions them counts. Immutable.
/// </summary>
internal sealed class Grounds
{
    readonly HashSet<FunctionNames> _functions;
    readonly HashSet<TreeNames> _trees;
    readonly HashSet<NameMentioned> _names;
    readonly FunctionNames[] _newFunctions;
    readonly TreeNames[] _newTrees;

    // Of the members that differed already and mention one of the names: as they are in the surroundings.
    readonly FunctionNames[] _replaced;

    /// <summary>Sorts out what <paramref name="rests"/> says.</summary>
    /// <param name="rests">What the fact rests on.</param>
    /// <param name="changes">Of the compilation in which the fact was found.</param>
    public Grounds(Rests rests, Changes changes)
    {
        var (functions, trees, names) = rests.All();
        _names = names;
        var replaced = new List<FunctionNames>();
        foreach (var (now, before) in changes.Members)
        {
            if (!MentionsAny(now) && !MentionsAny(before))
                continue;
            functions.Add(now);
            replaced.Add(before);
        }

        _replaced = replaced.ToArray();
        (_functions, _newFunctions) = Split(functions, one => changes.IsOriginal(one.Tree) ? one : changes.Before(one));
        (_trees, _newTrees) = Split(trees, one => changes.IsOriginal(one) ? one : null);
    }

    /// <summary>Whether all of that is the same in another compilation with the same surroundings.</summary>
    public bool Stand(Changes now)
    {
        foreach (var (changed, before) in now.Members)
        {
            if (_functions.Contains(before) || ((MentionsAny(changed) || MentionsAny(before)) && Array.IndexOf(_replaced, before) < 0))
                return false;
        }

        foreach (var tree in now.Declarations)
        {
            if (_trees.Contains(tree))
                return false;
        }

        return Array.TrueForAll(_newFunctions, now.IsUnchanged) && Array.TrueForAll(_newTrees, now.IsDeclared);
    }

    /// <summary>Whoever asks about the fact rests on all of that, too.</summary>
    public void AddTo(Rests rests)
    {
        rests.Add(_functions, _trees);
        rests.Add(_newFunctions, _newTrees);
        foreach (var name in _names)
            rests.Add(name);
    }

    bool MentionsAny(FunctionNames function)
    {
        if (_names.Count == 0)
            return false;
        foreach (int mention in function.Mentions)
        {
            if (_names.Contains(new NameMentioned(mention, null)) || _names.Contains(new NameMentioned(mention, function.Tree.Path)))
                return true;
        }

        return false;
    }

    static (HashSet<T> Originals, T[] Others) Split<T>(HashSet<T> all, Func<T, T?> original)
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

        return (originals, others.ToArray());
    }
}
