using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Tells, of a method that does nothing with a delegate but to invoke it before it returns, whether it does so whenever it is called: then what the delegate acquires is held
/// after the call.
/// </summary>
/// <remarks>By the look of the code: a call of the parameter by itself, before anything that may return. Asked of methods with code here (see <see cref="InPlaceCallees"/>).</remarks>
internal static class RunsAlways
{
    public static bool Is(FlowHost host, IMethodSymbol callee, IParameterSymbol parameter)
    {
        callee = callee.OriginalDefinition;
        parameter = (callee.PartialImplementationPart ?? callee).Parameters[parameter.Ordinal];
        var node = callee.MethodKind == MethodKind.LocalFunction ? callee.DeclaringSyntaxReferences[0].GetSyntax(host.Cancel) : BodySource.Declaration(callee, host.Cancel);
        var (body, arrow) = node switch
        {
            BaseMethodDeclarationSyntax method => (method.Body, method.ExpressionBody),
            LocalFunctionStatementSyntax local => (local.Body, local.ExpressionBody),
            _ => (null, null),
        };
        return arrow is not null ? IsCall(arrow.Expression, parameter.Name) : Runs(body, parameter.Name) == true;
    }

    // False where it may be left before; null where neither happens.
    static bool? Runs(StatementSyntax? statement, string name)
    {
        switch (statement)
        {
            case BlockSyntax block:
                foreach (var inner in block.Statements)
                {
                    if (Runs(inner, name) is { } runs)
                        return runs;
                }

                return null;
            case ExpressionStatementSyntax { Expression: var expression }:
                return IsCall(expression, name) ? true : null;
            case LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables }:
                return IsCall(variables[0].Initializer?.Value, name) ? true : null;
            case ReturnStatementSyntax { Expression: var returned }:
                return IsCall(returned, name);
            // What is caught may have kept it from running.
            case TryStatementSyntax { Catches.Count: 0 } attempt:
                return Runs(attempt.Block, name) ?? Runs(attempt.Finally?.Block, name);
            case LockStatementSyntax section:
                return Runs(section.Statement, name);
            case UsingStatementSyntax scope:
                return Runs(scope.Statement, name);
            default:
                return statement is null || !IsLeft(statement) ? null : false;
        }
    }

    static bool IsLeft(StatementSyntax statement)
    {
        foreach (var node in statement.DescendantNodesAndSelf(static node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            if (node is ReturnStatementSyntax or GotoStatementSyntax or YieldStatementSyntax)
                return true;
        }

        return false;
    }

    static bool IsCall(ExpressionSyntax? expression, string name) => expression switch
    {
        ParenthesizedExpressionSyntax inner => IsCall(inner.Expression, name),
        AwaitExpressionSyntax awaited => IsCall(awaited.Expression, name),
        CastExpressionSyntax cast => IsCall(cast.Expression, name),
        AssignmentExpressionSyntax assignment => IsCall(assignment.Right, name),
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax invoked } => invoked.Identifier.ValueText == name,
        // `action.Invoke()`, and what is done with the task that it returns.
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression is IdentifierNameSyntax receiver ? receiver.Identifier.ValueText == name : IsCall(access.Expression, name),
        _ => false,
    };
}
