using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Lock statements that the compiler's graph leaves flat.
internal sealed partial class Evaluator
{
    /// <summary>
    /// With nullable reference types on, the graph of <c>lock</c> on a <c>System.Threading.Lock</c> has no calls and no finally:
    /// an invalid operation stands for the acquire, and the statement's body follows as if nothing were around it.
    /// </summary>
    public static bool IsFlatLock(IOperation operation, out IOperation @lock)
    {
        @lock = operation;
        if (operation is not IExpressionStatementOperation { Syntax: LockStatementSyntax, Operation: IInvalidOperation { ChildOperations.Count: 1 } invalid })
            return false;
        foreach (var child in invalid.ChildOperations)
            @lock = child;
        return true;
    }

    Term EnterFlatLock(IOperation site, IOperation @lock)
    {
        var value = Used(@lock);
        if (AcquireOf(@lock.Type) is { } acquire)
        {
            var binding = BindCall(value, @lock.Syntax, ImmutableArray<BoundArgument>.Empty, null, @lock.Type);
            Apply(site, acquire, Contracts.Of(acquire), binding, @lock, Mint(site));
        }

        return Term.Null;
    }

    /// <summary>The state without the flat locks whose statement <paramref name="next"/> lies outside of.</summary>
    PathState LeaveFlatLocks(PathState state, IOperation next)
    {
        if (!_body.HasFlatLocks)
            return state;
        foreach (var hold in state.Locks)
        {
            if (hold.At is { Syntax: LockStatementSyntax statement } at && (ReferenceEquals(at, next) || !statement.Span.Contains(next.Syntax.Span)))
                state = LockEffects.Release(state, hold, at);
        }

        return state;
    }

    static PathState LeaveFlatLocks(PathState state)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.At?.Syntax is LockStatementSyntax)
                state = state.Remove(hold);
        }

        return state;
    }

    // The method by which the type is entered: that which acquires it and takes nothing.
    IMethodSymbol? AcquireOf(ITypeSymbol? type)
    {
        foreach (var member in type?.GetMembers() ?? ImmutableArray<ISymbol>.Empty)
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, Parameters.IsEmpty: true } method
                && Contracts.Of(method).Acquires is { Length: 1 } acquires && acquires[0].Path.Kind == TermKind.This)
            {
                return method;
            }
        }

        return null;
    }
}
