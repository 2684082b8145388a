using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Where a finding stands: the name of the member at the place, where there is one.</summary>
internal static class Places
{
    public static Location Of(IOperation operation) => Of(operation.Syntax);

    public static Location Of(SyntaxNode syntax)
    {
        switch (syntax)
        {
            case InvocationExpressionSyntax invocation:
                return Of(invocation.Expression);
            case MemberAccessExpressionSyntax access:
                return access.Name.GetLocation();
            case MemberBindingExpressionSyntax binding:
                return binding.Name.GetLocation();
            case ConditionalAccessExpressionSyntax conditional:
                return Of(conditional.WhenNotNull);
            case ObjectCreationExpressionSyntax creation:
                return creation.Type.GetLocation();
            case ConstructorInitializerSyntax initializer:
                return initializer.ThisOrBaseKeyword.GetLocation();
            case ConstructorDeclarationSyntax constructor:
                return constructor.Identifier.GetLocation();
            case AwaitExpressionSyntax await:
                return Of(await.Expression);
            case ParenthesizedExpressionSyntax parenthesized:
                return Of(parenthesized.Expression);
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } trusted:
                return Of(trusted.Operand);
            case ExpressionStatementSyntax statement:
                return Of(statement.Expression);
            case ArgumentSyntax argument:
                return Of(argument.Expression);
            case LockStatementSyntax @lock:
                return @lock.Expression.GetLocation();
            case VariableDeclaratorSyntax variable:
                return variable.Initializer is { Value: { } value } ? Of(value) : variable.Identifier.GetLocation();
            default:
                return syntax.GetLocation();
        }
    }

    /// <summary>The keyword that gives the thread up.</summary>
    public static Location OfSuspension(SyntaxNode syntax)
    {
        for (var node = syntax; node is not null; node = node.Parent)
        {
            var keyword = node switch
            {
                AwaitExpressionSyntax await => await.AwaitKeyword,
                YieldStatementSyntax yield => yield.YieldKeyword,
                CommonForEachStatementSyntax loop => loop.AwaitKeyword,
                UsingStatementSyntax @using => @using.AwaitKeyword,
                LocalDeclarationStatementSyntax local => local.AwaitKeyword,
                _ => default,
            };
            if (keyword.RawKind != 0)
                return keyword.GetLocation();
            if (node is BaseMethodDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
                break;
        }

        return syntax.GetLocation();
    }

    /// <summary>What is assigned, up to the operator.</summary>
    public static Location OfAssignment(IOperation assignment) => assignment.Syntax switch
    {
        AssignmentExpressionSyntax { Left: { } target, OperatorToken: { } op } =>
            Location.Create(target.SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(target.SpanStart, op.Span.End)),
        VariableDeclaratorSyntax variable => variable.Identifier.GetLocation(),
        var other => other.GetLocation(),
    };

    /// <summary>
    /// The name of a method; of an accessor its keyword, and of one without, the expression that is its code. An editor shows nothing that is
    /// told of a body and stands outside of it.
    /// </summary>
    public static Location OfName(IMethodSymbol method, SyntaxNode body)
    {
        foreach (var location in method.Locations)
        {
            if (location.SourceTree == body.SyntaxTree)
                return location;
        }

        return body.GetLocation();
    }

    /// <summary>The statement by which a body is left; its last brace where it just ends.</summary>
    public static Location OfExit(IOperation? exit, SyntaxNode body)
    {
        if (exit is null)
            return body.GetLastToken().GetLocation();
        for (var node = exit.Syntax; node is not null; node = node.Parent)
        {
            if (node is StatementSyntax or ThrowExpressionSyntax or ArrowExpressionClauseSyntax)
                return node.GetLocation();
        }

        return exit.Syntax.GetLocation();
    }
}
