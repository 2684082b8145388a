using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What a lambda that runs during a call gets as its arguments: what the callee was given to pass on.
internal sealed partial class Evaluator
{
    // A parameter of the callee, or an element of it, that a loop goes over; or the callee's own object.
    readonly record struct Passed(IParameterSymbol? Parameter, bool IsElement, bool IsReceiver = false);

    // For parameters of delegate type: the answers so far.
    Dictionary<IParameterSymbol, Passed[]>? _passed;

    /// <summary>Gives the lambda what the callee passes on to it; where that is an element of a collection, that is the result.</summary>
    Term? GiveArguments(IFlowAnonymousFunctionOperation lambda, IArgumentOperation given, IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument>.Builder bound)
    {
        var parameters = lambda.Symbol.Parameters;
        if (parameters.IsEmpty)
            return null;
        var givenFor = given.Parameter!.OriginalDefinition;
        _passed ??= new(SymbolEqualityComparer.Default);
        if (!_passed.TryGetValue(givenFor, out var passed))
            _passed.Add(givenFor, passed = PassedTo(givenFor, callee, parameters.Length));
        Term? element = null;
        for (int i = 0; i < passed.Length; i++)
        {
            if (passed[i].IsReceiver && receiver is not null && parameters[i].RefKind == RefKind.None)
                _state = _state.Write(Term.Parameter(parameters[i]), receiver);
            foreach (var argument in bound)
            {
                if (!SymbolEqualityComparer.Default.Equals(argument.Parameter, passed[i].Parameter) || parameters[i].RefKind != RefKind.None)
                    continue;
                if (passed[i].IsElement)
                    element = GiveElement(parameters[i], argument.Term, given);
                else
                    _state = _state.Write(Term.Parameter(parameters[i]), argument.Term);
            }
        }

        return element;
    }

    // The parameters that the callee passes on to the delegate, by position.
    Passed[] PassedTo(IParameterSymbol givenFor, IMethodSymbol callee, int count)
    {
        var passed = new Passed[count];
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
                    var given = i < call.Arguments.Length ? PassedAs(Bare(call.Arguments[i].Value)) : default;
                    passed[i] = isFirst || (passed[i].IsElement == given.IsElement && passed[i].IsReceiver == given.IsReceiver && SymbolEqualityComparer.Default.Equals(passed[i].Parameter, given.Parameter)) ? given : default;
                }

                isFirst = false;
            }

            foreach (var child in operation.ChildOperations)
                Look(child);
        }
    }

    static Passed PassedAs(IOperation value)
    {
        if (value is IParameterReferenceOperation reference)
            return new Passed(reference.Parameter, false);
        if (value is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
            return new Passed(null, false, IsReceiver: true);
        // The variable of a loop over a parameter.
        if (value is not ILocalReferenceOperation { Local: { DeclaringSyntaxReferences: { Length: 1 } declared, ContainingSymbol: IMethodSymbol callee } }
            || declared[0].GetSyntax() is not ForEachStatementSyntax { Expression: IdentifierNameSyntax collection })
        {
            return default;
        }

        foreach (var parameter in callee.Parameters)
        {
            if (parameter.Name == collection.Identifier.ValueText)
                return new Passed(parameter, true);
        }

        return default;
    }
}
