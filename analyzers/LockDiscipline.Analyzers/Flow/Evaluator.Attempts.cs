using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Attempts to acquire a lock, whose result says whether it is held.
internal sealed partial class Evaluator
{
    // Both outcomes are followed; on the failed one the lock is known not to be held by this attempt.
    Term TryAcquire(IOperation site, MemberContract contract, IMethodSymbol callee, CallBinding binding, Term result, IOperation? instance)
    {
        var clauses = contract.TryAcquires;
        if (!clauses.IsEmpty)
            clauses = clauses.RemoveAll(clause => !AppliesTo(clause, binding));
        if (clauses.IsEmpty)
            return result;
        clauses = OverScope(clauses, callee, binding);
        var first = clauses[0];
        bool isBool = callee.ReturnType.SpecialType == SpecialType.System_Boolean || IsTaskOfBool(callee.ReturnType);
        var before = _state;
        bool any = false;
        bool impossible = false;
        // Without a limit it is no attempt.
        bool isSure = contract.TriesForever is { } forever && binding.Follow(_state, forever) is { } condition && Conditions.Truth(_state, Conditions.Fold(condition)) == true;
        bool isIgnored = !isSure && first.Taken is null && IsIgnored(site);
        foreach (var clause in clauses)
        {
            var (path, traits) = Locked(site, clause, callee, binding);
            if (traits is null)
                continue;
            any = true;
            var mode = clause.Mode ?? LockMode.Exclusive;
            var text = binding.Render(clause.Text, clause.Path);
            var conflict = LockEffects.Conflict(_state, path, mode, traits, site);
            if (!traits.IsPresumed)
                Observer?.Acquired(Named(new LockAcquired(site, path, mode, traits, text, isSure ? conflict : null, callee, !isSure), clause, binding, instance), before);
            if (isIgnored)
            {
                if (!traits.IsPresumed)
                    Observer?.TryIgnored(site, text, before);
                // Whether it is held from here on nobody can say; the finding stands for all that follows from it.
                _state = LockEffects.Acquire(_state, new Hold(path, mode, 1, HoldSource.Tried, Certainty.Reported, site, null, text, traits));
                continue;
            }

            if (conflict is null)
                Take(site, path, mode, traits, text, isSure ? HoldSource.Acquired : HoldSource.Tried, callee, binding, result);
            else if (isSure)
                _state = _state.MarkReported(conflict);
            else
                impossible = true;
        }

        if (!any || isIgnored)
            return result;
        bool succeeded = isSure || !impossible && _choices.Choose(2) == 0;
        if (!succeeded)
            _state = before;
        if (first.Taken is not null)
        {
            SetTaken(first.Taken, binding, succeeded ? Term.True : Term.False);
            return result;
        }

        if (isBool)
            return succeeded == first.Result ? Term.True : Term.False;
        if (callee.ReturnType.IsValueType && !IsTask(callee.ReturnType))
            return Errno(callee.ReturnType, result, succeeded == first.Result);
        if (!succeeded)
            return Term.Null;
        _state = Conditions.Assume(_state, ConditionTerms.IsNull(result), false) ?? _state;
        return result;
    }

    // A result that tells an error: none is zero, or what the test of its type says.
    Term Errno(ITypeSymbol type, Term result, bool isSuccess)
    {
        bool isNumber = type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;
        if (!isNumber && type.TypeKind != TypeKind.Enum)
        {
            _state = Conditions.Assume(_state, Failure.Condition(result), !isSuccess) ?? _state;
            return result;
        }

        if (isSuccess)
            return Failure.None;
        _state = Conditions.Assume(_state, ConditionTerms.Equal(result, Failure.None), false) ?? _state;
        if (isNumber)
            _state = Conditions.Assume(_state, ConditionTerms.Less(result, Failure.None), true) ?? _state;
        return result;
    }

    static bool IsTask(ITypeSymbol type) => type is INamedTypeSymbol { Name: "Task" or "ValueTask" };

    static bool IsTaskOfBool(ITypeSymbol type) =>
        type is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" } task && task.TypeArguments[0].SpecialType == SpecialType.System_Boolean;

    static bool IsIgnored(IOperation site)
    {
        var parent = site.Parent;
        while (parent is IAwaitOperation or IConversionOperation || parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            parent = parent.Parent;
        return parent is IExpressionStatementOperation
            || parent is ISimpleAssignmentOperation { Target: IDiscardOperation };
    }

    void SetTaken(string parameter, CallBinding binding, Term value)
    {
        foreach (var argument in binding.Arguments)
        {
            if (argument.Parameter.Name == parameter && argument.Location is { } location)
                _state = _state.Write(location, value);
        }
    }
}
