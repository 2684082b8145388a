using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Finds the code that a task or thread runs, and the locks that whoever waits for it therefore waits for.</summary>
internal static class TaskCode
{
    /// <summary>What <paramref name="task"/>, as it is called in the body at hand, waits for.</summary>
    public static IEnumerable<Waited> WaitsOf(FlowHost host, Body body, Term task, PathState state)
    {
        if (task.Kind is TermKind.Site or TermKind.Fresh && task.Value is IOperation creation)
            return creation is IInvocationOperation { IsVirtual: false, TargetMethod.DeclaringSyntaxReferences.IsEmpty: false } starter ? Started(host, body, starter) : Created(host, body, creation, state);
        return task.Symbol is IFieldSymbol or IPropertySymbol ? Kept(host, task) : ImmutableArray<Waited>.Empty;
    }

    // Created in this body: what the code captures is what the variables hold.
    static IEnumerable<Waited> Created(FlowHost host, Body body, IOperation creation, PathState state)
    {
        foreach (var target in Targets(host.Contracts, creation))
        {
            switch (target)
            {
                case IFlowAnonymousFunctionOperation lambda when GraphOf(body.Graph, lambda) is { } graph:
                    foreach (var waited in host.ReachOf(lambda.Symbol, graph).Waits)
                        yield return Apart(waited, Evaluator.Follow(state, waited.Use.Path, state.Read));
                    break;
                case IMethodReferenceOperation method:
                    var receiver = method.Instance is null or IInstanceReferenceOperation ? Term.This : null;
                    foreach (var waited in host.ReachOf(method.Method, body).Waits)
                        yield return Apart(waited, waited.Use.Path.Substitute(root => root.Kind == TermKind.This ? receiver : null));
                    break;
            }
        }
    }

    // Created by a method that does nothing with it but return it.
    static IEnumerable<Waited> Started(FlowHost host, Body body, IInvocationOperation starter)
    {
        var callee = starter.TargetMethod.OriginalDefinition;
        if (host.GraphOf(callee, body.Graph) is not { } graph)
            yield break;
        host.Rests.On(callee);
        var receiver = starter.Instance is null or IInstanceReferenceOperation ? Term.This : null;
        if (callee.IsAsync)
        {
            // Up to its first await it runs on the thread that waits, and may take again what that one holds.
            int awaited = FirstAwait(graph);
            foreach (var waited in host.ReachOf(callee, body).Waits)
            {
                if (waited.Via.IsEmpty && waited.Use.Site is { } site && site.SpanStart > awaited)
                    yield return Apart(waited, waited.Use.Path.Substitute(root => root.Kind == TermKind.This ? receiver : null));
            }

            yield break;
        }

        foreach (var block in graph.Blocks)
        {
            if (block.FallThroughSuccessor?.Semantics != ControlFlowBranchSemantics.Return || block.BranchValue is not { } returned)
                continue;
            while (returned is IConversionOperation conversion)
                returned = conversion.Operand;
            foreach (var target in Targets(host.Contracts, returned))
            {
                var reach = target switch
                {
                    IFlowAnonymousFunctionOperation lambda when GraphOf(graph, lambda) is { } code => host.ReachOf(lambda.Symbol, code),
                    IMethodReferenceOperation method => host.ReachOf(method.Method, body),
                    _ => Reach.Nothing,
                };
                foreach (var waited in reach.Waits)
                    yield return Apart(waited, waited.Use.Path.Substitute(root => root.Kind == TermKind.This ? receiver : null));
            }
        }
    }

    static int FirstAwait(ControlFlowGraph graph)
    {
        int first = int.MaxValue;
        foreach (var node in graph.OriginalOperation.Syntax.DescendantNodes(static node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            if (node is AwaitExpressionSyntax && node.Span.End < first)
                first = node.Span.End;
        }

        return first;
    }

    // Kept in a member: created wherever its type assigns it.
    static IEnumerable<Waited> Kept(FlowHost host, Term task)
    {
        var member = task.Symbol!;
        if (!SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, host.Contracts.Compilation.Assembly))
            yield break;
        host.Rests.OnMentioning(member.ContainingType, member.Name);
        foreach (var reference in member.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax(host.Cancel).DescendantNodes())
            {
                var value = node switch
                {
                    AssignmentExpressionSyntax assignment when NameOf(assignment.Left) == member.Name => assignment.Right,
                    VariableDeclaratorSyntax { Initializer: { } initializer } variable when variable.Identifier.ValueText == member.Name => initializer.Value,
                    _ => null,
                };
                if (value is not (InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax))
                    continue;
                var operation = host.Cache.Model(value.SyntaxTree).GetOperation(value, host.Cancel);
                foreach (var target in operation is null ? ImmutableArray<IOperation>.Empty : Targets(host.Contracts, operation))
                {
                    foreach (var waited in ReachOf(host, target).Waits)
                        yield return Apart(waited, waited.Use.Path.Substitute(root => root.Kind == TermKind.This && task.Kind == TermKind.Member ? task.Left : null));
                }
            }
        }
    }

    static Reach ReachOf(FlowHost host, IOperation target)
    {
        switch (target)
        {
            case IMethodReferenceOperation method:
                return host.ReachOf(method.Method, caller: null);
            case IAnonymousFunctionOperation lambda when BodySource.Enclosing(lambda.Syntax) is { } member:
                var graph = host.Cache.Graphs.Of(host.Cache.Model(member.SyntaxTree), member, host.Cancel);
                return graph is not null && GraphOf(graph, lambda.Syntax) is { } found ? host.ReachOf(lambda.Symbol, found) : Reach.Nothing;
            default:
                return Reach.Nothing;
        }
    }

    static Waited Apart(Waited waited, Term? path) =>
        waited with { Use = waited.Use with { Path = path ?? Term.Stale(waited.Use.Path) }, IsByOther = true, Without = ImmutableArray<Term>.Empty, Given = default };

    // The delegates that a call which runs them apart is given.
    static ImmutableArray<IOperation> Targets(ContractSet contracts, IOperation creation)
    {
        var (callee, arguments) = creation switch
        {
            IInvocationOperation invocation => (invocation.TargetMethod, invocation.Arguments),
            IObjectCreationOperation created => (created.Constructor, created.Arguments),
            _ => (null, ImmutableArray<IArgumentOperation>.Empty),
        };
        var targets = ImmutableArray<IOperation>.Empty;
        if (callee is null || !contracts.Of(callee).RunsApart)
            return targets;
        foreach (var argument in arguments)
        {
            var value = argument.Value;
            while (value is IConversionOperation conversion)
                value = conversion.Operand;
            if (value is IDelegateCreationOperation creating)
                targets = targets.Add(creating.Target);
        }

        return targets;
    }

    static ControlFlowGraph? GraphOf(ControlFlowGraph graph, IFlowAnonymousFunctionOperation lambda) => GraphOf(graph, lambda.Syntax);

    static ControlFlowGraph? GraphOf(ControlFlowGraph graph, SyntaxNode lambda)
    {
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (Within(operation) is { } found)
                    return graph.GetAnonymousFunctionControlFlowGraph(found);
            }

            if (block.BranchValue is { } value && Within(value) is { } returned)
                return graph.GetAnonymousFunctionControlFlowGraph(returned);
        }

        return null;

        IFlowAnonymousFunctionOperation? Within(IOperation operation)
        {
            if (!operation.Syntax.Span.Contains(lambda.Span))
                return null;
            if (operation is IFlowAnonymousFunctionOperation function && function.Syntax == lambda)
                return function;
            foreach (var child in operation.ChildOperations)
            {
                if (Within(child) is { } found)
                    return found;
            }

            return null;
        }
    }

    static string? NameOf(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
