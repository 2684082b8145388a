using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Results that must be tested: where they go until they are.
internal sealed partial class Evaluator
{
    // An operator that a result type defines itself merges no less than the built-in one.
    bool IsMerge(BinaryOperatorKind kind, IMethodSymbol? method, ITypeSymbol? type) =>
        kind is BinaryOperatorKind.Or or BinaryOperatorKind.And or BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.Add
        && (method is null || Contracts.MustCheck(type));

    /// <summary>An expression used as a statement: its value is dropped.</summary>
    Term VisitStatement(IOperation expression)
    {
        var value = Visit(expression);
        var call = Call(expression);
        foreach (var result in _state.Unchecked)
        {
            if (result.Location is null && result.Value.Equals(value) && ReferenceEquals(result.Call, call))
            {
                _state = _state with { Unchecked = _state.Unchecked.Remove(result) };
                Observer?.Lost(new ResultLost(call, call, LostResult.Dropped), _state);
            }
        }

        return value;

        IOperation Call(IOperation expression)
        {
            while (expression is IAwaitOperation or IConversionOperation or IParenthesizedOperation)
            {
                expression = expression switch
                {
                    IAwaitOperation await => await.Operation,
                    IConversionOperation conversion => conversion.Operand,
                    IParenthesizedOperation parenthesized => parenthesized.Operand,
                    _ => expression,
                };
            }

            // `.ConfigureAwait(false)` and its like hand the same task on.
            return expression is IInvocationOperation { Instance: { } task } invocation && Contracts.Of(invocation.TargetMethod).Returns is { Path.Kind: TermKind.This }
                ? Call(task)
                : expression;
        }
    }

    void MustCheck(IOperation call, Term value) =>
        _state = _state with { Unchecked = _state.Unchecked.Add(new Unchecked(value, call, null)) };

    /// <summary>The value is tested, returned or passed on.</summary>
    void Discharge(IOperation operation, Term value)
    {
        if (_state.Unchecked.IsEmpty)
            return;
        while (operation is IConversionOperation conversion)
            operation = conversion.Operand;
        var location = operation switch
        {
            ILocalReferenceOperation local => Term.Parameter(local.Local),
            IParameterReferenceOperation parameter => Term.Parameter(parameter.Parameter),
            IFlowCaptureReferenceOperation capture => Term.Capture(capture.Id),
            _ => null,
        };
        foreach (var result in _state.Unchecked)
        {
            if (result.Value.Equals(value) || (location is not null && location.Equals(result.Location)) || SpeaksOf(value, result.Value))
                _state = _state with { Unchecked = _state.Unchecked.Remove(result) };
        }
    }

    // Part of a result is passed on for the whole, unless it is the part that only a tested result has.
    bool SpeaksOf(Term value, Term result)
    {
        if (value.Equals(result))
            return true;
        if (value.Kind is TermKind.Phi or TermKind.Stale || (value.Symbol is { } member && value.Kind == TermKind.Member && Contracts.Of(member).OnSuccess))
            return false;
        return (value.Left is { } left && SpeaksOf(left, result)) || (value.Right is { } right && SpeaksOf(right, result));
    }

    /// <summary>A value goes to a variable; what that held until now is lost if nothing else holds it.</summary>
    void StoreResult(Term location, Term value, IOperation site)
    {
        foreach (var result in _state.Unchecked)
        {
            // `x = x | f()` merges what x holds with another result, as `x |= f()` does.
            if (!location.Equals(result.Location) || (result.Value.Equals(value) && !IsInFlight(value)))
                continue;
            var kept = OtherHolder(result.Value, location);
            _state = _state with { Unchecked = _state.Unchecked.Remove(result) };
            if (kept is not null)
                _state = _state with { Unchecked = _state.Unchecked.Add(result with { Location = kept }) };
            else if (site.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax && KeepsError(location))
                // `first = first == 0 ? ret : first`: that there was an error is not lost.
                continue;
            else if (site.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax)
                // The next round's variable is another one: this round's was never tested.
                Observer?.Lost(new ResultLost(result.Call, result.Call, LostResult.NeverTested), _state);
            else
                Observer?.Lost(new ResultLost(site, result.Call, LostResult.Overwritten), _state);
        }

        MoveResult(value, location);
    }

    // Another variable of that type holds an earlier error.
    bool KeepsError(Term location)
    {
        if (location.Symbol is not ILocalSymbol { Type: { } type } local)
            return false;
        foreach (var entry in _state.Store.Entries)
        {
            if (entry.Key is { Kind: TermKind.Parameter, Symbol: ILocalSymbol or IParameterSymbol } && !SymbolEqualityComparer.Default.Equals(entry.Key.Symbol, local)
                && SymbolEqualityComparer.Default.Equals((entry.Key.Symbol as ILocalSymbol)?.Type ?? ((IParameterSymbol)entry.Key.Symbol).Type, type) && Failure.Of(_state, entry.Value) == true)
            {
                return true;
            }
        }

        return false;
    }

    bool IsInFlight(Term value)
    {
        foreach (var result in _state.Unchecked)
        {
            if (result.Location is null or { Kind: TermKind.Capture } && result.Value.Equals(value))
                return true;
        }

        return false;
    }

    /// <summary>Takes results out of their variables, which are about to be assigned all at once.</summary>
    void LiftResult(Term value)
    {
        foreach (var result in _state.Unchecked)
        {
            if (result.Location is not null && result.Value.Equals(value))
                _state = _state with { Unchecked = _state.Unchecked.Replace(result, result with { Location = null }) };
        }
    }

    void MoveResult(Term value, Term location)
    {
        foreach (var result in _state.Unchecked)
        {
            // An intermediate value that reaches a variable is at home there; so is a copy, or paths with and without it could not be told apart.
            if (result.Value.Equals(value) && (result.Location is null or { Kind: TermKind.Capture } || location.Kind == TermKind.Parameter))
                _state = _state with { Unchecked = _state.Unchecked.Replace(result, result with { Location = location }) };
        }
    }

    Term? OtherHolder(Term value, Term than)
    {
        foreach (var entry in _state.Store.Matching(value.Bit))
        {
            if (entry.Value.Equals(value) && !entry.Key.Equals(than) && entry.Key.Kind == TermKind.Parameter)
                return entry.Key;
        }

        return null;
    }

    // `a | b` of results that were not tested is a result that was not tested.
    Term VisitMerge(IBinaryOperation binary)
    {
        var left = Visit(binary.LeftOperand);
        var right = Visit(binary.RightOperand);
        var merged = Logic(binary.OperatorKind, binary.Type, left, right) ?? Computed(binary, left, right);
        CarryOver(left, merged);
        CarryOver(right, merged);
        if (binary.OperatorKind == BinaryOperatorKind.Or)
            NoteBits(left, right, merged);
        return merged;
    }

    // `a | b` and `a & b` of flags are conditions like `a || b` and `a && b`.
    Term? Logic(BinaryOperatorKind kind, ITypeSymbol? type, Term left, Term right)
    {
        if (type?.SpecialType == SpecialType.System_Boolean && kind == BinaryOperatorKind.ExclusiveOr)
            return ConditionTerms.Not(ConditionTerms.Equal(left, right));
        if (type?.SpecialType != SpecialType.System_Boolean || kind is not (BinaryOperatorKind.Or or BinaryOperatorKind.And))
            return null;
        bool isOr = kind == BinaryOperatorKind.Or;
        var condition = Term.Operation(isOr ? TermOperator.Or : TermOperator.And, left, right);
        if (Conditions.Truth(_state, condition) is { } known)
            return known ? Term.True : Term.False;
        return Conditions.Truth(_state, left) is not null ? right : Conditions.Truth(_state, right) is not null ? left : condition;
    }

    // `held |= 2`, where it is known what was held before.
    Term? Folded(ICompoundAssignmentOperation compound, Term added) =>
        added.IsConstant && compound.OperatorMethod is null && compound.OperatorKind is BinaryOperatorKind.Or or BinaryOperatorKind.And && IsVariable(compound.Target)
            && ReadPlace(compound.Target) is { IsConstant: true } before && Term.Arithmetic(compound.OperatorKind, before, added) is { IsConstant: true } known ? known : null;

    /// <summary>After <c>flags |= Flush</c> that flag is set, and so are those that were before.</summary>
    void NoteBits(Term before, Term added, Term value)
    {
        if (value.IsConstant || added is not { IsConstant: true, Value: long and not 0 })
            return;
        foreach (var fact in _state.Facts.Matching(before.Bit))
        {
            if (fact.Value && fact.Key.IsOperator(TermOperator.Equal) && fact.Key.Left!.IsArithmetic(BinaryOperatorKind.And) && before.Equals(fact.Key.Left.Left) && fact.Key.Right!.Equals(fact.Key.Left.Right))
                SetBits(value, fact.Key.Right);
        }

        SetBits(value, added);
    }

    void SetBits(Term value, Term bits)
    {
        _state = Conditions.Assume(_state, ConditionTerms.Equal(Term.Arithmetic(BinaryOperatorKind.And, value, bits), bits), true) ?? _state;
        _state = Conditions.Assume(_state, ConditionTerms.Equal(value, Failure.None), false) ?? _state;
    }

    void CarryOver(Term from, Term to)
    {
        foreach (var result in _state.Unchecked)
        {
            if (result.Value.Equals(from))
                _state = _state with { Unchecked = _state.Unchecked.Replace(result, result with { Value = to }) };
        }
    }

    Term VisitCompound(ICompoundAssignmentOperation compound)
    {
        if (compound.OperatorMethod is { IsStatic: false } own)
            return CallOwnOperator(compound, own, compound.Target, compound.Value);
        if (compound is { OperatorKind: BinaryOperatorKind.Add, Target: ILocalReferenceOperation { Local: { Type.TypeKind: TypeKind.Delegate } several } } && HoldsBack(compound.Target, compound.Value))
        {
            VisitHeld(several, compound.Value);
            var combined = Mint(compound);
            WritePlace(compound.Target, combined, compound);
            return combined;
        }

        var isMerge = IsMerge(compound.OperatorKind, compound.OperatorMethod, compound.Type);
        var added = isMerge && IsVariable(compound.Target) ? Visit(compound.Value) : Used(compound.Value);
        var read = compound.Target is IPropertyReferenceOperation or IImplicitIndexerReferenceOperation ? Visit(compound.Target) : null;
        var value = (isMerge ? Logic(compound.OperatorKind, compound.Type, read ?? OperandAt(compound.Target), added) : null) ?? Folded(compound, added) ?? FromGuarded(compound.OperatorKind, compound.OperatorMethod, compound.Target, added) ?? Mint(compound);
        if (isMerge)
        {
            CarryOver(added, value);
            if (compound.OperatorKind == BinaryOperatorKind.Or)
                NoteBits(OperandAt(compound.Target), added, value);
        }
        else if (compound.OperatorMethod is { } method)
            value = CallOperator(compound, method, OperandAt(compound.Target), compound.Target, added, compound.Value);
        WritePlace(compound.Target, value, compound);
        return value;
    }
}
