using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Results that say by null that the call failed, and have to be checked.
internal sealed partial class Evaluator
{
    /// <summary>A value is read through that may be null because its call failed: told once, and good from then on.</summary>
    void CheckIsThere(IOperation instance, Term value)
    {
        if (_ended || value is not { Kind: TermKind.Site, Value: IOperation origin } || CallIn(origin) is not { } call || !IsNullOnFailure(call) || IsSaidToBeThere(instance, call))
            return;
        var isNull = ConditionTerms.IsNull(value);
        switch (Conditions.Truth(_state, isNull))
        {
            case false:
                return;
            case true:
                Observer?.Broken(new Breach(BreachKind.ReadUntested, Read(instance), "failed", new Mark(MarkKind.Failed, "", value, null, instance), NameOfRead(Read(instance))), _state);
                break;
            default:
                foreach (var result in _state.Unchecked)
                {
                    if (!result.Value.Equals(value))
                        continue;
                    _state = _state with { Unchecked = _state.Unchecked.Remove(result) };
                    Observer?.Lost(new ResultLost(result.Call, result.Call, LostResult.NeverTested), _state);
                }

                break;
        }

        _state = Conditions.Assume(_state, isNull, false) ?? _state;
    }

    static IOperation Read(IOperation instance)
    {
        while (instance.Parent is IConversionOperation conversion)
            instance = conversion;
        return instance.Parent as IMemberReferenceOperation ?? instance.Parent as IInvocationOperation ?? instance;
    }

    static string NameOfRead(IOperation site) => site is IMemberReferenceOperation member ? member.Member.Name : NameOf(site);

    static IInvocationOperation? CallIn(IOperation origin)
    {
        while (origin is IAwaitOperation awaited)
            origin = awaited.Operation;
        return origin as IInvocationOperation;
    }

    // It must be checked, is declared to be null sometimes, and has no test of its own. Of a nearest match, null is asked with the rest.
    bool IsNullOnFailure(IInvocationOperation call)
    {
        var contract = Contracts.Of(call.TargetMethod.OriginalDefinition);
        if (!contract.MustCheck || contract.Protocol is { NearestTo: not null })
            return false;
        var (type, annotation) = (call.TargetMethod.ReturnType, call.TargetMethod.ReturnNullableAnnotation);
        if (IsTask(type) && type is INamedTypeSymbol { Arity: 1 } task)
            (type, annotation) = (task.TypeArguments[0], task.TypeArgumentNullableAnnotations[0]);
        return annotation == NullableAnnotation.Annotated && !Contracts.IsResult(type);
    }

    // `Get()!` and `page!.Count` are the author's word for it.
    static bool IsSaidToBeThere(IOperation instance, IOperation call) =>
        instance.Syntax.Parent.IsKind(SyntaxKind.SuppressNullableWarningExpression) || call.Syntax.Parent.IsKind(SyntaxKind.SuppressNullableWarningExpression)
        || instance.Syntax.IsKind(SyntaxKind.SuppressNullableWarningExpression);
}
