using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Tells whether a method returns an object that it just made, and that nobody else knows: then its caller has it alone.</summary>
/// <remarks>Asked only for objects with guarded members. By the look of the code: what is returned was created here and went nowhere else.</remarks>
internal static class FreshResults
{
    const int Levels = 2;

    public static bool Returns(FlowHost host, IMethodSymbol callee, Body caller, int levels = Levels)
    {
        callee = callee.OriginalDefinition;
        if (levels == 0 || callee.ReturnsByRef || callee.ReturnsByRefReadonly || callee.IsVirtual || callee.IsOverride || callee.IsAbstract
            || callee.DeclaringSyntaxReferences.IsEmpty || host.GraphOf(callee, caller.Graph) is not { } graph)
        {
            return false;
        }

        host.Rests.On(callee);
        var holders = new Dictionary<object, bool>();
        var returned = new List<IOperation>();
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
                Scan(operation);
            if (block.BranchValue is not { } value)
                continue;
            if (block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return && block.ConditionKind == ControlFlowConditionKind.None)
                returned.Add(Plain(value));
            else
                Scan(value);
        }

        foreach (var value in returned)
        {
            if (Holder(value) is { } holder ? !(holders.TryGetValue(holder, out bool isFresh) && isFresh) : !IsNew(value))
                return false;
        }

        return returned.Count > 0;

        bool IsNew(IOperation value) =>
            value is IObjectCreationOperation { Type.IsReferenceType: true }
            || value is IAwaitOperation { Operation: IInvocationOperation { IsVirtual: false, TargetMethod.IsAsync: true } awaited } && Returns(host, awaited.TargetMethod, caller, levels - 1)
            || value is IInvocationOperation { IsVirtual: false, TargetMethod.IsAsync: false } call && (host.Contracts.Of(call.TargetMethod.OriginalDefinition).ReturnsNew || Returns(host, call.TargetMethod, caller, levels - 1));

        // Whatever is done with the holder of an object but to use the object's members hands it on.
        void Scan(IOperation operation)
        {
            switch (operation)
            {
                case ISimpleAssignmentOperation { Target: var target, Value: var value } when Holder(target) is { } holder:
                    Hold(holder, Plain(value));
                    return;
                case IFlowCaptureOperation capture:
                    Hold(capture.Id, Plain(capture.Value));
                    return;
                case IMemberReferenceOperation { Instance: { } instance } when Holder(Plain(instance)) is not null:
                    foreach (var child in operation.ChildOperations)
                    {
                        if (!ReferenceEquals(child, instance))
                            Scan(child);
                    }

                    return;
                case IInvocationOperation { Instance: { } receiver } call when Holder(Plain(receiver)) is not null:
                    foreach (var argument in call.Arguments)
                        Scan(argument);
                    return;
                default:
                    if (Holder(operation) is { } handed)
                        holders[handed] = false;
                    foreach (var child in operation.ChildOperations)
                        Scan(child);
                    return;
            }
        }

        void Hold(object holder, IOperation value)
        {
            bool isNew = IsNew(value);
            if (isNew || Holder(value) is null)
                Scan(value);
            // A copy in another variable is followed no further than from the capture that the compiler made.
            if (!isNew && value is IFlowCaptureReferenceOperation from)
                isNew = holders.TryGetValue(from.Id, out bool known) && known;
            else if (!isNew && Holder(value) is { } other)
                holders[other] = false;
            holders[holder] = isNew && !(holders.TryGetValue(holder, out bool before) && !before);
        }
    }

    static IOperation Plain(IOperation value)
    {
        while (value is IConversionOperation { OperatorMethod: null } conversion)
            value = conversion.Operand;
        return value;
    }

    static object? Holder(IOperation operation) => operation switch
    {
        ILocalReferenceOperation { Local.IsRef: false } local => local.Local,
        IFlowCaptureReferenceOperation capture => capture.Id,
        _ => null,
    };
}
