using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// The contracts of one compilation: read from attributes, contract files and the members that a member overrides or implements.
/// </summary>
/// <remarks>Everything is read on demand and cached for the life of the compilation. Thread-safe.</remarks>
internal sealed partial class ContractSet
{
    const int MaxAliasDepth = 16;

    // How many getters this thread is reading within one another.
    [System.ThreadStatic]
    static int s_aliasDepth;

    readonly ImmutableArray<ContractFile> _files;
    readonly ConcurrentDictionary<ISymbol, MemberContract> _members = new(SymbolEqualityComparer.IncludeNullability);
    readonly ConcurrentDictionary<ITypeSymbol, LockTraits?> _traits = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ITypeSymbol, bool> _results = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ISymbol, bool> _successes = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ITypeSymbol, bool> _selfProtected = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ITypeSymbol, bool> _guardsMembers = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ITypeSymbol, ImmutableArray<(Term Overridden, Term Path)>> _overrides = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ISymbol, bool> _copiedOnWrite = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ISymbol, Term?> _aliases = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ISymbol, ImmutableArray<ReturnedChoice>> _choices = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ISymbol, bool> _makesNew = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ISymbol, ImmutableArray<Clause>> _clauses = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ISymbol, bool> _framework = new(SymbolEqualityComparer.Default);
    readonly SymbolCanon _canon = new();
    readonly ClauseBinder _binder;

    public ContractSet(Compilation compilation, ImmutableArray<ContractFile> files)
    {
        Compilation = compilation;
        _files = files.Insert(0, ContractFile.Bcl);
        Paths = new PathBinder(compilation, this);
        _binder = new ClauseBinder(Paths, this);
        Construction = new LockConstruction(this);
    }

    public Compilation Compilation { get; }

    public PathBinder Paths { get; }

    /// <summary>Which calls end a path.</summary>
    public Endings Endings { get; } = new();

    /// <summary>
    /// Whether anything in sight carries an attribute of the vocabulary. Where nothing does, no attribute need be bound; until it is known, all are.
    /// </summary>
    public bool HasAttributes { get; set; } = true;

    /// <summary>What is known of lock objects from the expressions that create them.</summary>
    public LockConstruction Construction { get; }

    /// <summary>What is stated of a member, or inherited by it.</summary>
    public MemberContract Of(ISymbol member)
    {
        member = member.OriginalDefinition;
        return _members.TryGetValue(member, out var contract) ? contract : _members.GetOrAdd(member, Read(member));
    }

    /// <summary>What is stated of the calls through a delegate type.</summary>
    public MemberContract OfDelegate(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Delegate } named ? Of(named.OriginalDefinition) : MemberContract.None;

    /// <summary>The kind of lock that values of <paramref name="type"/> are; null for a type that is not declared to be one.</summary>
    public LockTraits? Traits(ITypeSymbol? type)
    {
        if (type is null)
            return null;
        type = type.OriginalDefinition;
        return _traits.TryGetValue(type, out var traits) ? traits : _traits.GetOrAdd(type, ReadTraits(type));
    }

    /// <summary>Whether disposing a value of this type, or what a task of this type brings, releases what creating it acquired.</summary>
    public bool IsScope(ITypeSymbol? type) =>
        HasClause(type is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" } task ? task.TypeArguments[0] : type, Vocabulary.ScopedLock);

    /// <summary>Whether a lock type has readers only: every acquire of it is shared, as with SRCU and RCU.</summary>
    public bool IsReadSection(ITypeSymbol type)
    {
        bool any = false;
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol method)
                continue;
            var contract = Of(method);
            foreach (var clause in contract.Acquires.AddRange(contract.TryAcquires))
            {
                if (clause.Path.Kind != TermKind.This)
                    continue;
                if (clause.Mode != LockMode.Shared)
                    return false;
                any = true;
            }
        }

        return any;
    }

    /// <summary>Whether the type of a lock has an acquire in shared mode.</summary>
    public bool HasSharedMode(Term path)
    {
        var type = path.Symbol switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            IParameterSymbol parameter => parameter.Type,
            IMethodSymbol method => method.ReturnType,
            _ => null,
        };
        for (; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is not IMethodSymbol method)
                    continue;
                foreach (var clause in Of(method).Acquires.AddRange(Of(method).TryAcquires))
                {
                    if (clause.Mode == LockMode.Shared)
                        return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether values of this type say themselves whether they are errors.</summary>
    public bool IsResult(ITypeSymbol? type) => type is INamedTypeSymbol named && (_results.TryGetValue(named.OriginalDefinition, out bool known) ? known : _results.GetOrAdd(named.OriginalDefinition, HasErrorTest(named.OriginalDefinition)));

    bool HasErrorTest(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol or IMethodSymbol && Of(member).TestsError is not null)
                return true;
        }

        return false;
    }

    /// <summary>Whether a static member is the success of its type: it says so, or is the default value of a type whose values must be checked.</summary>
    public bool IsSuccess(ISymbol member) =>
        member.IsStatic && (_successes.TryGetValue(member.OriginalDefinition, out bool known) ? known : _successes.GetOrAdd(member.OriginalDefinition, SuccessValue.Is(this, member.OriginalDefinition)));

    /// <summary>Whether a member belongs to the framework, by the namespace that it lies in.</summary>
    public bool IsFramework(ISymbol member)
    {
        var space = member.ContainingNamespace;
        if (space is null or { IsGlobalNamespace: true })
            return false;
        return _framework.TryGetValue(space, out bool known) ? known : _framework.GetOrAdd(space, ReadFramework(space));
    }

    bool ReadFramework(INamespaceSymbol space)
    {
        for (; !space.IsGlobalNamespace; space = space.ContainingNamespace)
        {
            foreach (var file in _files)
            {
                if (file.Says(space.ToDisplayString(), Vocabulary.Framework))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether a lock guards members of objects of that type.</summary>
    public bool HasGuardedMembers(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Class } && (_guardsMembers.TryGetValue(type, out bool known) ? known : _guardsMembers.GetOrAdd(type, SelfProtection.Guards(this, type)));

    /// <summary>
    /// Whether objects of this type need no lock: they cannot change, or look after themselves. Values, strings, delegates, types with
    /// only readonly members of such types, immutable and concurrent collections, and types whose own members are guarded.
    /// </summary>
    public bool IsSelfProtected(ITypeSymbol type) => _selfProtected.TryGetValue(type, out bool known) ? known : _selfProtected.GetOrAdd(type, SelfProtection.Of(this, type));

    /// <summary>Whether a member holds an array that is only ever replaced: see <see cref="CopyOnWrite"/>.</summary>
    public bool IsCopiedOnWrite(ISymbol member) =>
        _copiedOnWrite.TryGetValue(member, out bool known) ? known : _copiedOnWrite.GetOrAdd(member, CopyOnWrite.Is(Compilation, member.OriginalDefinition));

    /// <summary>Whether results of this type must be tested.</summary>
    public bool MustCheck(ITypeSymbol? type) => HasClause(type, Vocabulary.MustCheck);

    /// <summary>The path of a member, through getters that do nothing but return another path.</summary>
    public Term Path(Term owner, ISymbol member)
    {
        if (member is IPropertySymbol or IMethodSymbol && Alias(member) is { } alias)
        {
            var path = alias.Substitute(root => root.Kind == TermKind.This ? owner : null);
            if (path is not null)
                return path;
        }

        return _canon.Path(owner, member);
    }

    /// <summary>The path that a method does nothing but return, in terms of its receiver and parameters; null for any other method.</summary>
    public Term? ReturnedPath(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, ReturnsVoid: false } && !MustCheck(method.ReturnType) && Of(method).IsNone
            ? Alias(method)
            : null;

    /// <summary>The paths that a method chooses from, see <see cref="Contracts.ReturnedChoices"/>; empty for any other method.</summary>
    public ImmutableArray<ReturnedChoice> ReturnedChoices(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        if (_choices.TryGetValue(method, out var known))
            return known;
        return _choices.GetOrAdd(method, Of(method).IsNone && !MustCheck(method.ReturnType) ? Contracts.ReturnedChoices.Read(this, method) : ImmutableArray<ReturnedChoice>.Empty);
    }

    /// <summary>Whether a getter makes a new object whenever it is read.</summary>
    public bool ReturnsNew(IPropertySymbol property)
    {
        property = property.OriginalDefinition;
        return _makesNew.TryGetValue(property, out bool known) ? known : _makesNew.GetOrAdd(property, TrivialGetter.ReturnsNew(property));
    }

    /// <summary>The clauses stated of a symbol itself, unbound: its attributes, and what contract files say of it.</summary>
    public ImmutableArray<Clause> Clauses(ISymbol symbol) =>
        _clauses.TryGetValue(symbol, out var clauses) ? clauses : _clauses.GetOrAdd(symbol, ReadClauses(symbol));

    /// <summary>What the getters return by which a type overrides those of its base, where they do nothing but return a path: both as the type's own code names them.</summary>
    public ImmutableArray<(Term Overridden, Term Path)> OverridingGetters(INamedTypeSymbol type) =>
        _overrides.TryGetValue(type, out var known) ? known : _overrides.GetOrAdd(type, FindOverridingGetters(type));

    ImmutableArray<(Term Overridden, Term Path)> FindOverridingGetters(INamedTypeSymbol type)
    {
        var found = ImmutableArray<(Term, Term)>.Empty;
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol { IsOverride: true, IsIndexer: false, Type.IsReferenceType: true } && TrivialGetter.ReadOwn(this, member) is { IsConstant: false } path)
                found = found.Add((_canon.Path(Term.This, member), path));
        }

        return found;
    }

    Term? Alias(ISymbol member)
    {
        member = member.OriginalDefinition;
        if (_aliases.TryGetValue(member, out var alias))
            return alias;
        // A getter that returns itself through others has no path.
        if (s_aliasDepth > MaxAliasDepth)
            return null;
        s_aliasDepth++;
        try
        {
            if (Of(member).Returns is { } stated)
                alias = stated.Path;
            else
                alias = TrivialGetter.Read(this, member);
        }
        finally
        {
            s_aliasDepth--;
        }

        return _aliases.GetOrAdd(member, alias);
    }

    bool HasClause(ITypeSymbol? type, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            foreach (var clause in Clauses(type.OriginalDefinition))
            {
                if (clause.Name == name)
                    return true;
            }
        }

        return false;
    }

    LockTraits? ReadTraits(ITypeSymbol type)
    {
        foreach (var level in BasesAndInterfaces(type))
        {
            foreach (var clause in Clauses(level))
            {
                if (clause.Name != Vocabulary.Lock)
                    continue;
                return new LockTraits(
                    clause.Expressions.IsEmpty ? "lock" : clause.Expressions[0],
                    clause.Flag("Spinning", false),
                    clause.Flag("Reentrant", false),
                    clause.Flag("ThreadBound", true));
            }
        }

        return null;
    }

    static System.Collections.Generic.IEnumerable<ITypeSymbol> BasesAndInterfaces(ITypeSymbol type)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
            yield return level.OriginalDefinition;
        foreach (var contract in type.AllInterfaces)
            yield return contract.OriginalDefinition;
        if (type is ITypeParameterSymbol parameter)
        {
            foreach (var constraint in parameter.ConstraintTypes)
                yield return constraint.OriginalDefinition;
        }
    }
}
