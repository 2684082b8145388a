using System;
using System.Collections.Immutable;
using System.Text;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// What locks have in common that are reached by the same members, whichever object these belong to: the nodes of the lock order. As in lockdep, an order is one of classes.
/// </summary>
/// <remarks>
/// A class is the chain of members that leads to the lock. A chain that begins at a parameter or at the receiver is the end of some longer one, so two classes
/// match where one ends like the other. An object that is a lock itself, as in <c>lock (this)</c>, has its type at the end of its chain. Immutable; compared by content.
/// </remarks>
internal sealed class LockClass : IEquatable<LockClass>
{
    // Stands in a chain for an element at an index that is not a constant.
    static readonly object AnyElement = new();

    // Each an ISymbol, an index, the name of a member that is not imported, or AnyElement.
    readonly ImmutableArray<object> _parts;
    readonly int _hash;
    // Made when somebody asks: edges are sorted by it.
    string? _text;

    LockClass(ImmutableArray<object> parts, ISymbol key, bool isStatic)
    {
        _parts = parts;
        Key = key;
        IsStatic = isStatic;
        foreach (var part in parts)
            _hash = unchecked((_hash * 31) + HashOf(part));
    }

    /// <summary>There is one lock of this class in the process.</summary>
    public bool IsStatic { get; }

    /// <summary>The last member or type that tells the class from others; classes that match have the same one.</summary>
    public ISymbol Key { get; }

    /// <summary>Every member on the way.</summary>
    public ImmutableArray<object> Parts => _parts;

    /// <summary>The class of the lock at <paramref name="path"/>; null where nothing tells it from other locks.</summary>
    /// <param name="type">The type of the receiver at hand.</param>
    public static LockClass? Of(ContractSet contracts, Term path, ITypeSymbol? type)
    {
        var parts = ImmutableArray.CreateBuilder<object>();
        Add(parts, path);
        if (TypeOf(path, type) is INamedTypeSymbol { TypeKind: TypeKind.Class } own && !own.DeclaringSyntaxReferences.IsEmpty && contracts.Traits(own) is null)
            parts.Add(own.OriginalDefinition);
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            if (parts[i] is ISymbol symbol && (Identifies(symbol) || contracts.Traits(TypeOf(symbol)) is not null))
                return new LockClass(parts.ToImmutable(), symbol, path.Root.Kind == TermKind.Static);
        }

        return null;
    }

    public void PackTo(Packer packer)
    {
        packer.All(_parts, part =>
        {
            packer.Plain(part is ISymbol ? null : ReferenceEquals(part, AnyElement) ? TermKind.Element : part);
            if (part is ISymbol symbol)
                packer.Symbol(symbol);
        });
        packer.Plain(_parts.IndexOf(Key));
        packer.Plain(IsStatic);
    }

    public static LockClass Read(Unpacker unpacker)
    {
        var parts = unpacker.All(() => unpacker.Plain<object?>() is { } part ? part is TermKind ? AnyElement : part : unpacker.Symbol() ?? AnyElement);
        var (key, isStatic) = (unpacker.Plain<int>(), unpacker.Plain<bool>());
        return unpacker.HasFailed ? new LockClass(ImmutableArray<object>.Empty, null!, isStatic) : new LockClass(parts, (ISymbol)parts[key], isStatic);
    }

    /// <summary>Whether a lock of the one class may be a lock of the other.</summary>
    public bool Matches(LockClass other)
    {
        int length = Math.Min(_parts.Length, other._parts.Length);
        for (int i = 1; i <= length; i++)
        {
            if (!SamePart(_parts[_parts.Length - i], other._parts[other._parts.Length - i]))
                return false;
        }

        // A static is no end of a longer chain.
        return !(IsStatic && other._parts.Length > length) && !(other.IsStatic && _parts.Length > length);
    }

    public bool Equals(LockClass? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _hash != other._hash || _parts.Length != other._parts.Length)
            return false;
        for (int i = 0; i < _parts.Length; i++)
        {
            if (_parts[i] is ISymbol symbol ? !SymbolEqualityComparer.Default.Equals(symbol, other._parts[i] as ISymbol) : !Equals(_parts[i], other._parts[i]))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as LockClass);

    public override int GetHashCode() => _hash;

    /// <summary>The type and the members that lead from it to the lock, such as <c>Account._gate</c>.</summary>
    public override string ToString() => _text ??= Text();

    string Text()
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            switch (part)
            {
                case ITypeSymbol type when text.Length == 0:
                    text.Append(type.Name);
                    break;
                case ITypeSymbol:
                    break;
                case ISymbol member when text.Length == 0:
                    text.Append(member.ContainingType?.Name).Append('.').Append(member.Name);
                    break;
                case ISymbol member:
                    text.Append('.').Append(member.Name);
                    break;
                case string name:
                    text.Append('.').Append(name);
                    break;
                default:
                    text.Append('[').Append(ReferenceEquals(part, AnyElement) ? "" : part).Append(']');
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>The static type of what a path leads to; null where it is not known.</summary>
    public static ITypeSymbol? TypeOf(Term path, ITypeSymbol? receiver) => path.Kind switch
    {
        TermKind.This => receiver,
        TermKind.Parameter or TermKind.Member => TypeOf(path.Symbol),
        // typeof(C) is a lock of its own, not one of the objects of type C.
        TermKind.Static => path.Symbol is ITypeSymbol ? null : TypeOf(path.Symbol),
        TermKind.Element => ElementType(TypeOf(path.Left!, receiver)),
        TermKind.Site or TermKind.Fresh => (path.Value as IOperation)?.Type,
        TermKind.Phi or TermKind.Stale => path.Left is { } former ? TypeOf(former, receiver) : null,
        _ => null,
    };

    static ITypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        ILocalSymbol local => local.Type,
        _ => null,
    };

    static ITypeSymbol? ElementType(ITypeSymbol? collection) => collection switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { TypeArguments: { Length: > 0 } arguments } => arguments[arguments.Length - 1],
        _ => null,
    };

    static void Add(ImmutableArray<object>.Builder parts, Term path)
    {
        switch (path.Kind)
        {
            case TermKind.Static:
                parts.Add(path.Symbol!.OriginalDefinition);
                break;
            case TermKind.Member:
                Add(parts, path.Left!);
                parts.Add(path.Symbol is { } member ? member.OriginalDefinition : path.Value!);
                break;
            case TermKind.Element:
                Add(parts, path.Left!);
                parts.Add(path.Right is { IsConstant: true, Value: { } key } ? key : AnyElement);
                break;
        }
    }

    // Members of the framework, such as SyncRoot or Lazy.Value, and those that hold anything, are the same for locks that have nothing in common.
    static bool Identifies(ISymbol symbol) => !symbol.DeclaringSyntaxReferences.IsEmpty && TypeOf(symbol) is not ITypeParameterSymbol;

    static bool SamePart(object a, object b)
    {
        if (a is ISymbol symbol)
            return SymbolEqualityComparer.Default.Equals(symbol, b as ISymbol);
        return Equals(a, b) || (ReferenceEquals(a, AnyElement) && b is not ISymbol) || (ReferenceEquals(b, AnyElement) && a is not ISymbol);
    }

    static int HashOf(object part) => part is ISymbol symbol ? SymbolEqualityComparer.Default.GetHashCode(symbol) : part.GetHashCode();
}
