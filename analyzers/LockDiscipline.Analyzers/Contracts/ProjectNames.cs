using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// The names of all trees of a project together: which ones contracts speak of, which helpers may have to do with locks, and which members bear
/// each name. Immutable; thread-safe.
/// </summary>
/// <remarks>
/// An edit changes one tree of hundreds. What was gathered for an earlier compilation serves the next one, as long as the trees that differ carry the
/// same contracts and have no helper that makes others one; their members are added beside the others, of which those of replaced trees have to be passed over.
/// As nothing here refers to a tree or a symbol, no earlier compilation is kept alive.
/// </remarks>
internal sealed class ProjectNames
{
    /// <summary>A helper's caller matters, and so does that one's, if it is a helper; beyond that a contract should be written down.</summary>
    public const int HelperLevels = 3;

    /// <summary>With more trees that differ from those gathered it is quicker to gather anew once.</summary>
    const int MaxDifferent = 16;

    static readonly ConditionalWeakTable<TreeNames, ProjectNames> s_known = new();

    readonly ImmutableArray<TreeNames> _trees;
    readonly ImmutableArray<ContractFile> _files;
    readonly ImmutableArray<LockNames> _referenced;
    readonly FunctionTable _helpers;
    // By the name of a helper, through how many others at least it gets to a lock.
    readonly Dictionary<int, int> _levels = new();
    readonly Lazy<FunctionTable> _members;
    readonly FunctionTable? _different;
    // Of the gathered one, whoever serves by it.
    readonly ProjectNames _gathered;
    Surroundings? _surroundings;

    ProjectNames(ImmutableArray<TreeNames> trees, ImmutableArray<ContractFile> files, ImmutableArray<LockNames> referenced)
    {
        _trees = trees;
        _files = files;
        _referenced = referenced;
        _gathered = this;
        Contracts = Gather();
        _helpers = new FunctionTable(GatherHelpers());
        _members = new(() => new FunctionTable(_trees.SelectMany(static tree => tree.Functions)));
    }

    ProjectNames(ProjectNames known, List<TreeNames> different)
    {
        (_trees, _files, _referenced, Contracts) = (known._trees, known._files, known._referenced, known.Contracts);
        (_helpers, _levels, _members, _gathered) = (known._helpers, known._levels, known._members, known._gathered);
        _different = new FunctionTable(different.SelectMany(static tree => tree.Functions));
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

    /// <summary>Whether a member mentions a name that has to do with locks.</summary>
    public bool MentionsLocks(FunctionNames function) => Contracts.IsAnywhere || function.MentionsAny(Contracts.Primary);

    /// <summary>
    /// The members of that name which no other assembly can call and which may have to do with locks; among them may be such of trees that were replaced.
    /// </summary>
    public FunctionTable.Matches Helpers(int name) => new(_levels.ContainsKey(name) ? _different : null, _helpers, name);

    /// <summary>The members of that name; among them may be such of trees that were replaced.</summary>
    public FunctionTable.Matches Named(int name) => new(_different, _members.Value, name);

    /// <summary>What facts about the code of these trees rest on besides.</summary>
    /// <param name="isNew">What was found before is true no more.</param>
    public Surroundings Surroundings(ImmutableArray<TreeNames> trees, IEnumerable<MetadataReference> references, bool isNew)
    {
        lock (_levels)
        {
            if (isNew || _gathered._surroundings is not { } known || !known.AreOf(trees, references, DeclareTheSame))
                _gathered._surroundings = known = new Surroundings(trees, references);
            return known;
        }
    }

    bool DeclareTheSame(TreeNames a, TreeNames b)
    {
        if (a.HasExclusions != b.HasExclusions || a.Functions.Length != b.Functions.Length || !a.Contracts.SequenceEqual(b.Contracts) || !a.Locks.SequenceEqual(b.Locks)
            || !a.Typed.SequenceEqual(b.Typed) || !a.Delegates.SequenceEqual(b.Delegates) || !a.Takes.SequenceEqual(b.Takes))
        {
            return false;
        }

        for (int i = 0; i < a.Functions.Length; i++)
        {
            var (one, other) = (a.Functions[i], b.Functions[i]);
            if (one.NameHash != other.NameHash || one.IsHidden != other.IsHidden || LevelOf(one) != LevelOf(other))
                return false;
        }

        return true;
    }

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
            if (different.Count == MaxDifferent || !SameContracts(trees[i], _trees[i]) || HasNewHelper(trees[i]))
                return null;
            different.Add(trees[i]);
        }

        return different;
    }

    // One of a name that no helper had, or closer to a lock than those: its callers may be helpers now.
    bool HasNewHelper(TreeNames tree)
    {
        foreach (var function in tree.Functions)
        {
            if (!IsHidden(function))
                continue;
            if (LevelOf(function) < (_levels.TryGetValue(function.NameHash, out int known) ? known : HelperLevels))
                return true;
        }

        return false;
    }

    bool SameContracts(TreeNames a, TreeNames b) =>
        a.HasExclusions == b.HasExclusions && a.Contracts.SequenceEqual(b.Contracts) && a.Locks.SequenceEqual(b.Locks)
        && a.Typed.Where(IsOfContractType).SequenceEqual(b.Typed.Where(IsOfContractType))
        && a.Delegates.SequenceEqual(b.Delegates) && a.Takes.Where(IsStatedDelegate).SequenceEqual(b.Takes.Where(IsStatedDelegate));

    // What returns, or is, a value of a type with a contract concerns it too.
    bool IsOfContractType((string Member, int Type) typed) => Contracts.Types.Contains(typed.Type) || Contracts.Primary.Contains(typed.Type);

    // Whoever gives a method for a delegate with a contract mentions the method that takes it.
    bool IsStatedDelegate((int Member, int Type) taken) => Contracts.Delegates.Contains(taken.Type);

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
            names.Delegates.UnionWith(tree.Delegates);
        }

        var typed = new List<int>();
        foreach (var tree in _trees)
        {
            foreach (var (member, type) in tree.Typed)
            {
                if (names.Types.Contains(type) || names.Primary.Contains(type))
                    typed.Add(TreeNames.Hash(member));
            }

            foreach (var (member, type) in tree.Takes)
            {
                if (names.Delegates.Contains(type))
                    typed.Add(member);
            }
        }

        names.Primary.UnionWith(typed);
        return names;
    }

    // Those that mention a name that matters, and those that mention one of these, as far as the levels go.
    List<FunctionNames> GatherHelpers()
    {
        var helpers = new List<FunctionNames>();
        var others = new List<FunctionNames>();
        foreach (var tree in _trees)
        {
            foreach (var function in tree.Functions)
            {
                if (IsHidden(function))
                    (MentionsLocks(function) ? helpers : others).Add(function);
            }
        }

        int known = 0;
        for (int level = 0; level < HelperLevels; level++)
        {
            for (; known < helpers.Count; known++)
            {
                if (!_levels.ContainsKey(helpers[known].NameHash))
                    _levels.Add(helpers[known].NameHash, level);
            }

            var further = new List<FunctionNames>();
            foreach (var function in others)
                (LevelOfCalls(function) < HelperLevels ? helpers : further).Add(function);
            others = further;
        }

        return helpers;
    }

    static bool IsHidden(FunctionNames function) => function.IsHidden && function.Name.Length > 0;

    int LevelOf(FunctionNames function) => MentionsLocks(function) ? 0 : LevelOfCalls(function);

    int LevelOfCalls(FunctionNames function)
    {
        int level = HelperLevels;
        for (int i = 0; i < function.Used; i++)
        {
            if (_levels.TryGetValue(function.Mentions[i], out int callee) && callee + 1 < level)
                level = callee + 1;
        }

        return level;
    }
}
