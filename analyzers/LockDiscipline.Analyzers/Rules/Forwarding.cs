using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Tells methods that lend their name to the operation of a lock which they are given, such as <c>static void Pulse(object obj) => Monitor.Pulse(obj);</c>.</summary>
/// <remarks>What the operation does or needs is what a call of such a method does or needs; it is no oversight in its body.</remarks>
internal static class Forwarding
{
    /// <summary>Whether the body is nothing but that one operation, of the same name, on a lock that it was given.</summary>
    public static bool IsAll(Body body, IOperation operation, Term path) =>
        path is { Kind: TermKind.Parameter, Symbol: IParameterSymbol } && body.Method is { MethodKind: MethodKind.Ordinary, Name: var name }
        && operation is IInvocationOperation { TargetMethod.Name: var called } && called == name && IsWholeBody(operation.Syntax);

    static bool IsWholeBody(SyntaxNode node)
    {
        var statement = node.Parent;
        return statement is ArrowExpressionClauseSyntax
            || (statement is ReturnStatementSyntax or ExpressionStatementSyntax && statement.Parent is BlockSyntax { Statements.Count: 1, Parent: MethodDeclarationSyntax });
    }
}
