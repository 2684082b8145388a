using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// The names of all trees of a project together: which ones contracts speak of, and which members bear each name. Immutable; thread-safe.
/// </summary>
/// <remarks>
/// An edit changes one tree of hundreds. What was gathered for an earlier compilation serves the next one, as long as the trees that differ carry the
/// same contracts; their members are added beside the others, of which those of replaced trees have to be passed over. As nothing here refers to a tree
/// or a symbol, no earlier compilation is kept alive.
/// </remarks>
internal sealed class ProjectNames
{
    /// <summary>With more trees that differ from those gathered it is quicker to gather anew once.</summary>
    const int MaxDifferent = 16;

    static readonly ConditionalWeakTable<TreeNames, ProjectNames> s_known = new();

    readonly ImmutableArray<TreeNames> _trees;
    readonly ImmutableArray<ContractFile> _files;
    readonly ImmutableArray<LockNames> _referenced;
    readonly FunctionTable _gathered;
    readonly FunctionTable? _different;

    ProjectNames(ImmutableArray<TreeNames> trees, ImmutableArray<ContractFile> files, ImmutableArray<LockNames> referenced)
    {
        _trees = trees;
        _files = files;
        _referenced = referenced;
        _gathered = new FunctionTable(trees);
        Contracts = Gather();
    }

    ProjectNames(ProjectNames known, List<TreeNames> different)
    {
        (_trees, _files, _referenced, Contracts, _gathered) = (known._trees, known._files, known._referenced, known.Contracts, known._gathered);
        _different = new FunctionTable(different);
    }

    /// <summary>The names that contracts speak of.</summary>
    public LockNames Contracts { get; }

    /// <summary>Those of <paramref name="trees"/>, which are in the order of the compilation.</summary>
    public static ProjectNames Of(ImmutableArray<TreeNames> trees, ImmutableArray<ContractFile> files, ImmutableArray<LockNames> referenced)
    {
        // Found by its first tree, or by the second while the first is being edited.
        for (int i = 0; i < trees.Length && i < 2; i++)
        {
            if (s_known.TryGetValue(trees[i], out var known) && known.Without(trees, files, referenced) is { } different)
                return different.Count == 0 ? known : new ProjectNames(known, different);
        }

        var gathered = new ProjectNames(trees, files, referenced);
        lock (s_known)
        {
            for (int i = 0; i < trees.Length && i < 2; i++)
            {
                s_known.Remove(trees[i]);
                s_known.Add(trees[i], gathered);
            }
        }

        return gathered;
    }

    /// <summary>The members of that name; among them may be such of trees that were replaced.</summary>
    public FunctionTable.Matches Named(int name) => new(_different, _gathered, name);

    // The trees that are not among those gathered; null where these cannot serve.
    List<TreeNames>? Without(ImmutableArray<TreeNames> trees, ImmutableArray<ContractFile> files, ImmutableArray<LockNames> referenced)
    {
        if (trees.Length != _trees.Length || !_files.SequenceEqual(files) || !_referenced.SequenceEqual(referenced))
            return null;
        var different = new List<TreeNames>();
        for (int i = 0; i < trees.Length; i++)
        {
            if (ReferenceEquals(trees[i], _trees[i]))
                continue;
            if (different.Count == MaxDifferent || !SameContracts(trees[i], _trees[i]))
                return null;
            different.Add(trees[i]);
        }

        return different;
    }

    bool SameContracts(TreeNames a, TreeNames b) =>
        a.HasExclusions == b.HasExclusions && a.Contracts.SequenceEqual(b.Contracts) && a.Locks.SequenceEqual(b.Locks)
        && a.Typed.Where(IsOfContractType).SequenceEqual(b.Typed.Where(IsOfContractType));

    // What returns, or is, a value of a type with a contract concerns it too.
    bool IsOfContractType((string Member, int Type) typed) => Contracts.Types.Contains(typed.Type) || Contracts.Primary.Contains(typed.Type);

    LockNames Gather()
    {
        var names = new LockNames();
        names.Add(ContractFile.Bcl);
        foreach (var file in _files)
            names.Add(file);
        foreach (var assembly in _referenced)
            names.Add(assembly);
        foreach (var tree in _trees)
        {
            names.HasAttributes |= !tree.Contracts.IsEmpty;
            names.HasExclusions |= tree.HasExclusions;
            foreach (var name in tree.Contracts)
                names.AddPrimary(name);
            foreach (var name in tree.Locks)
                names.Locks.Add(name);
        }

        var typed = new List<int>();
        foreach (var tree in _trees)
        {
            foreach (var (member, type) in tree.Typed)
            {
                if (names.Types.Contains(type) || names.Primary.Contains(type))
                    typed.Add(TreeNames.Hash(member));
            }
        }

        names.Primary.UnionWith(typed);
        return names;
    }
}
