using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What a lambda that runs during a call gets as its arguments: what the callee was given to pass on.
internal sealed partial class Evaluator
{
    // For parameters of delegate type: the answers so far.
    Dictionary<IParameterSymbol, IParameterSymbol?[]>? _passed;

    void GiveArguments(IFlowAnonymousFunctionOperation lambda, IParameterSymbol givenFor, IMethodSymbol callee, ImmutableArray<BoundArgument>.Builder bound)
    {
        var parameters = lambda.Symbol.Parameters;
        if (parameters.IsEmpty || bound.Count == 0)
            return;
        _passed ??= new(SymbolEqualityComparer.Default);
        if (!_passed.TryGetValue(givenFor.OriginalDefinition, out var passed))
            _passed.Add(givenFor.OriginalDefinition, passed = PassedTo(givenFor.OriginalDefinition, callee, parameters.Length));
        for (int i = 0; i < passed.Length; i++)
        {
            foreach (var argument in bound)
            {
                if (SymbolEqualityComparer.Default.Equals(argument.Parameter, passed[i]) && parameters[i].RefKind == RefKind.None)
                    _state = _state.Write(Term.Parameter(parameters[i]), argument.Term);
            }
        }
    }

    // The parameters that the callee passes on to the delegate, by position.
    IParameterSymbol?[] PassedTo(IParameterSymbol givenFor, IMethodSymbol callee, int count)
    {
        var passed = new IParameterSymbol?[count];
        if (_host.GraphOf(callee.OriginalDefinition, _body.Graph) is not { } graph)
            return passed;
        bool isFirst = true;
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
                Look(operation);
            if (block.BranchValue is { } value)
                Look(value);
        }

        return passed;

        // Of several invocations, only what all of them pass.
        void Look(IOperation operation)
        {
            if (operation is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } target } call
                && Bare(target) is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, givenFor))
            {
                for (int i = 0; i < passed.Length; i++)
                {
                    var given = i < call.Arguments.Length ? (Bare(call.Arguments[i].Value) as IParameterReferenceOperation)?.Parameter : null;
                    passed[i] = isFirst || SymbolEqualityComparer.Default.Equals(passed[i], given) ? given : null;
                }

                isFirst = false;
            }

            foreach (var child in operation.ChildOperations)
                Look(child);
        }
    }
}
