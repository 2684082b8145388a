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
/// <remarks>One per compilation, filled on demand. Thread-safe.</remarks>
internal sealed class NameIndex
{
    /// <summary>A helper's caller matters, and so does that one's, if it is a helper; beyond that a contract should be written down.</summary>
    public const int HelperLevels = 3;

    const string Annotations = "LockDiscipline.Annotations";

    static readonly int LockKeyword = TreeNames.Hash("lock");

    readonly Compilation _compilation;
    readonly Func<SyntaxTree, TreeNames> _read;
    readonly Lazy<Sets> _sets;
    readonly Lazy<Dictionary<int, List<(SyntaxTree, TreeNames.Function)>>> _helpers;
    readonly Lazy<HashSet<int>> _mattering;

    public NameIndex(Compilation compilation, ContractSet contracts, ImmutableArray<ContractFile> files, Func<SyntaxTree, TreeNames> read)
    {
        _compilation = compilation;
        _read = Remembered(read);
        _sets = new(() => Collect(compilation, contracts, files, _read));
        _helpers = new(CollectHelpers);
        _mattering = new(CollectMattering);
    }

    /// <summary>Reads all trees now; else the first question does, while all others wait.</summary>
    public void Fill() => _ = _helpers.Value;

    /// <summary>The member whose code lies at <paramref name="position"/>, with the names that it mentions.</summary>
    public TreeNames.Function? At(SyntaxTree tree, int position) => _read(tree).At(position);

    /// <summary>Whether a member mentions a name that has to do with locks.</summary>
    public bool MentionsLocks(TreeNames.Function function) => _sets.Value.IsAnywhere || IsSection(function) || function.MentionsAny(_sets.Value.Primary);

    // A lock statement: of concern to its own body, while its method is no helper only for that.
    static bool IsSection(TreeNames.Function function) => Array.IndexOf(function.Mentions, LockKeyword) >= 0;

    /// <summary>Whether a member mentions a name that has to do with locks, or that of a helper which does.</summary>
    public bool MayMatter(TreeNames.Function function)
    {
        if (_sets.Value.IsAnywhere || IsSection(function))
            return true;
        var (primary, helpers) = (_sets.Value.Primary, _helpers.Value);
        foreach (var mention in function.Mentions)
        {
            if (primary.Contains(mention) || helpers.ContainsKey(mention))
                return true;
        }

        return false;
    }

    /// <summary>The members that only this assembly can call, of that name, whose code may have effects on their callers' locks.</summary>
    public IReadOnlyList<(SyntaxTree Tree, TreeNames.Function Function)> Helpers(int name) =>
        _helpers.Value.TryGetValue(name, out var helpers) ? helpers : Array.Empty<(SyntaxTree, TreeNames.Function)>();

    /// <summary>Whether the code of a method can have effects on locks, or sleep, through whatever calls.</summary>
    public bool MayMatter(IMethodSymbol method, CancellationToken cancel)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            cancel.ThrowIfCancellationRequested();
            if (_read(reference.SyntaxTree).At(reference.Span.Start) is { } function && function.MentionsAny(_mattering.Value))
                return true;
        }

        return false;
    }

    /// <summary>Whether a member of this name may have a contract.</summary>
    public bool HasContract(string name) => _sets.Value.Primary.Contains(TreeNames.Hash(name));

    /// <summary>Whether a contract names a lock of this name.</summary>
    public bool IsNamedLock(ISymbol? member) => member is not null && _sets.Value.Locks.Contains(member.Name);

    /// <summary>The members with code of one tree.</summary>
    public ImmutableArray<TreeNames.Function> In(SyntaxTree tree) => _read(tree).Functions;

    /// <summary>Whether a member of that name carries a contract in that tree.</summary>
    public bool HasContract(SyntaxTree tree, string name) => _read(tree).Contracts.Contains(name);

    /// <summary>The members whose declared type mentions a name.</summary>
    public IEnumerable<string> MembersOfType(string name)
    {
        int hash = TreeNames.Hash(name);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            foreach (var (member, type) in _read(tree).Typed)
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
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var names = _read(tree);
            if (!names.Mentions(hash))
                continue;
            foreach (var function in names.Functions)
            {
                if (Array.IndexOf(function.Mentions, hash) >= 0)
                    yield return (tree, function.Span);
            }
        }
    }

    // Every node of a tree asks for its names.
    static Func<SyntaxTree, TreeNames> Remembered(Func<SyntaxTree, TreeNames> read)
    {
        var trees = new ConcurrentDictionary<SyntaxTree, TreeNames>();
        return tree => trees.TryGetValue(tree, out var names) ? names : trees.GetOrAdd(tree, read(tree));
    }

    static Sets Collect(Compilation compilation, ContractSet contracts, ImmutableArray<ContractFile> files, Func<SyntaxTree, TreeNames> read)
    {
        var sets = new Sets();
        foreach (var file in files.Insert(0, ContractFile.Bcl))
        {
            foreach (var entry in file.Entries)
                sets.Add(entry.SimpleName, entry.Clauses);
        }

        bool attributes = Declares(compilation.Assembly);
        foreach (var tree in compilation.SyntaxTrees)
        {
            var names = read(tree);
            attributes |= !names.Contracts.IsEmpty;
            foreach (var name in names.Contracts)
                sets.AddPrimary(name);
            foreach (var name in names.Locks)
                sets.Locks.Add(name);
            sets.Delegates.UnionWith(names.Delegates);
        }

        foreach (var reference in compilation.References)
        {
            if (compilation.GetAssemblyOrModuleSymbol(reference) is not IAssemblySymbol assembly)
                continue;
            bool isVocabulary = assembly.Name == Annotations;
            attributes |= isVocabulary;
            if (isVocabulary || !SpeaksTheVocabulary(assembly))
                continue;
            attributes = true;
            CollectMembers(assembly.GlobalNamespace, contracts, sets);
        }

        contracts.HasAttributes = attributes;

        // What returns, or is, a value of a type with a contract concerns it too.
        foreach (var tree in compilation.SyntaxTrees)
        {
            foreach (var (member, type) in read(tree).Typed)
            {
                if (sets.Types.Contains(type) || sets.Primary.Contains(type))
                    sets.Primary.Add(TreeNames.Hash(member));
            }
        }

        // Whoever gives a method for a delegate with a contract mentions the method that takes it.
        foreach (var tree in sets.Delegates.Count > 0 ? compilation.SyntaxTrees : ImmutableArray<SyntaxTree>.Empty)
        {
            foreach (var (member, type) in read(tree).Takes)
            {
                if (sets.Delegates.Contains(type))
                    sets.Primary.Add(member);
            }
        }

        return sets;
    }

    static bool SpeaksTheVocabulary(IAssemblySymbol assembly)
    {
        foreach (var module in assembly.Modules)
        {
            foreach (var referenced in module.ReferencedAssemblies)
            {
                if (referenced.Name == Annotations)
                    return true;
            }
        }

        return Declares(assembly);
    }

    // An assembly may have its own copy of the attributes.
    static bool Declares(IAssemblySymbol assembly)
    {
        foreach (var member in assembly.GlobalNamespace.GetMembers(Vocabulary.Namespace))
        {
            if (member is INamespaceSymbol)
                return true;
        }

        return false;
    }

    static void CollectMembers(INamespaceOrTypeSymbol holder, ContractSet contracts, Sets sets)
    {
        foreach (var member in holder.GetMembers())
        {
            if (member is not INamespaceSymbol && member.DeclaredAccessibility is Accessibility.Private)
                continue;
            if (member is not INamespaceSymbol && contracts.Clauses(member) is { IsEmpty: false } clauses)
            {
                sets.Add(NameOf(member), clauses);
                if (TreeNames.CalledUnnamed(NameOf(member), member.ContainingType?.Name ?? "", member is IMethodSymbol { MethodKind: MethodKind.Constructor }) is { } other)
                    sets.Add(other, clauses);
            }

            switch (member)
            {
                case INamespaceOrTypeSymbol inner:
                    CollectMembers(inner, contracts, sets);
                    break;
                case IMethodSymbol method when contracts.MustCheck(method.ReturnType) || contracts.IsScope(method.ReturnType):
                    sets.Primary.Add(TreeNames.Hash(method.Name));
                    break;
                case IMethodSymbol { Parameters.IsEmpty: false } method when TakesStatedDelegate(method, contracts):
                    sets.Primary.Add(TreeNames.Hash(method.Name));
                    break;
            }
        }
    }

    static bool TakesStatedDelegate(IMethodSymbol method, ContractSet contracts)
    {
        foreach (var parameter in method.Parameters)
        {
            if (!contracts.OfDelegate(parameter.Type).IsNone)
                return true;
        }

        return false;
    }

    static string NameOf(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion } => TreeNames.Operator,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => member.ContainingType.Name,
        IMethodSymbol { AssociatedSymbol: { } property } => NameOf(property),
        IPropertySymbol { IsIndexer: true } => "this",
        _ => member.Name,
    };

    Dictionary<int, List<(SyntaxTree, TreeNames.Function)>> CollectHelpers()
    {
        var names = new HashSet<int>(_sets.Value.Primary);
        Close(names, HelperLevels, static function => function.IsHidden);
        var helpers = new Dictionary<int, List<(SyntaxTree, TreeNames.Function)>>();
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var mentioned = _read(tree);
            if (!mentioned.MentionsAny(names))
                continue;
            foreach (var function in mentioned.Functions)
            {
                if (!function.IsHidden || function.Name.Length == 0 || !function.MentionsAny(names))
                    continue;
                if (!helpers.TryGetValue(function.NameHash, out var list))
                    helpers.Add(function.NameHash, list = new());
                list.Add((tree, function));
            }
        }

        return helpers;
    }

    HashSet<int> CollectMattering()
    {
        var names = new HashSet<int>(_sets.Value.Primary);
        names.UnionWith(_sets.Value.Sleeping);
        names.Add(LockKeyword);
        Close(names, int.MaxValue, static _ => true);
        return names;
    }

    // Adds the functions that mention a name, and those that mention these, and so on.
    void Close(HashSet<int> names, int levels, Func<TreeNames.Function, bool> counts)
    {
        var fresh = new HashSet<int>(names);
        for (int level = 0; level < levels && fresh.Count > 0; level++)
        {
            var added = new HashSet<int>();
            foreach (var tree in _compilation.SyntaxTrees)
            {
                var mentioned = _read(tree);
                if (!mentioned.MentionsAny(fresh))
                    continue;
                foreach (var function in mentioned.Functions)
                {
                    if (function.Name.Length > 0 && counts(function) && !names.Contains(function.NameHash) && function.MentionsAny(fresh))
                        added.Add(function.NameHash);
                }
            }

            names.UnionWith(added);
            fresh = added;
        }
    }

    sealed class Sets
    {
        /// <summary>Names whose mention makes a body worth solving.</summary>
        public HashSet<int> Primary { get; } = new();

        /// <summary>Names that only say that something may sleep.</summary>
        public HashSet<int> Sleeping { get; } = new() { TreeNames.Hash("lock") };

        /// <summary>Types with contracts.</summary>
        public HashSet<int> Types { get; } = new();

        /// <summary>Something with a contract, an operator, is used without any name: every body has to be looked at.</summary>
        public bool IsAnywhere { get; private set; }

        /// <summary>Delegate types with contracts, declared here.</summary>
        public HashSet<int> Delegates { get; } = new();

        public HashSet<string> Locks { get; } = new(StringComparer.Ordinal);

        public void Add(string name, ImmutableArray<Clause> clauses)
        {
            foreach (var clause in clauses)
            {
                foreach (var expression in clause.Expressions)
                    Locks.Add(expression.Substring(expression.LastIndexOf('.') + 1));
                switch (clause.Name)
                {
                    case Vocabulary.MaySleep or Vocabulary.WaitsFor:
                        Sleeping.Add(TreeNames.Hash(name));
                        break;
                    case Vocabulary.RunsInPlace or Vocabulary.RunsWhenRead or Vocabulary.ReturnsLock or Vocabulary.RunsApart or Vocabulary.RunsContinuations or Vocabulary.ReadsOnly or Vocabulary.Framework:
                        break;
                    case Vocabulary.Lock when clause.Flag("Spinning", false):
                        // Mostly a struct, which must not be copied: what holds one concerns it.
                        Types.Add(TreeNames.Hash(name));
                        break;
                    case Vocabulary.Lock:
                        // Its methods speak for it.
                        break;
                    case Vocabulary.MustCheck or Vocabulary.ScopedLock:
                        Types.Add(TreeNames.Hash(name));
                        Primary.Add(TreeNames.Hash(name));
                        break;
                    default:
                        AddPrimary(name);
                        break;
                }
            }
        }

        /// <summary>Adds a member's name, and what stands for it where it is used without being named.</summary>
        public void AddPrimary(string name)
        {
            Primary.Add(TreeNames.Hash(name));
            switch (name)
            {
                case "this":
                    Primary.Add(TreeNames.Indexing);
                    break;
                case "Dispose" or "DisposeAsync":
                    Primary.Add(TreeNames.Hash("using"));
                    Primary.Add(TreeNames.Hash("foreach"));
                    break;
                case "GetEnumerator" or "GetAsyncEnumerator" or "MoveNext" or "MoveNextAsync" or "Current":
                    Primary.Add(TreeNames.Hash("foreach"));
                    break;
                case "GetAwaiter" or "GetResult" or "IsCompleted":
                    Primary.Add(TreeNames.Hash("await"));
                    break;
                case "Length" or "Count" or "Slice":
                    Primary.Add(TreeNames.FromEnd);
                    break;
                case "AppendFormatted" or "AppendLiteral":
                    Primary.Add(TreeNames.Interpolation);
                    break;
                case "Where" or "Select" or "SelectMany" or "GroupBy" or "Join" or "GroupJoin" or "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending":
                    Primary.Add(TreeNames.Hash("from"));
                    break;
                // A deconstruction is a pair of parentheses, no more.
                case TreeNames.Operator or "Deconstruct":
                    IsAnywhere = true;
                    break;
            }
        }
    }
}
