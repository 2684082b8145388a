using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>What differs between the trees of a compilation and those of its <see cref="Surroundings"/>, in which facts that are kept were found. Immutable; thread-safe.</summary>
internal sealed class Changes
{
    readonly ImmutableArray<TreeNames> _trees;
    readonly HashSet<TreeNames> _current;
    readonly Dictionary<TreeNames, TreeNames> _replaced = new();
    readonly HashSet<TreeNames> _former = new();
    readonly List<TreeNames> _declarations = new();
    readonly List<(FunctionNames Now, FunctionNames Before)> _members = new();
    readonly Lazy<Dictionary<string, TreeNames?>> _paths;

    /// <param name="trees">Those of the compilation, in its order.</param>
    /// <param name="surroundings">Theirs.</param>
    public Changes(ImmutableArray<TreeNames> trees, Surroundings surroundings)
    {
        Surroundings = surroundings;
        _trees = trees;
        _current = new HashSet<TreeNames>(trees);
        _paths = new(ByPath);
        for (int i = 0; i < trees.Length; i++)
        {
            AllDeclarations = unchecked((AllDeclarations * 31) + trees[i].Declarations);
            if (!ReferenceEquals(trees[i], surroundings.Trees[i]))
                Note(trees[i], surroundings.Trees[i]);
        }
    }

    public Surroundings Surroundings { get; }

    /// <summary>The hash of all that the trees of the compilation declare.</summary>
    public ulong AllDeclarations { get; }

    /// <summary>Trees of the surroundings that declare something else here: more differs than the bodies of methods.</summary>
    public IReadOnlyList<TreeNames> Declarations => _declarations;

    /// <summary>Members that have other code here than in the surroundings.</summary>
    public IReadOnlyList<(FunctionNames Now, FunctionNames Before)> Members => _members;

    /// <summary>Whether a tree is one of the surroundings, as most are.</summary>
    public bool IsOriginal(TreeNames tree) => _current.Contains(tree) ? !_replaced.ContainsKey(tree) : _former.Contains(tree);

    /// <summary>Whether a tree that is none of those declares what its place in this compilation does.</summary>
    public bool IsDeclared(TreeNames tree) => _current.Contains(tree) || Now(tree)?.Declarations == tree.Declarations;

    /// <summary>Whether a member of such a tree stands in this compilation as it is.</summary>
    public bool IsUnchanged(FunctionNames function) => Current(function) is not null;

    /// <summary>What stands in the surroundings in the place of a member, with the same code or not; null where the tree is the same.</summary>
    public FunctionNames? Original(FunctionNames function) => _replaced.TryGetValue(function.Tree, out var tree) ? tree.Functions[function.Index] : null;

    /// <summary>A member of this or an earlier compilation as it stands in this one; null where it has other code here.</summary>
    public FunctionNames? Current(FunctionNames function) =>
        _current.Contains(function.Tree) ? function
        : Now(function.Tree) is { } tree && function.Index < tree.Functions.Length && IsSame(tree.Functions[function.Index], function) ? tree.Functions[function.Index]
        : null;

    /// <summary>What has taken the place of a member of an earlier compilation that has other code here; null where nothing has.</summary>
    public FunctionNames? InPlaceOf(FunctionNames function) =>
        Now(function.Tree) is { } tree && function.Index < tree.Functions.Length && tree.Functions[function.Index].NameHash == function.NameHash ? tree.Functions[function.Index] : null;

    /// <summary>The same member in the surroundings; null where it was another one, or the tree is the same.</summary>
    public FunctionNames? Before(FunctionNames function) =>
        _replaced.TryGetValue(function.Tree, out var tree) && IsSame(tree.Functions[function.Index], function) ? tree.Functions[function.Index] : null;

    void Note(TreeNames now, TreeNames before)
    {
        _replaced.Add(now, before);
        _former.Add(before);
        if (now.Declarations != before.Declarations)
            _declarations.Add(before);
        for (int i = 0; i < now.Functions.Length; i++)
        {
            if (!IsSame(now.Functions[i], before.Functions[i]))
                _members.Add((now.Functions[i], before.Functions[i]));
        }
    }

    static bool IsSame(FunctionNames one, FunctionNames other) => one.NameHash == other.NameHash && one.Content == other.Content;

    TreeNames? Now(TreeNames tree) => _paths.Value.TryGetValue(tree.Path, out var now) ? now : null;

    // Of two trees with one path neither takes the place of another one.
    Dictionary<string, TreeNames?> ByPath()
    {
        var paths = new Dictionary<string, TreeNames?>(StringComparer.Ordinal);
        foreach (var tree in _trees)
            paths[tree.Path] = paths.ContainsKey(tree.Path) ? null : tree;
        return paths;
    }
}
