using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// What every fact about the code of a project rests on besides that code: what the project refers to, and which names its trees declare. From one edit to the
/// next it is mostly the same object. Compared by reference; immutable; thread-safe.
/// </summary>
/// <remarks>Refers to no tree and no symbol, and only weakly to what is referenced, which may be a compilation.</remarks>
internal sealed class Surroundings
{
    readonly List<WeakReference<MetadataReference>> _references = new();

    public Surroundings(ImmutableArray<TreeNames> trees, IEnumerable<MetadataReference> references)
    {
        Trees = trees;
        foreach (var reference in references)
            _references.Add(new WeakReference<MetadataReference>(reference));
    }

    /// <summary>The trees in which they were found, in the order of the compilation.</summary>
    public ImmutableArray<TreeNames> Trees { get; }

    /// <summary>Whether these are the surroundings of other trees too: such as differ declare the same names, which have to do with locks in the same way.</summary>
    public bool AreOf(ImmutableArray<TreeNames> trees, IEnumerable<MetadataReference> references, Func<TreeNames, TreeNames, bool> declareTheSame)
    {
        if (trees.Length != Trees.Length)
            return false;
        int i = 0;
        foreach (var reference in references)
        {
            if (i == _references.Count || !_references[i++].TryGetTarget(out var known) || !ReferenceEquals(known, reference))
                return false;
        }

        if (i != _references.Count)
            return false;
        for (i = 0; i < trees.Length; i++)
        {
            if (!ReferenceEquals(trees[i], Trees[i]) && !declareTheSame(trees[i], Trees[i]))
                return false;
        }

        return true;
    }
}
