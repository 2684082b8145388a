using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// All that a fact rests on: members and trees of its surroundings, the few of trees that have replaced some of those, and names, of which every member that mentions them counts. Immutable.
/// </summary>
internal sealed class Grounds
{
    readonly Members _code;
    // Of these nothing counts but what their callers are told.
    readonly Members _asked;
    readonly HashSet<TreeNames> _trees;
    readonly TreeNames[] _newTrees;
    readonly HashSet<NameMentioned> _names;

    // Of the members that differed already and mention one of the names: as they are in the surroundings.
    readonly FunctionNames[] _replaced;

    /// <summary>Sorts out what <paramref name="rests"/> says.</summary>
    /// <param name="rests">What the fact rests on.</param>
    /// <param name="changes">Of the compilation in which the fact was found.</param>
    public Grounds(Rests rests, Changes changes)
    {
        var (functions, asked, trees, names) = rests.All();
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
        _code = Split(functions, one => changes.IsOriginal(one.Tree) ? one : changes.Before(one));
        _asked = Split(asked, one => changes.IsOriginal(one.Tree) ? one : changes.Before(one));
        (_trees, _newTrees) = Split(trees, one => changes.IsOriginal(one) ? one : null);
    }

    /// <summary>Whether all of that is the same in another compilation with the same surroundings.</summary>
    public bool Stand(FlowHost host)
    {
        var now = host.Cache.Names.Changes;
        foreach (var (changed, before) in now.Members)
        {
            if (_code.Originals.Contains(before) || ((MentionsAny(changed) || MentionsAny(before)) && Array.IndexOf(_replaced, before) < 0))
                return false;
            if (_asked.Originals.Contains(before) && !Answers.AreSame(host, before, changed))
                return false;
        }

        foreach (var tree in now.Declarations)
        {
            if (_trees.Contains(tree))
                return false;
        }

        foreach (var asked in _asked.Others)
        {
            if (!now.IsUnchanged(asked) && !(now.InPlaceOf(asked) is { } changed && Answers.AreSame(host, asked, changed)))
                return false;
        }

        return Array.TrueForAll(_code.Others, now.IsUnchanged) && Array.TrueForAll(_newTrees, now.IsDeclared);
    }

    /// <summary>Whoever asks about the fact rests on all of that, too.</summary>
    public void AddTo(Rests rests)
    {
        rests.Add(_code.Originals, _trees);
        rests.Add(_code.Others, _newTrees);
        rests.AddAsked(_asked.Originals);
        rests.AddAsked(_asked.Others);
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

    static Members Split(HashSet<FunctionNames> all, Func<FunctionNames, FunctionNames?> original)
    {
        var (originals, others) = Split<FunctionNames>(all, original);
        return new Members(originals, others);
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

    sealed record Members(HashSet<FunctionNames> Originals, FunctionNames[] Others);
}
