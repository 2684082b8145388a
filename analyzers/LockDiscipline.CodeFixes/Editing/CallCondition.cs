using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Writes a condition of a contract as it reads at a call.</summary>
internal static class CallCondition
{
    /// <summary>The condition with the arguments in place of the parameters, and the receiver before members; null where a part of it has no name here.</summary>
    /// <param name="text">The condition, as the contract of the called method has it.</param>
    public static string? Of(FixSite site, InvocationExpressionSyntax call, string text)
    {
        var condition = SyntaxFactory.ParseExpression(text);
        if (condition.ContainsDiagnostics || site.Model.GetOperation(call, site.CancellationToken) is not IInvocationOperation operation)
            return null;
        var receiver = call.Expression is MemberAccessExpressionSyntax access ? access.Expression.ToString() : null;
        var changes = new List<TextChange>();
        foreach (var node in condition.DescendantNodesAndSelf())
        {
            switch (node)
            {
                case ThisExpressionSyntax when receiver is not null:
                    changes.Add(new TextChange(node.Span, receiver));
                    break;
                case IdentifierNameSyntax name when !(name.Parent is MemberAccessExpressionSyntax { Name: { } member } && member == name):
                    if (Written(operation, name.Identifier.ValueText, receiver) is not { } written)
                        return null;
                    changes.Add(new TextChange(node.Span, written));
                    break;
            }
        }

        return SourceText.From(condition.ToString()).WithChanges(changes).ToString();
    }

    /// <summary>The condition that is true where <paramref name="condition"/> is false.</summary>
    public static string Negated(string condition)
    {
        var expression = SyntaxFactory.ParseExpression(condition);
        if (expression is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not)
            return (not.Operand is ParenthesizedExpressionSyntax inner ? inner.Expression : not.Operand).ToString();
        if (expression is BinaryExpressionSyntax comparison && Opposite(comparison.Kind()) is { } opposite)
            return $"{comparison.Left.ToString()} {opposite} {comparison.Right.ToString()}";
        return expression is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax ? "!" + condition : $"!({condition})";
    }

    static string? Opposite(SyntaxKind comparison) => comparison switch
    {
        SyntaxKind.LessThanExpression => ">=",
        SyntaxKind.LessThanOrEqualExpression => ">",
        SyntaxKind.GreaterThanExpression => "<=",
        SyntaxKind.GreaterThanOrEqualExpression => "<",
        SyntaxKind.EqualsExpression => "!=",
        SyntaxKind.NotEqualsExpression => "==",
        _ => null,
    };

    static string? Written(IInvocationOperation call, string name, string? receiver)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name != name)
                continue;
            // What an argument does when it is evaluated, it would do twice.
            if ((argument.Syntax as ArgumentSyntax)?.Expression is not { } expression || !IsPlain(expression))
                return null;
            return expression is BinaryExpressionSyntax or ConditionalExpressionSyntax or CastExpressionSyntax ? $"({expression})" : expression.ToString();
        }

        for (ITypeSymbol? type = call.TargetMethod.ContainingType; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers(name))
                return member.IsStatic || receiver is null ? name : $"{receiver}.{name}";
        }

        return name;
    }

    static bool IsPlain(ExpressionSyntax expression)
    {
        foreach (var node in expression.DescendantNodesAndSelf())
        {
            if (node is InvocationExpressionSyntax or ObjectCreationExpressionSyntax or ImplicitObjectCreationExpressionSyntax or AwaitExpressionSyntax or AssignmentExpressionSyntax
                or AnonymousFunctionExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression }
                or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression })
            {
                return false;
            }
        }

        return true;
    }
}
