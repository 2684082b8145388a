using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Finds the parameters of delegate type that a method does nothing with but to invoke them, or to hand them to others that do
/// the same: what is passed there has run when the call returns, or, for an asynchronous method, when it was awaited.
/// </summary>
/// <remarks>One instance per analysed body; not thread-safe. What is final goes to the compilation's <see cref="FlowCache"/>.</remarks>
internal sealed class InPlaceCallees(FlowHost host)
{
    readonly HashSet<IParameterSymbol> _asking = new(SymbolEqualityComparer.Default);

    /// <summary>Whether a delegate passed for <paramref name="parameter"/> runs during the call, and never again.</summary>
    /// <param name="callee">The method called.</param>
    /// <param name="parameter">One of its parameters.</param>
    /// <param name="caller">The body that calls it.</param>
    /// <param name="isAwaited">The call is awaited where it stands.</param>
    public bool Runs(IMethodSymbol callee, IParameterSymbol parameter, Body? caller, bool isAwaited)
    {
        callee = callee.OriginalDefinition;
        parameter = (callee.PartialImplementationPart ?? callee).Parameters[parameter.Ordinal];
        if (parameter.Type.TypeKind != TypeKind.Delegate || parameter.RefKind != RefKind.None || (callee.IsAsync && !isAwaited) || !host.HasFixedCode(callee))
            return false;
        host.Rests.OnCode(callee);
        if (host.Cache.InPlace.TryGetValue(parameter, out bool known))
            return known;
        // A method that hands the delegate to itself adds nothing.
        if (!_asking.Add(parameter))
            return true;
        bool runs;
        using (host.Rests.Begin(callee))
            runs = CodeOf(callee, caller) is { } code && OnlyInvokes(code, parameter, caller);
        _asking.Remove(parameter);
        if (_asking.Count == 0 || !runs)
            host.Cache.InPlace.TryAdd(parameter, runs);
        return runs;
    }

    /// <summary>Whether a call is awaited where it stands.</summary>
    public static bool IsAwaited(IOperation? call)
    {
        var parent = call?.Parent;
        while (parent is IConversionOperation || parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            parent = parent.Parent;
        return parent is IAwaitOperation;
    }

    IOperation? CodeOf(IMethodSymbol callee, Body? caller)
    {
        if (callee.MethodKind == MethodKind.LocalFunction)
            return BodySource.LocalFunction(caller?.Graph, callee)?.OriginalOperation;
        return BodySource.Declaration(callee, host.Cancel) is { } node ? host.Cache.Model(node.SyntaxTree).GetOperation(node, host.Cancel) : null;
    }

    bool OnlyInvokes(IOperation code, IParameterSymbol parameter, Body? caller)
    {
        foreach (var operation in code.DescendantsAndSelf())
        {
            // The code of an iterator runs when it is read.
            if (operation is IReturnOperation { Kind: OperationKind.YieldReturn or OperationKind.YieldBreak })
                return false;
            if (operation is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter)
                && !(IsInvoked(reference, caller) && IsInTime(reference, code, caller)))
            {
                return false;
            }
        }

        return true;
    }

    bool IsInvoked(IOperation reference, Body? caller)
    {
        var (value, parent) = (reference, reference.Parent);
        while (parent is IConversionOperation or IParenthesizedOperation)
            (value, parent) = (parent, parent.Parent);
        switch (parent)
        {
            case IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } invocation when invocation.Instance == value:
                return IsWaitedFor(invocation, invocation);
            case IConditionalAccessOperation { WhenNotNull: IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: IConditionalAccessInstanceOperation } invocation } access when access.Operation == value:
                return IsWaitedFor(invocation, access);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } or INameOfOperation:
            case IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } }:
                return true;
            case IArgumentOperation { Parameter: { } passed, Parent: IInvocationOperation call }:
                return IsNullTest(call.TargetMethod, passed) || RunsThere(call, passed, caller);
            default:
                return false;
        }
    }

    // A task that nobody waits for goes on when the call has returned.
    static bool IsWaitedFor(IInvocationOperation invocation, IOperation whole) =>
        invocation.TargetMethod.ReturnType.Name is not ("Task" or "ValueTask") || IsAwaited(whole);

    // In a lambda, it is invoked when that runs.
    bool IsInTime(IOperation reference, IOperation code, Body? caller)
    {
        for (var outer = reference.Parent; outer is not null && outer != code; outer = outer.Parent)
        {
            if (outer is ILocalFunctionOperation)
                return false;
            if (outer is not IAnonymousFunctionOperation lambda)
                continue;
            var use = lambda.Parent;
            while (use is IConversionOperation or IDelegateCreationOperation)
                use = use.Parent;
            if (lambda.Symbol.IsAsync || use is not IArgumentOperation { Parameter: { } passed, Parent: IInvocationOperation call } || !RunsThere(call, passed, caller))
                return false;
        }

        return true;
    }

    bool RunsThere(IInvocationOperation call, IParameterSymbol parameter, Body? caller) =>
        host.Contracts.Of(call.TargetMethod).RunsInPlace || Runs(call.TargetMethod, parameter, caller, IsAwaited(call));

    // ArgumentNullException.ThrowIfNull and its like keep nothing: they promise no more than that the argument is there.
    static bool IsNullTest(IMethodSymbol callee, IParameterSymbol parameter)
    {
        if (!callee.ReturnsVoid || !callee.IsStatic || parameter.Type.SpecialType != SpecialType.System_Object)
            return false;
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "NotNullAttribute", ContainingNamespace.Name: "CodeAnalysis" })
                return true;
        }

        return false;
    }
}
