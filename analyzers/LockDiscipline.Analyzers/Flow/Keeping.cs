using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Tells whether a method keeps an argument: stores it, or makes another object of it. Asked only for what somebody owns, or has alone.</summary>
/// <remarks>On whatever path: a value that may have been kept is no longer the caller's to release.</remarks>
internal static class Keeping
{
    const int MaxDepth = 4;

    public static bool Keeps(FlowHost host, IMethodSymbol callee, Body? caller, IParameterSymbol parameter, int depth = 0)
    {
        callee = callee.OriginalDefinition;
        if (depth > MaxDepth || host.GraphOf(callee, caller?.Graph) is not { } graph)
            return false;
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (Keeps(host, operation, parameter, depth))
                    return true;
            }

            if (block.BranchValue is { } value && Keeps(host, value, parameter, depth))
                return true;
        }

        return false;
    }

    /// <summary>Whether the method returns the argument itself: then it goes on under the name of the result.</summary>
    public static bool Returns(FlowHost host, IMethodSymbol callee, Body caller, IParameterSymbol parameter)
    {
        if (callee.ReturnsVoid || host.GraphOf(callee.OriginalDefinition, caller.Graph) is not { } graph)
            return false;
        foreach (var block in graph.Blocks)
        {
            if (block.BranchValue is { } value && block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return && Is(value, parameter))
                return true;
        }

        return false;
    }

    static bool Keeps(FlowHost host, IOperation operation, IParameterSymbol parameter, int depth)
    {
        switch (operation)
        {
            case ISimpleAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation, Value: { } value } when Is(value, parameter):
            case ISimpleAssignmentOperation { Target: IParameterReferenceOperation { Parameter.RefKind: not RefKind.None }, Value: { } stored } when Is(stored, parameter):
                return true;
            case IFlowAnonymousFunctionOperation lambda:
                return Mentions(lambda.Syntax, parameter.Name);
            case IObjectCreationOperation creation when IsPassed(creation.Arguments, parameter, out _):
                return true;
            case IInvocationOperation invocation when IsPassed(invocation.Arguments, parameter, out var taker):
                return taker!.Type is ITypeParameterSymbol
                    || (host.Contracts.Of(taker).Protocol?.Consumes is null && Keeps(host, invocation.TargetMethod, null, taker, depth + 1));
        }

        foreach (var child in operation.ChildOperations)
        {
            if (Keeps(host, child, parameter, depth))
                return true;
        }

        return false;
    }

    // What a lambda captures it may keep for as long as it likes.
    static bool Mentions(SyntaxNode lambda, string name)
    {
        foreach (var token in lambda.DescendantTokens())
        {
            if (token.ValueText == name)
                return true;
        }

        return false;
    }

    static bool IsPassed(System.Collections.Immutable.ImmutableArray<IArgumentOperation> arguments, IParameterSymbol parameter, out IParameterSymbol? taker)
    {
        taker = null;
        foreach (var argument in arguments)
        {
            if (Is(argument.Value, parameter))
                taker = argument.Parameter?.OriginalDefinition;
        }

        return taker is not null;
    }

    static bool Is(IOperation value, IParameterSymbol parameter)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter);
    }
}
