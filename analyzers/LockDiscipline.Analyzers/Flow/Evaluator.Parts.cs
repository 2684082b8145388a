using System;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Values taken apart, by assignment or by pattern.
internal sealed partial class Evaluator
{
    // The value is known; its parts go to the targets.
    void AssignParts(ITupleOperation targets, Term value, ITypeSymbol? type, IOperation source, DeconstructionInfo? how)
    {
        if (how is { Method: { } method })
            CallImplicit(source, method, value, source);
        for (int i = 0; i < targets.Elements.Length; i++)
        {
            var target = targets.Elements[i];
            var member = PartMember(type, i, targets.Elements.Length);
            var part = how is not { Method: not null } && _state.Store.TryGet(PartOf(value, i), out var known) ? known
                : member is not null ? Part(value, member, target)
                : Mint(target);
            if (target is ITupleOperation nested)
                AssignParts(nested, part, member is IPropertySymbol property ? property.Type : (member as IFieldSymbol)?.Type, source, Part(how, i));
            else
                AssignElement(target, part, source);
        }
    }

    /// <summary>What a record is made of: its properties hold what was given for the parameters that declare them.</summary>
    void NotePositional(IMethodSymbol constructor, ImmutableArray<BoundArgument> arguments, Term made)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter.DeclaringSyntaxReferences is not { Length: 1 } declared || argument.Location is not null)
                continue;
            foreach (var member in constructor.ContainingType.GetMembers(argument.Parameter.Name))
            {
                if (member is IPropertySymbol { DeclaringSyntaxReferences: { Length: 1 } own } && own[0].Span == declared[0].Span && own[0].SyntaxTree == declared[0].SyntaxTree)
                    _state = _state.Write(Contracts.Path(made, member), argument.Term);
            }
        }
    }

    Term Part(Term value, ISymbol member, IOperation site) =>
        member is IFieldSymbol field ? _state.Read(Contracts.Path(value, field))
        : member is IPropertySymbol property && IsStable(property, Contracts.Of(property)) ? Follow(_state, Contracts.Path(Term.This, property), root => root.Kind == TermKind.This ? value : null) ?? Mint(site)
        : Mint(site);

    /// <summary>
    /// The member that a part of a value is: the element of a tuple; of a type that is taken apart by a method, the property or field that
    /// an <c>out</c> parameter of it is named after, as is the custom. Null where there is none.
    /// </summary>
    static ISymbol? PartMember(ITypeSymbol? type, int index, int count)
    {
        if (type is INamedTypeSymbol { TupleElements: { IsDefaultOrEmpty: false } elements })
            return elements.Length == count ? elements[index] : null;
        for (var at = type; at is { SpecialType: not SpecialType.System_Object }; at = at.BaseType)
        {
            foreach (var candidate in at.GetMembers("Deconstruct"))
            {
                if (candidate is IMethodSymbol { IsStatic: false } method && method.Parameters.Length == count)
                    return NamedAfter(type!, method.Parameters[index]);
            }
        }

        return null;
    }

    // A property before a field: that may be the one behind it.
    static ISymbol? NamedAfter(ITypeSymbol type, IParameterSymbol part)
    {
        ISymbol? field = null;
        for (var at = type; at is not null; at = at.BaseType)
        {
            foreach (var member in at.GetMembers())
            {
                if (member.IsStatic || !member.Name.Equals(part.Name, StringComparison.OrdinalIgnoreCase))
                    continue;
                if (member is IPropertySymbol { IsIndexer: false } property && SymbolEqualityComparer.Default.Equals(property.Type, part.Type))
                    return property;
                if (member is IFieldSymbol own && SymbolEqualityComparer.Default.Equals(own.Type, part.Type))
                    field ??= own;
            }
        }

        return field;
    }
}
