using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Binds lock expressions to paths, as C# binds names where the attribute stands: a parameter, a member, a type.</summary>
internal sealed class PathBinder(Compilation compilation, ContractSet contracts)
{
    /// <summary>
    /// Binds <paramref name="text"/> for an attribute on <paramref name="target"/>. The path is null where it does not bind;
    /// <see cref="BindingError"/> then says why and where in the text.
    /// </summary>
    public (Term? Path, BindingError? Error) Bind(string text, ISymbol target) => Bind(text, target, mustBeLock: true);

    /// <summary>Binds a path to any value: in a condition, or to what has to be assigned.</summary>
    public (Term? Path, BindingError? Error) BindValue(string text, ISymbol target) => Bind(text, target, mustBeLock: false);

    (Term? Path, BindingError? Error) Bind(string text, ISymbol target, bool mustBeLock)
    {
        var expression = LockExpression.TryParse(text, out int at);
        if (expression is null)
            return (null, new BindingError(at, text.Length - at, $"'{text}' is not an access path"));

        var scope = new Scope(compilation, target);
        var parts = expression.Parts;
        int index = 0;
        var error = BindHead(scope, parts, ref index, out var path, out var type);
        while (error is null && index < parts.Length)
            error = BindNext(scope, parts[index++], ref path, ref type);
        if (error is not null)
            return (null, error);
        if (mustBeLock && type is not null && !CanBeLock(type))
        {
            var last = parts[parts.Length - 1];
            return (null, new BindingError(last.Start, last.Length, $"'{text}' is not a lock: it is a value of type '{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'"));
        }

        return (path, null);
    }

    // A head that is a namespace or type name takes several parts: Registry.Gate, My.Registry.Gate.
    BindingError? BindHead(Scope scope, ImmutableArray<LockExpression.Part> parts, ref int index, out Term? path, out ITypeSymbol? type)
    {
        var head = parts[index++];
        path = null;
        type = null;
        switch (head.Text)
        {
            case "this" when scope.HasInstance:
                path = Term.This;
                type = scope.Type;
                return null;
            case "this":
                return new BindingError(head.Start, head.Length, "'this' has no meaning in a static member");
            case "return":
                path = Term.Return;
                type = scope.ReturnType;
                return type is null or { SpecialType: SpecialType.System_Void }
                    ? new BindingError(head.Start, head.Length, "there is no returned value")
                    : null;
        }

        if (scope.Parameter(head.Text) is { } parameter)
        {
            path = Term.Parameter(parameter);
            type = parameter.Type;
            return null;
        }

        for (var holder = scope.Type; holder is not null; holder = holder.ContainingType)
        {
            if (FindMember(holder, head.Text) is not { } member)
                continue;
            bool own = SymbolEqualityComparer.Default.Equals(holder, scope.Type);
            if (!member.IsStatic && !(own && scope.HasInstance))
            {
                return new BindingError(head.Start, head.Length, own
                    ? $"'{head.Text}' belongs to an instance, and the contract stands on a static member"
                    : $"'{head.Text}' belongs to an instance of '{holder.Name}'");
            }

            (path, type) = Select(Term.This, member);
            return null;
        }

        if (scope.HasInstance && scope.Captured(head.Text) is { } captured)
        {
            path = Term.Member(Term.This, captured);
            type = captured.Type;
            return null;
        }

        INamespaceOrTypeSymbol? qualifier = scope.LookUp(head.Text);
        if (qualifier is null)
            return scope.InSource ? Unknown(head, scope.Names()) : OpaqueHead(head, out path);
        var last = head;
        while (index < parts.Length)
        {
            last = parts[index++];
            if (qualifier is ITypeSymbol named && FindMember(named, last.Text) is { IsStatic: true } member)
            {
                (path, type) = Select(Term.This, member);
                // Each type argument has its own.
                if (named is ITypeParameterSymbol)
                    path = Term.Member(Term.Static(named), member.OriginalDefinition);
                return null;
            }

            INamespaceOrTypeSymbol? inner = null;
            foreach (var candidate in qualifier.GetMembers(last.Text))
                inner ??= candidate as INamespaceOrTypeSymbol;
            if (inner is null)
            {
                if (qualifier is INamedTypeSymbol closed && !SymbolEqualityComparer.Default.Equals(closed.ContainingAssembly, compilation.Assembly))
                    return OpaqueHead(last, out path);
                return Unknown(last, Names(qualifier));
            }

            qualifier = inner;
        }

        return new BindingError(last.Start, last.Length, $"'{last.Text}' is a {(qualifier.IsType ? "type" : "namespace")}, not a lock");
    }

    BindingError? BindNext(Scope scope, LockExpression.Part part, ref Term? path, ref ITypeSymbol? type)
    {
        if (part.Kind == LockExpression.PartKind.Index)
        {
            Term key;
            if (part.TryGetConstant(out var constant))
                key = Term.Constant(constant);
            else if (scope.Parameter(part.Text) is { } parameter)
                key = Term.Parameter(parameter);
            else if (scope.Type is not null && FindMember(scope.Type, part.Text) is { } member)
                key = Select(Term.This, member).Path;
            else
                return Unknown(part, scope.Names());
            path = Term.Element(path!, key);
            type = type switch
            {
                IArrayTypeSymbol array => array.ElementType,
                INamedTypeSymbol named => IndexerType(named),
                _ => null,
            };
            return null;
        }

        if (part.Kind == LockExpression.PartKind.Call)
        {
            // The call belongs to the name before it, which has been bound as the method's name already.
            return path!.Symbol is IMethodSymbol
                ? null
                : new BindingError(part.Start, part.Length, "only a method can be called");
        }

        if (type is null)
        {
            path = Term.OpaqueMember(path!, part.Text);
            return null;
        }

        if (FindMember(type, part.Text) is { } found)
        {
            (path, type) = Select(path!, found);
            return null;
        }

        // Private members of other assemblies are not imported: their names are taken on trust.
        if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
        {
            path = Term.OpaqueMember(path!, part.Text);
            type = null;
            return null;
        }

        return Unknown(part, Names(type));
    }

    (Term Path, ITypeSymbol? Type) Select(Term owner, ISymbol member)
    {
        var type = member switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            IEventSymbol @event => @event.Type,
            IMethodSymbol method => method.ReturnType,
            _ => null,
        };
        return (contracts.Path(owner, member), type);
    }

    static BindingError? OpaqueHead(LockExpression.Part part, out Term? path)
    {
        path = Term.OpaqueMember(Term.This, part.Text);
        return null;
    }

    static BindingError Unknown(LockExpression.Part part, IEnumerable<string> names)
    {
        var nearest = NearestName.Of(part.Text, names);
        return new BindingError(
            part.Start,
            part.Length,
            nearest is null ? $"there is no '{part.Text}' here" : $"there is no '{part.Text}' here; did you mean '{nearest}'?",
            nearest is null ? ImmutableArray<string>.Empty : ImmutableArray.Create(nearest));
    }

    static ISymbol? FindMember(ITypeSymbol type, string name)
    {
        foreach (var holder in Holders(type))
        {
            foreach (var member in holder.GetMembers(name))
            {
                if (member is IFieldSymbol or IPropertySymbol or IEventSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary })
                    return member;
            }
        }

        return null;
    }

    static ITypeSymbol? IndexerType(INamedTypeSymbol type)
    {
        foreach (var holder in Holders(type))
        {
            foreach (var member in holder.GetMembers())
            {
                if (member is IPropertySymbol { IsIndexer: true } indexer)
                    return indexer.Type;
            }
        }

        return null;
    }

    static IEnumerable<string> Names(INamespaceOrTypeSymbol holder)
    {
        if (holder is not ITypeSymbol type)
        {
            foreach (var member in holder.GetMembers())
                yield return member.Name;
            yield break;
        }

        foreach (var level in Holders(type))
        {
            foreach (var member in level.GetMembers())
            {
                if (member is IFieldSymbol { IsImplicitlyDeclared: false } or IPropertySymbol { IsIndexer: false })
                    yield return member.Name;
            }
        }
    }

    static IEnumerable<ITypeSymbol> Holders(ITypeSymbol type)
    {
        for (ITypeSymbol? holder = type; holder is not null; holder = holder.BaseType)
            yield return holder;
        foreach (var contract in type.AllInterfaces)
            yield return contract;
        if (type is ITypeParameterSymbol parameter)
        {
            foreach (var constraint in parameter.ConstraintTypes)
            {
                foreach (var holder in Holders(constraint))
                    yield return holder;
            }
        }
    }

    // Any object can be a monitor; a value can be a lock only by its type.
    static bool CanBeLock(ITypeSymbol type)
    {
        if (type.TypeKind is TypeKind.Error or TypeKind.TypeParameter || type.IsReferenceType)
            return type.SpecialType != SpecialType.System_String;
        return type.SpecialType == SpecialType.None && type.TypeKind != TypeKind.Enum;
    }

    /// <summary>What is in scope where an attribute stands.</summary>
    readonly struct Scope
    {
        readonly Compilation _compilation;
        readonly ISymbol _target;
        readonly ImmutableArray<IParameterSymbol> _parameters;
        readonly IParameterSymbol? _extended;

        public Scope(Compilation compilation, ISymbol target)
        {
            _compilation = compilation;
            _target = target;
            var member = target is IParameterSymbol parameter ? parameter.ContainingSymbol : target;
            var invoke = (member as INamedTypeSymbol)?.DelegateInvokeMethod;
            _parameters = invoke?.Parameters ?? member switch
            {
                IMethodSymbol method => method.Parameters,
                IPropertySymbol property => property.Parameters,
                _ => ImmutableArray<IParameterSymbol>.Empty,
            };
            ReturnType = invoke?.ReturnType ?? member switch
            {
                IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType,
                IMethodSymbol method => method.ReturnType,
                IPropertySymbol property => property.Type,
                _ => null,
            };
            Type = member as INamedTypeSymbol ?? member.ContainingType;
            _extended = ExtensionBlocks.ParameterOf(member);
            HasInstance = invoke is null && _extended is null && (member is INamedTypeSymbol || !member.IsStatic || IsNested(member));
            InSource = SymbolEqualityComparer.Default.Equals(target.ContainingAssembly, compilation.Assembly);
        }

        public INamedTypeSymbol? Type { get; }

        public ITypeSymbol? ReturnType { get; }

        public bool HasInstance { get; }

        public bool InSource { get; }

        public IParameterSymbol? Parameter(string name)
        {
            for (var member = _target is IParameterSymbol p ? p.ContainingSymbol : _target; member is IMethodSymbol; member = member.ContainingSymbol)
            {
                foreach (var parameter in ((IMethodSymbol)member).Parameters)
                {
                    if (parameter.Name == name)
                        return parameter;
                }
            }

            foreach (var parameter in _parameters)
            {
                if (parameter.Name == name)
                    return parameter;
            }

            return _extended?.Name == name ? _extended : null;
        }

        /// <summary>A parameter of the type's primary constructor, which members of the type use like a field.</summary>
        public IParameterSymbol? Captured(string name)
        {
            foreach (var constructor in Type?.InstanceConstructors ?? ImmutableArray<IMethodSymbol>.Empty)
            {
                if (!PrimaryConstructors.Is(constructor))
                    continue;
                foreach (var parameter in constructor.Parameters)
                {
                    if (parameter.Name == name)
                        return parameter.OriginalDefinition;
                }
            }

            return null;
        }

        public INamespaceOrTypeSymbol? LookUp(string name)
        {
            if (InSource && !_target.DeclaringSyntaxReferences.IsDefaultOrEmpty)
            {
                var reference = _target.DeclaringSyntaxReferences[0];
                var model = Models.Of(_compilation, reference.SyntaxTree);
                foreach (var symbol in model.LookupNamespacesAndTypes(reference.Span.Start, null, name))
                    return symbol as INamespaceOrTypeSymbol;
                return null;
            }

            for (var holder = Type; holder is not null; holder = holder.ContainingType)
            {
                foreach (var nested in holder.GetTypeMembers(name))
                    return nested;
            }

            for (var space = _target.ContainingNamespace; space is not null; space = space.ContainingNamespace)
            {
                foreach (var member in space.GetMembers(name))
                    return member;
            }

            return null;
        }

        public IEnumerable<string> Names()
        {
            foreach (var parameter in _parameters)
                yield return parameter.Name;
            if (_extended is not null)
                yield return _extended.Name;
            if (Type is null)
                yield break;
            foreach (var name in PathBinder.Names(Type))
                yield return name;
        }

        static bool IsNested(ISymbol member) => member is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction };
    }
}

/// <summary>Why a lock expression does not bind.</summary>
/// <param name="Start">Where in the text.</param>
/// <param name="Length">How much of it.</param>
/// <param name="Message">What is wrong, as the end of a sentence.</param>
/// <param name="Nearest">Names that may have been meant.</param>
internal sealed record BindingError(int Start, int Length, string Message, ImmutableArray<string> Nearest)
{
    public BindingError(int start, int length, string message)
        : this(start, length, message, ImmutableArray<string>.Empty)
    {
    }
}
