using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>The part of LCK9003 about values: a body says that it takes an argument over, gives it away on one path, and forgets it on another.</summary>
/// <remarks>
/// A body that gives it to nobody is where such values end, as far as can be seen; so may one be that counts down and is done. What is judged
/// is a path that ends in an error, or, where it is taken over on success only, in success.
/// </remarks>
internal static class TakenOver
{
    public static void Check(BodyRules rules, List<(BodyLeft Exit, PathState State)> exits)
    {
        if (rules.Body is not { Method: { ReturnsVoid: false } method, Contract.Protocol.OnParameters: true })
            return;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None || rules.Contracts.Of(parameter).Protocol is not { Consumes: { } kind, ConsumesWhen: not false } protocol)
                continue;
            var value = Term.Parameter(parameter);
            if (IsGivenAway(exits, value, kind) && !Keeping.Keeps(rules.Host, parameter, rules.Body))
                Judge(rules, method, exits, value, kind, fails: protocol.ConsumesWhen is null);
        }
    }

    // A flag that is false is an answer, too, and so is a positive number, or null.
    static bool IsError(IMethodSymbol method, PathState state, Term returned) =>
        method.ReturnType.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64
            ? Conditions.Truth(state, ConditionTerms.Less(returned, Failure.None)) == true
            : method.ReturnType is { IsValueType: true, SpecialType: not SpecialType.System_Boolean } type
                && (Failure.Of(state, returned) == true || (type.TypeKind == TypeKind.Enum && Conditions.Truth(state, ConditionTerms.Equal(returned, Failure.None)) == false));

    static bool IsGivenAway(List<(BodyLeft Exit, PathState State)> exits, Term value, string kind)
    {
        foreach (var (exit, state) in exits)
        {
            foreach (var mark in state.Marks)
            {
                if (!exit.IsThrow && mark.Kind == MarkKind.Consumed && mark.What == kind && value.Equals(mark.Value))
                    return true;
            }
        }

        return false;
    }

    static void Judge(BodyRules rules, IMethodSymbol method, List<(BodyLeft Exit, PathState State)> exits, Term value, string kind, bool fails)
    {
        foreach (var (exit, state) in exits)
        {
            if (exit.IsThrow || state.Implicit || exit.Returned is not { } returned || (fails ? !IsError(method, state, returned) : Failure.Of(state, returned) != false))
                continue;
            bool isKept = Conditions.Truth(state, ConditionTerms.IsNull(value)) != true;
            foreach (var mark in state.Marks)
                isKept &= !(mark.Kind == MarkKind.Consumed && value.Equals(mark.Value));
            rules.Findings.Judge(method, LCK9003BrokenContract.Rule, value, state, isKept
                ? () => LCK9003BrokenContract.Create(rules, method, null, "takes over", value.Symbol!.Name, $"but leaves it on some path ({kind})")
                : null);
        }
    }
}
