using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Tells static methods that lend their name to what is done to a lock which they are given, such as <c>static void Lock(this ReaderWriterLockSlim it) => it.EnterWriteLock();</c>:
/// whoever else can call them, to callers here they are that operation.
/// </summary>
/// <remarks>By the look of the code: one call that is given an argument, beside arguments that are stored or returned, and tests that throw.</remarks>
internal static class Lending
{
    const int MaxStatements = 4;

    /// <summary>Whether its declaration allows for that.</summary>
    public static bool MayBe(IMethodSymbol method) =>
        method is { IsStatic: true, MethodKind: MethodKind.Ordinary, IsAsync: false, Parameters.IsEmpty: false, DeclaringSyntaxReferences.IsEmpty: false };

    public static bool Is(FlowHost host, IMethodSymbol method)
    {
        if (!MayBe(method))
            return false;
        host.Rests.OnCode(method);
        if (method.DeclaringSyntaxReferences[0].GetSyntax(host.Cancel) is not MethodDeclarationSyntax declaration)
            return false;
        int calls = 0;
        bool isPlain = declaration.ExpressionBody is { } arrow ? IsPlain(arrow.Expression, method, ref calls)
            : declaration.Body is { } body && ArePlain(body, method, ref calls);
        return isPlain && calls == 1;
    }

    static bool ArePlain(BlockSyntax block, IMethodSymbol method, ref int calls)
    {
        if (block.Statements.Count > MaxStatements)
            return false;
        foreach (var statement in block.Statements)
        {
            bool isPlain = statement switch
            {
                ExpressionStatementSyntax { Expression: var expression } => IsPlain(expression, method, ref calls),
                ReturnStatementSyntax { Expression: var returned } => returned is null || IsPlain(returned, method, ref calls),
                IfStatementSyntax { Else: null, Statement: var otherwise } => otherwise is ThrowStatementSyntax || (otherwise is BlockSyntax { Statements: { Count: 1 } only } && only[0] is ThrowStatementSyntax),
                // Nothing is tried: what follows is not to be cut short.
                TryStatementSyntax { Block.Statements.Count: 0, Catches.Count: 0, Finally.Block: { } last } => ArePlain(last, method, ref calls),
                _ => false,
            };
            if (!isPlain)
                return false;
        }

        return true;
    }

    static bool IsPlain(ExpressionSyntax expression, IMethodSymbol method, ref int calls)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax:
                return true;
            case IdentifierNameSyntax name:
                return IsParameter(name, method);
            case AssignmentExpressionSyntax assignment:
                return IsPlain(assignment.Left, method, ref calls) && IsPlain(assignment.Right, method, ref calls);
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } call:
                calls++;
                bool isGiven = receiver is IdentifierNameSyntax lent && IsParameter(lent, method);
                foreach (var argument in call.ArgumentList.Arguments)
                {
                    if (argument.Expression is not (LiteralExpressionSyntax or IdentifierNameSyntax))
                        return false;
                    isGiven |= argument.Expression is IdentifierNameSyntax given && IsParameter(given, method);
                }

                return isGiven;
            default:
                return false;
        }
    }

    static bool IsParameter(IdentifierNameSyntax name, IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Name == name.Identifier.ValueText)
                return true;
        }

        return false;
    }
}
