using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// Decides by names alone which bodies can concern a lock, before anything is bound: most cannot.
/// </summary>
/// <remarks>One per compilation. Thread-safe.</remarks>
internal sealed class NameIndex
{
    readonly ProjectNames _project;
    readonly Dictionary<TreeNames, SyntaxTree> _trees = new();
    readonly ConcurrentDictionary<(FunctionNames, int), bool> _near = new();
    readonly ConcurrentDictionary<FunctionNames, bool> _reaching = new();

    public NameIndex(Compilation compilation, ContractSet contracts, ImmutableArray<ContractFile> files, CancellationToken cancel)
    {
        var trees = ImmutableArray.CreateBuilder<TreeNames>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            var names = TreeNames.Of(tree, cancel);
            trees.Add(names);
            _trees.Add(names, tree);
        }

        var referenced = ImmutableArray.CreateBuilder<LockNames>();
        foreach (var reference in compilation.References)
        {
            if (compilation.GetAssemblyOrModuleSymbol(reference) is IAssemblySymbol assembly && LockNames.Of(assembly, contracts, files) is { } known)
                referenced.Add(known);
        }

        var all = trees.ToImmutable();
        _project = ProjectNames.Of(all, files, referenced.ToImmutable());
        Changes = new Changes(all, _project.Surroundings(all, compilation.References, isNew: false));
        if (ReachesOthers())
            Changes = new Changes(all, _project.Surroundings(all, compilation.References, isNew: true));
        contracts.HasAttributes = _project.Contracts.HasAttributes || LockNames.Declares(compilation.Assembly);
    }

    /// <summary>What differs from the compilation in which facts that are kept were found.</summary>
    public Changes Changes { get; }

    /// <summary>Whether some contract excludes a lock.</summary>
    public bool HasExclusions => _project.Contracts.HasExclusions;

    /// <summary>The member whose code lies at <paramref name="position"/>, with the names that it mentions.</summary>
    public FunctionNames? At(SyntaxTree tree, int position) => TreeNames.Of(tree, CancellationToken.None).At(position);

    public SyntaxTree TreeOf(FunctionNames function) => _trees[function.Tree];

    /// <summary>Whether a member mentions a name that has to do with locks.</summary>
    public bool MentionsLocks(FunctionNames function) => IsSection(function) || _project.MentionsLocks(function);

    // A lock statement: of concern to its own body, while its method is no helper only for that.
    static bool IsSection(FunctionNames function) => Array.IndexOf(function.Mentions, TreeNames.Lock) >= 0;

    /// <summary>Whether a member mentions a name that has to do with locks, or that of a helper which does, through as many levels of helpers.</summary>
    public bool MayMatter(FunctionNames function, int levels = ProjectNames.HelperLevels)
    {
        if (_project.MentionsLocks(function) || (levels == ProjectNames.HelperLevels && IsSection(function)))
            return true;
        if (levels == 0)
            return false;
        foreach (var helper in Helpers(function))
        {
            if (_near.TryGetValue((helper, levels - 1), out bool near) ? near : _near.GetOrAdd((helper, levels - 1), MayMatter(helper, levels - 1)))
                return true;
        }

        return false;
    }

    /// <summary>The members that <paramref name="caller"/> may call, but no other assembly can, and that may have to do with locks.</summary>
    public IEnumerable<FunctionNames> Helpers(FunctionNames caller)
    {
        for (int i = 0; i < caller.Used; i++)
        {
            foreach (var helper in _project.Helpers(caller.Mentions[i]))
            {
                if (helper.IsHidden && helper.CanBeMeantBy(caller, i) && _trees.ContainsKey(helper.Tree))
                    yield return helper;
            }
        }
    }

    /// <summary>The members of this compilation that <paramref name="caller"/> may call.</summary>
    public IEnumerable<FunctionNames> Callees(FunctionNames caller)
    {
        for (int i = 0; i < caller.Used; i++)
        {
            foreach (var callee in _project.Named(caller.Mentions[i]))
            {
                if (callee.CanBeMeantBy(caller, i) && _trees.ContainsKey(callee.Tree))
                    yield return callee;
            }
        }
    }

    /// <summary>Whether the code of a method can wait for locks, or sleep, through whatever calls.</summary>
    public bool MayMatter(IMethodSymbol method, CancellationToken cancel)
    {
        foreach (var reference in (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences)
        {
            cancel.ThrowIfCancellationRequested();
            if (At(reference.SyntaxTree, reference.Span.Start) is { } function && MayReach(function))
                return true;
        }

        return false;
    }

    /// <summary>The members with code of that name, where they are.</summary>
    public IEnumerable<(SyntaxTree Tree, TextSpan Span)> Named(string name)
    {
        foreach (var function in _project.Named(TreeNames.Hash(name)))
        {
            if (function.Name == name && _trees.TryGetValue(function.Tree, out var tree))
                yield return (tree, function.Span);
        }
    }

    /// <summary>Whether a member of this name may have a contract.</summary>
    public bool HasContract(string name) => _project.Contracts.Primary.Contains(TreeNames.Hash(name));

    /// <summary>Whether a contract names a lock of this name.</summary>
    public bool IsNamedLock(ISymbol? member) => member is not null && _project.Contracts.Locks.Contains(member.Name);

    /// <summary>The members with code of one tree.</summary>
    public ImmutableArray<FunctionNames> In(SyntaxTree tree) => TreeNames.Of(tree, CancellationToken.None).Functions;

    /// <summary>Whether a member of that name carries a contract in that tree.</summary>
    public bool HasContract(SyntaxTree tree, string name) => TreeNames.Of(tree, CancellationToken.None).Contracts.Contains(name);

    /// <summary>The members whose declared type mentions a name.</summary>
    public IEnumerable<string> MembersOfType(string name)
    {
        int hash = TreeNames.Hash(name);
        foreach (var entry in _trees)
        {
            foreach (var (member, type) in entry.Key.Typed)
            {
                if (type == hash)
                    yield return member;
            }
        }
    }

    /// <summary>The members that mention a name, where they are.</summary>
    public IEnumerable<(SyntaxTree Tree, TextSpan Span)> Mentioning(string name)
    {
        int hash = TreeNames.Hash(name);
        foreach (var entry in _trees)
        {
            if (!entry.Key.Mentions(hash))
                continue;
            foreach (var function in entry.Key.Functions)
            {
                if (Array.IndexOf(function.Mentions, hash) >= 0)
                    yield return (entry.Value, function.Span);
            }
        }
    }

    // By names, a member that was changed leads to a lock now, or no more: what was found of those that lead to it, by names, is true no more.
    bool ReachesOthers()
    {
        foreach (var (now, before) in Changes.Members)
        {
            if (MayReach(now) != MayReach(before))
                return true;
        }

        return false;
    }

    // What can reach a lock by its names mostly does so within a few steps; what cannot does not reach far.
    bool MayReach(FunctionNames start)
    {
        if (_reaching.TryGetValue(start, out bool known))
            return known;
        var callers = new Dictionary<FunctionNames, FunctionNames?> { { start, null } };
        var next = new Queue<FunctionNames>(callers.Keys);
        while (next.Count > 0)
        {
            var function = next.Dequeue();
            bool isKnown = _reaching.TryGetValue(function, out bool reaches);
            if (isKnown && !reaches)
                continue;
            if (isKnown || function.MentionsAny(_project.Contracts.Primary) || function.MentionsAny(_project.Contracts.Sleeping))
            {
                for (FunctionNames? caller = function; caller is not null; caller = callers[caller])
                    _reaching[caller] = true;
                return true;
            }

            foreach (var callee in Callees(function))
            {
                if (!callers.ContainsKey(callee))
                {
                    callers.Add(callee, function);
                    next.Enqueue(callee);
                }
            }
        }

        foreach (var function in callers.Keys)
            _reaching[function] = false;
        return false;
    }
}
