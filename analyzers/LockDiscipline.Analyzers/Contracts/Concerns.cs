using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>What a member has to do with locks and with values that have a contract.</summary>
internal enum Concern : byte
{
    None,

    /// <summary>It may sleep, wait, or run others' code: of concern to whoever holds a lock.</summary>
    Waits,

    /// <summary>It has to do with locks or such values itself.</summary>
    Locks,
}

/// <summary>Tells of members and types, by their contracts, whether code that uses them can be of concern. Errs towards concern. Thread-safe; lives with the compilation.</summary>
internal sealed class Concerns(ContractSet contracts)
{
    readonly ConcurrentDictionary<ISymbol, Concern> _members = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ITypeSymbol, bool> _types = new(SymbolEqualityComparer.Default);

    /// <summary>Of the use of a method, property, event, field or parameter.</summary>
    public Concern Of(ISymbol member)
    {
        member = member.OriginalDefinition;
        return _members.TryGetValue(member, out var known) ? known : _members.GetOrAdd(member, Read(member));
    }

    /// <summary>Whether values of a type are locks that must not be copied, scopes, results to be tested, or delegates with a contract; or hold such values.</summary>
    public bool OfType(ITypeSymbol? type) => type switch
    {
        null or { SpecialType: not SpecialType.None and not SpecialType.System_Nullable_T } => false,
        IArrayTypeSymbol array => OfType(array.ElementType),
        INamedTypeSymbol named => _types.TryGetValue(named, out bool known) ? known : _types.GetOrAdd(named, Read(named)),
        _ => false,
    };

    Concern Read(ISymbol member)
    {
        var own = contracts.Of(member).Concern;
        switch (member)
        {
            case IMethodSymbol method:
                if (OfType(method.ReturnType) || (method.MethodKind == MethodKind.Constructor && OfType(method.ContainingType)))
                    return Concern.Locks;
                foreach (var parameter in method.Parameters)
                    own = Max(own, Of(parameter));
                break;
            case IPropertySymbol property:
                own = Max(own, Max(OfAccessor(property.GetMethod), OfAccessor(property.SetMethod)));
                return OfType(property.Type) ? Concern.Locks : own;
            case IEventSymbol raised:
                own = Max(own, Max(OfAccessor(raised.AddMethod), OfAccessor(raised.RemoveMethod)));
                return OfType(raised.Type) ? Concern.Locks : own;
            case IFieldSymbol field:
                return OfType(field.Type) ? Concern.Locks : own;
            case IParameterSymbol parameter:
                return OfType(parameter.Type) ? Concern.Locks : own;
        }

        return own;
    }

    Concern OfAccessor(IMethodSymbol? accessor) => accessor is null ? Concern.None : Of(accessor);

    static Concern Max(Concern a, Concern b) => a > b ? a : b;

    bool Read(INamedTypeSymbol type)
    {
        if (contracts.Of(type.OriginalDefinition).Concern == Concern.Locks || contracts.MustCheck(type) || contracts.IsScope(type) || contracts.IsResult(type)
            || (type.IsValueType && contracts.Traits(type) is not null))
        {
            return true;
        }

        foreach (var argument in type.TypeArguments)
        {
            if (OfType(argument))
                return true;
        }

        return false;
    }
}
