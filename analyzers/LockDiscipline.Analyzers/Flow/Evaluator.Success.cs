using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Members that only a result without an error has.
internal sealed partial class Evaluator
{
    void CheckSuccess(IOperation site, ISymbol member, Term result)
    {
        if (_ended || IsOwnMember(member))
            return;
        var failed = IsFailure(result);
        if (failed == false || (failed is null && !MayHaveFailed(result)))
            return;
        Observer?.Broken(new Breach(BreachKind.ReadUntested, site, failed == true ? "failed" : "", new Mark(MarkKind.Failed, "", result, null, site), member.Name), _state);
        // Told once; what follows counts as tested.
        if (failed is not null)
            return;
        _state = Conditions.Assume(_state, Failure.Condition(result), false) ?? _state;
    }

    // The type itself knows what it keeps where.
    bool IsOwnMember(ISymbol member)
    {
        for (var type = _body.Owner.ContainingType; type is not null; type = type.ContainingType)
        {
            if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, member.ContainingType.OriginalDefinition))
                return true;
        }

        return false;
    }

    /// <summary>Whether a result is an error; null where nothing on the path tells.</summary>
    bool? IsFailure(Term result)
    {
        if (Failure.Of(_state, result) is { } known)
            return known;
        foreach (var fact in _state.Facts.Matching(result.Bit))
        {
            if (TestedMember(fact.Key, result) is not { } member || Contracts.Of(member.Symbol!).OnSuccess)
                continue;
            // Its error code tells as its own test does; any other member that was looked at is taken for a test, too.
            if (!Contracts.MustCheck(TypeOf(member.Symbol!)))
                return false;
            if (Failure.Of(_state, member) is { } byCode)
                return byCode;
        }

        // A method that was asked about it, or a getter of it, and answered.
        foreach (var entry in _state.Store.Matching(result.Bit))
        {
            if (entry.Key.IsCall && entry.Key.Mentions(result) && Conditions.Truth(_state, entry.Value) is not null)
                return false;
            if (entry.Key is { Kind: TermKind.Member, Symbol: { } read } && result.Equals(entry.Key.Left) && !Contracts.Of(read).OnSuccess && Failure.Of(_state, entry.Value) is { } told)
                return told && Contracts.MustCheck(TypeOf(read));
        }

        return null;
    }

    // Of a result that is a value, `default` is the one without an error; what a generic one is nobody knows.
    Term DefaultOf(IOperation operation, ITypeSymbol type) =>
        type.IsReferenceType || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? Term.Null : type is INamedTypeSymbol { IsValueType: true, IsGenericType: false } && Contracts.IsResult(type) && Contracts.MustCheck(type) ? Failure.None : Mint(operation);

    static Term? TestedMember(Term condition, Term result)
    {
        if (condition.Kind == TermKind.Member && condition.Symbol is not null && result.Equals(condition.Left))
            return condition;
        if (condition.Kind != TermKind.Operation)
            return null;
        return TestedMember(condition.Left!, result) ?? TestedMember(condition.Right!, result);
    }

    static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    // What was made here, or came from where it may have been tested, is trusted until it is known to be an error.
    bool MayHaveFailed(Term result)
    {
        var root = result.Root;
        switch (root.Kind)
        {
            case TermKind.Fresh:
                return false;
            // An element may have been picked by that test.
            case var _ when result.Kind == TermKind.Element:
                return false;
            case TermKind.Site or TermKind.Phi or TermKind.Stale when !root.Equals(result):
                // An element of what a call returned, or a member of it.
                return false;
            case TermKind.Site when root.Value is IConversionOperation or IPropertyReferenceOperation { IsImplicit: true }:
                return false;
            case TermKind.Parameter:
                return !IsFromOutside(root) && _body.Method is not { MethodKind: MethodKind.AnonymousFunction };
            default:
                return true;
        }
    }

    // A variable of the code around this lambda or local function.
    bool IsFromOutside(Term root) =>
        root is { Kind: TermKind.Parameter, Symbol.ContainingSymbol: { } owner } && !SymbolEqualityComparer.Default.Equals(owner, _body.Owner)
        && !(root.Symbol is IParameterSymbol parameter && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, _body.Owner));

    // A part of a pattern is looked at only where the parts before it decide nothing.
    Term MatchesAfter(Term before, bool truth, IPatternOperation pattern, IOperation? member, Term value, IOperation whole)
    {
        var observer = Observer;
        var supposed = Conditions.Assume(_state, before, truth);
        var added = new List<Term>();
        if (supposed is null)
            Observer = null;
        else if (!ReferenceEquals(supposed, _state))
            TermMap<bool>.Differences(_state.Facts, supposed.Facts, added);
        _state = supposed ?? _state;
        if (member is not null)
        {
            var outer = _patternInput;
            _patternInput = value;
            value = Used(member);
            _patternInput = outer;
        }

        var matches = Matches(pattern, value, whole);
        Observer = observer;
        var facts = _state.Facts;
        foreach (var condition in added)
            facts = facts.Without(condition);
        _state = _state with { Facts = facts };
        return matches;
    }

    static Term Both(Term left, Term right) =>
        left.Equals(Term.True) ? right : right.Equals(Term.True) ? left : Term.Operation(TermOperator.And, left, right);

    // A value is never null; a reference may be.
    static Term IsSome(IPatternOperation pattern, Term value) =>
        pattern.InputType is { IsValueType: true, OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T } ? Term.True : ConditionTerms.Not(ConditionTerms.IsNull(value));
}
