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
        if (Contracts.IsResult(type) || type is { IsValueType: true, OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T })
            return Errno(type, result, isSuccess);
        if (!isSuccess)
            return Term.Null;
        _state = Conditions.Assume(_state, ConditionTerms.IsNull(result), false) ?? _state;
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
