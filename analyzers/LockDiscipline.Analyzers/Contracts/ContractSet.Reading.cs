using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

// How the contract of a member comes about: what is stated of its parts, and what it inherits.
internal sealed partial class ContractSet
{
    /// <summary>What is stated of a member itself, in any of its parts; nothing that it inherits.</summary>
    public MemberContract StatedOf(ISymbol member)
    {
        var contract = _binder.Bind(member, Clauses(member));
        switch (member)
        {
            case IMethodSymbol { AssociatedSymbol: IPropertySymbol property }:
                contract = ClauseBinder.Merge(contract, StatedOf(property));
                break;
            case IMethodSymbol { PartialImplementationPart: { } implementation }:
                contract = ClauseBinder.Merge(contract, _binder.Bind(implementation, Clauses(implementation)));
                break;
            case IMethodSymbol { PartialDefinitionPart: { } definition }:
                return StatedOf(definition);
        }

        // What is stated of the field behind a property or event: `[field: GuardedBy("_gate")]`.
        if (member is IPropertySymbol or IEventSymbol && member.ContainingType is { } type)
        {
            foreach (var other in type.GetMembers())
            {
                if (other is IFieldSymbol { AssociatedSymbol: { } owner } field && SymbolEqualityComparer.Default.Equals(owner, member))
                    contract = ClauseBinder.Merge(contract, _binder.Bind(field, Clauses(field)));
            }
        }

        if (HasAttributes && member is IEventSymbol @event)
            contract = ClauseBinder.Merge(contract, _binder.Bind(@event, EventFields.Clauses(Compilation, @event)));
        return contract;
    }

    /// <summary>What <paramref name="member"/> would inherit of a member that it overrides or implements, in its own parameters and members.</summary>
    public MemberContract InheritedFrom(ISymbol inherited, ISymbol member)
    {
        var above = Of(inherited.OriginalDefinition);
        return above.IsNone ? above : ParameterMap.Rename(above, inherited.OriginalDefinition, member, path => Implemented(path, member.ContainingType));
    }

    MemberContract Read(ISymbol member)
    {
        if (member is IMethodSymbol { PartialDefinitionPart: { } definition })
            return Of(definition);
        var contract = StatedOf(member);
        if (member is IMethodSymbol { AssociatedSymbol: IPropertySymbol property })
            contract = ClauseBinder.Merge(_binder.Bind(member, Clauses(member)), Of(property));
        if (member is IParameterSymbol own)
            return contract.IsNone ? InheritedBy(own) : contract;
        if (member is IMethodSymbol or IPropertySymbol)
        {
            // Who speaks of locks speaks of all of them; the rest is inherited all the same.
            bool speaks = contract.SpeaksOfLocks || contract.IsGuarded;
            foreach (var inherited in Inherited(member))
            {
                var above = InheritedFrom(inherited, member);
                if (!above.IsNone)
                {
                    contract = ClauseBinder.Merge(contract, speaks ? above.WithoutLocks() : above);
                    break;
                }
            }
        }

        if (member is IMethodSymbol && ExtensionBlocks.ParameterOf(member) is { } extended && Of(extended).Protocol is not null)
            return contract with { Protocol = (contract.Protocol ?? ProtocolContract.None) with { OnParameters = true } };
        if (member is IMethodSymbol { Parameters: { IsEmpty: false } parameters })
        {
            foreach (var parameter in parameters)
            {
                if (Of(parameter).Protocol is not null)
                    return contract with { Protocol = (contract.Protocol ?? ProtocolContract.None) with { OnParameters = true } };
            }
        }

        return contract;
    }

    // What the parameter of an overridden or implemented method says.
    MemberContract InheritedBy(IParameterSymbol parameter)
    {
        foreach (var above in Inherited(parameter.ContainingSymbol))
        {
            var parameters = ParameterMap.Parameters(above.OriginalDefinition);
            if (parameter.Ordinal < parameters.Length && Of(parameters[parameter.Ordinal]) is { IsNone: false } stated)
                return stated;
        }

        return MemberContract.None;
    }

    static ISymbol? Overridden(IPropertySymbol property, INamedTypeSymbol type)
    {
        for (var level = property.IsAbstract || property.IsVirtual || property.IsOverride ? type : null; level is not null; level = level.BaseType)
        {
            foreach (var member in level.GetMembers(property.Name))
            {
                for (var own = member as IPropertySymbol; own is not null; own = own.OverriddenProperty)
                {
                    if (SymbolEqualityComparer.Default.Equals(own.OriginalDefinition, property.OriginalDefinition))
                        return member;
                }
            }
        }

        return null;
    }

    // A lock that a base or an interface names by a property is, in a type that has its own, what that type's getter returns.
    Term Implemented(Term path, INamedTypeSymbol type)
    {
        if (path.Kind is not (TermKind.Member or TermKind.Element))
            return path;
        if (path.Kind == TermKind.Member && path.Left!.Kind == TermKind.This)
        {
            return path.Symbol is IPropertySymbol property && (property.ContainingType.TypeKind == TypeKind.Interface ? type.FindImplementationForInterfaceMember(property) : Overridden(property, type)) is { } own
                ? Path(Term.This, own)
                : path;
        }

        return path.Replace(path.Left!, Implemented(path.Left!, type));
    }

    /// <summary>The members that a member overrides or implements.</summary>
    public static IEnumerable<ISymbol> Inherited(ISymbol member)
    {
        ISymbol? overridden = member switch
        {
            IMethodSymbol method => method.OverriddenMethod,
            IPropertySymbol property => property.OverriddenProperty,
            _ => null,
        };
        if (overridden is not null)
            yield return overridden;
        foreach (var implemented in Implementations.Of(member))
            yield return implemented;
    }

    ImmutableArray<Clause> ReadClauses(ISymbol symbol)
    {
        var clauses = ImmutableArray.CreateBuilder<Clause>();
        foreach (var attribute in HasAttributes ? symbol.GetAttributes() : ImmutableArray<AttributeData>.Empty)
        {
            if (Clause.TryRead(attribute) is { } clause)
                clauses.Add(clause);
        }

        if (HasAttributes && symbol is IMethodSymbol method)
        {
            foreach (var attribute in method.GetReturnTypeAttributes())
            {
                if (Clause.TryRead(attribute) is { } clause)
                    clauses.Add(clause);
            }
        }

        if (symbol is IMethodSymbol or IPropertySymbol or INamedTypeSymbol or IParameterSymbol or IFieldSymbol)
        {
            foreach (var file in _files)
                file.Collect(symbol, clauses);
        }

        return clauses.ToImmutable();
    }
}
