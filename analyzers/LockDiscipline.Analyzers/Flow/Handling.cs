using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What a method itself does with an argument.</summary>
/// <param name="IsKept">It stores it, makes another object of it, or disposes it.</param>
/// <param name="Takers">Where it passes it on, without saying that it is taken over there.</param>
internal sealed record Handling(bool IsKept, ImmutableArray<IParameterSymbol> Takers)
{
    static readonly Handling s_kept = new(true, ImmutableArray<IParameterSymbol>.Empty);
    static readonly Handling s_none = new(false, ImmutableArray<IParameterSymbol>.Empty);

    /// <summary>What the method of a parameter does with it; nothing where its code is not at hand.</summary>
    public static Handling Of(FlowHost host, IParameterSymbol parameter, ControlFlowGraph? around)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol method || host.GraphOf(method, around) is not { } graph)
            return s_none;
        var takers = ImmutableArray.CreateBuilder<IParameterSymbol>();
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (Keeps(host, operation, parameter, takers))
                    return s_kept;
            }

            if (block.BranchValue is { } value && Keeps(host, value, parameter, takers))
                return s_kept;
        }

        return takers.Count == 0 ? s_none : new(false, takers.ToImmutable());
    }

    /// <summary>Whether a value is that of a parameter.</summary>
    public static bool Is(IOperation value, IParameterSymbol parameter)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter);
    }

    // `using (x)` and `x?.Dispose()` keep it between operations, under its own name.
    static bool IsNamed(IOperation value, IParameterSymbol parameter)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return Is(value, parameter) || value is IFlowCaptureReferenceOperation { Syntax: IdentifierNameSyntax name } && name.Identifier.ValueText == parameter.Name;
    }

    static bool Keeps(FlowHost host, IOperation operation, IParameterSymbol parameter, ImmutableArray<IParameterSymbol>.Builder takers)
    {
        switch (operation)
        {
            case ISimpleAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation, Value: { } value } when Is(value, parameter):
            case ISimpleAssignmentOperation { Target: IParameterReferenceOperation { Parameter.RefKind: not RefKind.None }, Value: { } stored } when Is(stored, parameter):
                return true;
            case IFlowAnonymousFunctionOperation lambda:
                return Mentions(lambda.Syntax, parameter.Name);
            case IObjectCreationOperation creation when TakerOf(creation.Arguments, parameter) is not null:
                return true;
            case IInvocationOperation { Instance: { } disposed } call when Evaluator.IsDispose(call.TargetMethod) && IsNamed(disposed, parameter):
                return true;
            case IInvocationOperation invocation when TakerOf(invocation.Arguments, parameter) is { } taker:
                if (taker.Type is ITypeParameterSymbol)
                    return true;
                if (host.Contracts.Of(taker).Protocol?.Consumes is null)
                    takers.Add(taker);
                break;
        }

        foreach (var child in operation.ChildOperations)
        {
            if (Keeps(host, child, parameter, takers))
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

    static IParameterSymbol? TakerOf(ImmutableArray<IArgumentOperation> arguments, IParameterSymbol parameter)
    {
        foreach (var argument in arguments)
        {
            if (Is(argument.Value, parameter))
                return argument.Parameter?.OriginalDefinition;
        }

        return null;
    }
}
