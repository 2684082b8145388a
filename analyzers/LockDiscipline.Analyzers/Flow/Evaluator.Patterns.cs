using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Patterns, and what is known of types.
internal sealed partial class Evaluator
{
    // The condition that a pattern stands for; its variables get the value.
    Term Matches(IPatternOperation pattern, Term value, IOperation whole)
    {
        switch (pattern)
        {
            case IConstantPatternOperation constant:
                return ConditionTerms.Equal(value, Used(constant.Value));
            case INegatedPatternOperation negated:
                return ConditionTerms.Not(Matches(negated.Pattern, value, whole));
            case IRelationalPatternOperation relational:
                return Compare(relational.OperatorKind, value, Used(relational.Value)) ?? Mint(pattern);
            case IBinaryPatternOperation both:
                var left = Matches(both.LeftPattern, value, whole);
                bool isOr = both.OperatorKind == BinaryOperatorKind.Or;
                var right = MatchesAfter(left, !isOr, both.RightPattern, null, value, whole);
                return isOr ? Term.Operation(TermOperator.Or, left, right) : Both(left, right);
            case IDeclarationPatternOperation declaration:
                Bind(declaration.DeclaredSymbol, value);
                if (declaration.MatchesNull)
                    return Term.True;
                return IsCertain(TypeOf(value) ?? declaration.InputType, declaration.MatchedType) ? IsSome(pattern, value) : IsOf(value, declaration.MatchedType);
            case ITypePatternOperation type:
                return IsCertain(TypeOf(value) ?? type.InputType, type.MatchedType) ? IsSome(pattern, value) : IsOf(value, type.MatchedType);
            case IDiscardPatternOperation:
                return Term.True;
            case IRecursivePatternOperation recursive:
                Bind(recursive.DeclaredSymbol, value);
                var matches = IsCertain(TypeOf(value) ?? recursive.InputType, recursive.MatchedType) ? IsSome(pattern, value) : IsOf(value, recursive.MatchedType);
                foreach (var part in recursive.PropertySubpatterns)
                    matches = Both(matches, MatchesAfter(matches, true, part.Pattern, part.Member, value, whole));

                // The parts are those of the value that the pattern stands for, which is written only where it is the whole.
                if (recursive.DeconstructSymbol is IMethodSymbol deconstruct)
                    CallImplicit(recursive, deconstruct, value, whole is IIsPatternOperation { Value: { } tested, Pattern: var outermost } && outermost == pattern ? tested : recursive);
                for (int i = 0; i < recursive.DeconstructionSubpatterns.Length; i++)
                {
                    var part = recursive.DeconstructionSubpatterns[i];
                    var member = PartMember(recursive.MatchedType, i, recursive.DeconstructionSubpatterns.Length);
                    matches = Both(matches, MatchesAfter(matches, true, part, null, member is null ? Mint(part) : Part(value, member, part), whole));
                }

                return matches;
            default:
                return Guess(pattern, value);
        }
    }

    // Not known whether it matches; where it does, the value is not null.
    Term Guess(IPatternOperation pattern, Term value) =>
        Term.Operation(TermOperator.And, ConditionTerms.Not(ConditionTerms.IsNull(value)), Mint(pattern));

    // An object never changes its type; what is of one is not null.
    static Term IsOf(Term value, ITypeSymbol? type, bool isNegated = false)
    {
        var isOf = Term.Operation(
            TermOperator.And, ConditionTerms.Not(ConditionTerms.IsNull(value)), Term.Operation(TermOperator.Other, value, Term.Null, type?.WithNullableAnnotation(NullableAnnotation.None)));
        return isNegated ? ConditionTerms.Not(isOf) : isOf;
    }

    void Bind(ISymbol? variable, Term value)
    {
        if (variable is not null)
            _state = _state.Write(Term.Parameter(variable), value);
    }

    static bool IsCertain(ITypeSymbol? input, ITypeSymbol? matched)
    {
        if (input is null || matched is null)
            return false;
        // Nothing but null keeps a nullable value from being one.
        if (input is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            input = nullable.TypeArguments[0];
        for (var type = input; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, matched))
                return true;
        }

        foreach (var contract in input.AllInterfaces)
        {
            if (SymbolEqualityComparer.Default.Equals(contract, matched))
                return true;
        }

        return false;
    }

    // What an operation gave is of its type, whatever variable it went through.
    static ITypeSymbol? TypeOf(Term value) =>
        value is { Kind: TermKind.Site or TermKind.Fresh, Value: IInvocationOperation or IObjectCreationOperation } && ((IOperation)value.Value).Type is { IsReferenceType: true } type ? type : null;
}
