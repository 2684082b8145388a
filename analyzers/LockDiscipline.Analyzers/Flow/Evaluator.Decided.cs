using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Calls whose contract says one thing of success and another of failure: what is taken over only if all went well, for instance.
internal sealed partial class Evaluator
{
    /// <summary>Follows both ways in which such a call ends; gives what it returns on the one at hand.</summary>
    /// <param name="succeeded">Which one that is; null where the contract does not ask, or nothing is returned.</param>
    Term Decide(IMethodSymbol callee, ProtocolContract protocol, CallBinding binding, Term result, out bool? succeeded)
    {
        succeeded = null;
        if (!IsDecidedByResult(protocol, binding))
            return result;
        // To come back is all that it can do.
        if (callee.ReturnsVoid)
        {
            succeeded = true;
            return result;
        }

        if (Failure.Of(_state, result) is { } failed)
        {
            succeeded = !failed;
            return result;
        }

        bool isSuccess = _choices.Choose(2) == 0;
        succeeded = isSuccess;
        var type = callee.ReturnType is INamedTypeSymbol { Arity: 1 } task && IsTask(task) ? task.TypeArguments[0] : callee.ReturnType;
        if (type.SpecialType == SpecialType.System_Boolean)
            return isSuccess ? Term.True : Term.False;
        // Neither false nor missing.
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } maybe && maybe.TypeArguments[0].SpecialType == SpecialType.System_Boolean)
            return isSuccess ? Term.True : Without(result);
        if (type.IsTupleType)
            return DecideParts((INamedTypeSymbol)type, result, isSuccess);
        if (Contracts.IsResult(type) || type is { IsValueType: true, OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T })
            return Errno(type, result, isSuccess);
        if (!isSuccess)
            return Term.Null;
        _state = Conditions.Assume(_state, ConditionTerms.IsNull(result), false) ?? _state;
        return result;
    }

    Term Without(Term result)
    {
        _state = Conditions.Assume(_state, result, false) ?? _state;
        return result;
    }

    // The part of a tuple that tells success from failure: a flag, an error, or else the first number.
    Term DecideParts(INamedTypeSymbol tuple, Term result, bool isSuccess)
    {
        IFieldSymbol? telling = null;
        foreach (var part in tuple.TupleElements)
        {
            if (part.Type.SpecialType == SpecialType.System_Boolean || part.Type.TypeKind == TypeKind.Enum || Contracts.MustCheck(part.Type) || Contracts.IsResult(part.Type))
            {
                telling = part;
                break;
            }

            if (part.Type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64)
                telling ??= part;
        }

        if (telling is null)
            return result;
        var told = Contracts.Path(result, telling);
        var value = telling.Type.SpecialType != SpecialType.System_Boolean ? Errno(telling.Type, told, isSuccess) : isSuccess ? Term.True : Term.False;
        if (value.IsConstant)
            _state = _state.Write(told, value);
        return result;
    }

    bool IsDecidedByResult(ProtocolContract protocol, CallBinding binding)
    {
        foreach (var clause in protocol.Settles)
        {
            if (clause.WhenReturns is not null)
                return true;
        }

        if (!protocol.OnParameters)
            return false;
        foreach (var argument in binding.Arguments)
        {
            if (Contracts.Of(argument.Parameter).Protocol is { ConsumesWhen: not null } or { OwnedWhen: not null })
                return true;
        }

        return false;
    }
}
