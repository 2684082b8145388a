using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Locks that are handed to code that runs later, and releases them: a continuation, an undo list, what a disposable calls.
internal sealed partial class Evaluator
{
    Dictionary<IMethodSymbol, ImmutableArray<Owed>>? _owedByLambdas;

    /// <summary>A lambda that releases what is held here has the lock from here on; whether it runs, nobody can say.</summary>
    /// <returns>The locks, as the lambda names them.</returns>
    /// <param name="lambda">The lambda.</param>
    /// <param name="parameter">The parameter that it is given for; null where it is stored.</param>
    ImmutableArray<Hold> HandLocks(IFlowAnonymousFunctionOperation lambda, IParameterSymbol? parameter)
    {
        var handed = ImmutableArray<Hold>.Empty;
        if (_state.Locks.IsEmpty || !Contracts.Of(lambda.Symbol).IsNone || IsNeverRun(lambda.Syntax))
            return handed;
        bool isApart = parameter?.ContainingSymbol is IMethodSymbol taker && Contracts.Of(taker.OriginalDefinition).RunsApart;
        foreach (var owed in OwedBy(lambda))
        {
            if (Follow(_state, owed.Lock, root => root.Kind == TermKind.Parameter ? _state.Read(root) : root) is not { } path)
                continue;
            // Another thread cannot release what belongs to this one.
            if ((isApart && _state.Find(path) is { Traits.ThreadBound: true }) || !Hand(path))
                continue;
            handed = handed.Add(new Hold(owed.Lock, owed.Mode ?? LockMode.Exclusive, 1, HoldSource.Caller, Certainty.Maybe, null, null, owed.Text, LockTraits.Unknown));
        }

        return handed;
    }

    void HandLocks(IMethodReferenceOperation method, Term receiver, MemberContract contract)
    {
        if (_state.Locks.IsEmpty || contract.Releases.IsEmpty)
            return;
        var binding = BindCall(receiver, null, ImmutableArray<BoundArgument>.Empty, null);
        foreach (var clause in contract.Releases)
        {
            if (binding.Follow(_state, clause.Path) is { } path)
                Hand(path);
        }
    }

    bool Hand(Term path)
    {
        if (_state.Find(path) is not { Source: HoldSource.Acquired or HoldSource.Tried } hold)
            return false;
        if (hold.Certainty == Certainty.Definite)
            _state = _state.Change(hold, hold with { Certainty = Certainty.Maybe });
        return true;
    }

    // Kept in a variable that nobody reads.
    static bool IsNeverRun(SyntaxNode lambda)
    {
        var value = lambda;
        while (value.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax)
            value = value.Parent;
        if (value.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { Parent: { } block } } variable })
            return false;
        foreach (var node in block.DescendantNodes())
        {
            if (node is IdentifierNameSyntax name && name.Identifier.ValueText == variable.Identifier.ValueText)
                return false;
        }

        return true;
    }

    // What it releases without having acquired it.
    ImmutableArray<Owed> OwedBy(IFlowAnonymousFunctionOperation lambda)
    {
        _owedByLambdas ??= new(SymbolEqualityComparer.Default);
        if (_owedByLambdas.TryGetValue(lambda.Symbol, out var known))
            return known;
        var graph = _body.Graph.GetAnonymousFunctionControlFlowGraph(lambda);
        var owed = ImmutableArray<Owed>.Empty;
        if (MayRelease(graph))
        {
            var body = new Body(lambda.Symbol, graph, MemberContract.None) { Captured = Fixed() };
            foreach (var end in BodySolver.RunInPlace(_host, body, BodySolver.EntryOf(_host, body), null, mayRepeat: false))
            {
                foreach (var released in end.Owed)
                {
                    if (!owed.Contains(released))
                        owed = owed.Add(released);
                }
            }
        }

        _owedByLambdas.Add(lambda.Symbol, owed);
        return owed;
    }

    bool MayRelease(ControlFlowGraph graph)
    {
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (MayRelease(operation))
                    return true;
            }

            if (block.BranchValue is { } value && MayRelease(value))
                return true;
        }

        return false;
    }

    bool MayRelease(IOperation operation)
    {
        if (operation is IInvocationOperation { TargetMethod: var callee })
        {
            var contract = Contracts.Of(callee.OriginalDefinition);
            if (!contract.Releases.IsEmpty || (!contract.SpeaksOfLocks && !callee.DeclaringSyntaxReferences.IsEmpty && !Visibility.IsVisible(callee)))
                return true;
        }

        foreach (var child in operation.ChildOperations)
        {
            if (MayRelease(child))
                return true;
        }

        return false;
    }
}
