using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Which object was chosen to be locked, and which two names are of one object.
internal sealed partial class Evaluator
{
    LockChoices? _lockChoices;

    // The operation at hand calls a method that returns one of several objects.
    bool _hasChosen;

    /// <summary>Which of several paths a method returned: as its arguments are, or, where that is not known, one outcome for each.</summary>
    Term? ChooseReturned(IMethodSymbol callee, CallBinding binding)
    {
        var choices = Contracts.ReturnedChoices(callee);
        if (choices.IsEmpty)
            return null;
        _host.Rests.OnCode(callee);
        var possible = ImmutableArray.CreateBuilder<(Term Path, PathState State)>(choices.Length);
        foreach (var choice in choices)
        {
            PathState? state = _state;
            foreach (var (condition, truth) in choice.When)
            {
                if (state is not null && binding.Follow(state, condition) is { } here)
                    state = Conditions.Assume(state, Conditions.Fold(here), truth);
            }

            if (state is null)
                continue;
            if (binding.Follow(state, choice.Path) is not { } path)
                return null;
            possible.Add((path, state));
        }

        if (possible.Count == 0)
            return null;
        _hasChosen |= possible.Count > 1;
        var chosen = possible[possible.Count == 1 ? 0 : _choices.Choose(possible.Count)];
        _state = chosen.State;
        return chosen.Path;
    }

    /// <summary>Keeps apart, from here on, the paths on which a variable that is going to be locked holds different objects.</summary>
    void NoteChoice(Term location, Term value, ITypeSymbol? type)
    {
        if (type is null || !(type.IsReferenceType || type.IsTupleType || IsKey(type)) || !(_hasChosen || _body.IsChoice(location)))
            return;
        _lockChoices ??= LockChoices.Of(Contracts, _body);
        if (!_lockChoices.Contains(location))
            return;
        if (value is { Kind: TermKind.Member or TermKind.Static, Symbol: IFieldSymbol { IsReadOnly: true, NullableAnnotation: NullableAnnotation.NotAnnotated } })
            _state = Conditions.Assume(_state, ConditionTerms.IsNull(value), false) ?? _state;
        _state = WithoutChoice(_state, location).Add(new Mark(MarkKind.Chosen, NameOf(location), null, value, _body.Graph.OriginalOperation));
    }

    /// <summary>Of `a ? owned : null`, the path on which something has to be given back, or is good for a time only, stays one of its own.</summary>
    void KeepChosenApart(Term location, Term value)
    {
        // In a loop, choices of choices would be too many: who gives back what is not followed.
        if (MayRepeat)
        {
            Disown(value);
            return;
        }

        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is not (MarkKind.Owned or MarkKind.Tied) || !Concerns(value, mark.Value!))
                continue;
            _state = WithoutChoice(_state, location).Add(new Mark(MarkKind.Chosen, NameOf(location), null, value, _body.Graph.OriginalOperation));
            return;
        }
    }

    /// <summary>The state in which it no longer matters what a variable was chosen to be.</summary>
    public static PathState WithoutChoice(PathState state, Term location)
    {
        if (state.Marks.IsEmpty)
            return state;
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Chosen && mark.What == NameOf(location))
                return state.Remove(mark);
        }

        return state;
    }

    static string NameOf(Term location) => location.Symbol is { } variable
        ? variable.Name + (variable.Locations.IsEmpty ? 0 : variable.Locations[0].SourceSpan.Start).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : location.GetHashCode().ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What was learnt of a condition may be that two names are of one object: then it goes by one of them.</summary>
    /// <param name="state">The state on the branch.</param>
    /// <param name="condition">The condition's operation, which was compared by identity.</param>
    /// <param name="learnt">The condition as it was evaluated.</param>
    /// <param name="truth">What it is on this branch.</param>
    public PathState Identify(PathState state, IOperation condition, Term learnt, bool truth)
    {
        if (ConditionTerms.IsNegation(learnt, out var positive))
            (learnt, truth) = (positive, !truth);
        if (!truth || !learnt.IsOperator(TermOperator.Equal))
            return state;
        var (name, other) = (learnt.Left!, learnt.Right!);
        // What was read at different times is compared, too: those stay two values.
        if (!ComparesObjects(condition, name, other) && !(name.IsRooted && other.IsRooted && ComparesKeys(condition)))
            return state;
        if (Rank(other) < Rank(name))
            (name, other) = (other, name);
        if (name.IsConstant || other.IsConstant || name.Mentions(other) || IsPartOfAResult(name) || IsPartOfAResult(other))
            return state;
        // A place that was never assigned holds what it is named after.
        bool isPlace = other.Kind is TermKind.Parameter or TermKind.Member or TermKind.Element or TermKind.Static && !state.Store.TryGet(other, out _);
        state = state.Rename(other, name);
        return isPlace ? state.Write(other, name) : state;

        // What outlives the body is the better name.
        static int Rank(Term term) => term.Kind switch
        {
            TermKind.This => 0,
            TermKind.Fresh => 1,
            _ when term.IsRooted => 1 + term.Depth,
            _ => 20 + term.Depth,
        };
    }

    bool ComparesObjects(IOperation condition, Term name, Term other) => WithoutNot(condition) switch
    {
        // What a variable holds that keeps the answer.
        ILocalReferenceOperation or IFlowCaptureReferenceOperation or IParameterReferenceOperation or IIsPatternOperation => IsComparedByIdentity(name) && IsComparedByIdentity(other),
        IBinaryOperation { OperatorMethod: null, LeftOperand.Type: { IsReferenceType: true } left, RightOperand.Type.IsReferenceType: true } => left.SpecialType != SpecialType.System_String,
        IInvocationOperation call => Contracts.Of(call.TargetMethod.OriginalDefinition).TestsIdentity,
        _ => false,
    };

    // What a result brings is owned, or good, as the result.
    bool IsPartOfAResult(Term term) => term is { Kind: TermKind.Member, Symbol: { } member } && Contracts.Of(member).OnSuccess;

    static bool IsComparedByIdentity(Term term)
    {
        if (term.Kind == TermKind.This)
            return true;
        var type = term.Symbol switch
        {
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            IFieldSymbol field => field.Type,
            _ => null,
        };
        if (type is not { IsReferenceType: true } || type.SpecialType == SpecialType.System_String)
            return false;
        for (; type is not null; type = type.BaseType)
        {
            if (!type.GetMembers(WellKnownMemberNames.EqualityOperatorName).IsEmpty)
                return false;
        }

        return true;
    }

    // Equal numbers and strings are one index, or one key.
    static bool ComparesKeys(IOperation condition) =>
        WithoutNot(condition) is IBinaryOperation { LeftOperand.Type: { } left, RightOperand.Type: { } right } && IsKey(left) && IsKey(right);

    static bool IsKey(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_String or SpecialType.System_Char or >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    static IOperation WithoutNot(IOperation condition)
    {
        while (condition is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } negation)
            condition = negation.Operand;
        return condition;
    }
}
