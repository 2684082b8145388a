using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Binds the conditions of contracts, such as <c>end &gt; start &amp;&amp; !slot.IsInvalid</c>, to condition terms.</summary>
/// <remarks>Paths bind as in lock expressions. Comparisons, operators that compute, <c>!</c>, <c>&amp;&amp;</c>, <c>||</c>, null tests, constants and calls of methods are understood.</remarks>
internal sealed class ConditionBinder(PathBinder paths)
{
    /// <summary>The condition that <paramref name="text"/> means on <paramref name="target"/>; null where it does not bind.</summary>
    public (Term? Condition, BindingError? Error) Bind(string text, ISymbol target)
    {
        var expression = SyntaxFactory.ParseExpression(text);
        BindingError? error = null;
        if (expression.ContainsDiagnostics || expression.FullSpan.Length != text.Length)
            return (null, new BindingError(0, text.Length, $"'{text}' is not a condition", ImmutableArray<string>.Empty));
        var condition = Visit(expression, target, ref error);
        return error is null ? (condition, null) : (null, error);
    }

    Term? Visit(ExpressionSyntax expression, ISymbol target, ref BindingError? error)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return Visit(parenthesized.Expression, target, ref error);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                return Visit(not.Operand, target, ref error) is { } operand ? ConditionTerms.Not(operand) : null;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: LiteralExpressionSyntax { Token.Value: int number } }:
                return Term.Constant(-number);
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.DefaultLiteralExpression }:
                return Fail(expression, ref error);
            case LiteralExpressionSyntax literal:
                return Term.Constant(literal.Token.Value);
            case IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax constant } matches:
                return Compare(SyntaxKind.EqualsExpression, matches.Expression, constant.Expression, target, ref error);
            case IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax constant } } matches:
                return Compare(SyntaxKind.NotEqualsExpression, matches.Expression, constant.Expression, target, ref error);
            case BinaryExpressionSyntax binary:
                return Compare(binary.Kind(), binary.Left, binary.Right, target, ref error);
            case InvocationExpressionSyntax invocation:
                return Call(invocation, target, ref error);
            default:
                return Path(expression, target, ref error);
        }
    }

    Term? Compare(SyntaxKind kind, ExpressionSyntax left, ExpressionSyntax right, ISymbol target, ref BindingError? error)
    {
        if (Visit(left, target, ref error) is not { } a || Visit(right, target, ref error) is not { } b)
            return null;
        switch (kind)
        {
            case SyntaxKind.LogicalAndExpression:
                return Term.Operation(TermOperator.And, a, b);
            case SyntaxKind.LogicalOrExpression:
                return Term.Operation(TermOperator.Or, a, b);
            case SyntaxKind.EqualsExpression:
                return ConditionTerms.Equal(a, b);
            case SyntaxKind.NotEqualsExpression:
                return ConditionTerms.Not(ConditionTerms.Equal(a, b));
            case SyntaxKind.LessThanExpression:
                return ConditionTerms.Less(a, b);
            case SyntaxKind.GreaterThanExpression:
                return ConditionTerms.Less(b, a);
            case SyntaxKind.LessThanOrEqualExpression:
                return ConditionTerms.Not(ConditionTerms.Less(b, a));
            case SyntaxKind.GreaterThanOrEqualExpression:
                return ConditionTerms.Not(ConditionTerms.Less(a, b));
            case SyntaxKind.BitwiseAndExpression when IsCondition(a):
                return Term.Operation(TermOperator.And, a, b);
            case SyntaxKind.BitwiseOrExpression when IsCondition(a):
                return Term.Operation(TermOperator.Or, a, b);
            default:
                return OperatorOf(kind) is { } computed ? Term.Arithmetic(computed, a, b) : Fail(left.Parent as ExpressionSyntax ?? left, ref error);
        }
    }

    static bool IsCondition(Term term) =>
        term.Kind == TermKind.Operation ? term.Value is TermOperator
        : (term.Symbol as IParameterSymbol)?.Type.SpecialType == SpecialType.System_Boolean || (term.Symbol as IFieldSymbol)?.Type.SpecialType == SpecialType.System_Boolean
        || (term.Symbol as IPropertySymbol)?.Type.SpecialType == SpecialType.System_Boolean;

    static BinaryOperatorKind? OperatorOf(SyntaxKind kind) => kind switch
    {
        SyntaxKind.AddExpression => BinaryOperatorKind.Add,
        SyntaxKind.SubtractExpression => BinaryOperatorKind.Subtract,
        SyntaxKind.MultiplyExpression => BinaryOperatorKind.Multiply,
        SyntaxKind.DivideExpression => BinaryOperatorKind.Divide,
        SyntaxKind.ModuloExpression => BinaryOperatorKind.Remainder,
        SyntaxKind.BitwiseAndExpression => BinaryOperatorKind.And,
        SyntaxKind.BitwiseOrExpression => BinaryOperatorKind.Or,
        SyntaxKind.LeftShiftExpression => BinaryOperatorKind.LeftShift,
        SyntaxKind.RightShiftExpression => BinaryOperatorKind.RightShift,
        _ => null,
    };

    // A call stands for what the method last returned for the same receiver and arguments.
    Term? Call(InvocationExpressionSyntax invocation, ISymbol target, ref BindingError? error)
    {
        if (Path(invocation.Expression, target, ref error) is not { } path)
            return null;
        var values = Term.Null;
        foreach (var argument in invocation.ArgumentList.Arguments)
        {
            if (Visit(argument.Expression, target, ref error) is not { } value)
                return null;
            values = Term.Element(values, value);
        }

        if (path.Symbol is IMethodSymbol method)
            return Term.Call(method, path.Left, values);
        // A method that does nothing but return a path is that path.
        return invocation.ArgumentList.Arguments.Count == 0 ? path : Fail(invocation, ref error);
    }

    Term? Path(ExpressionSyntax expression, ISymbol target, ref BindingError? error)
    {
        var (path, failure) = paths.BindValue(expression.ToString(), target);
        if (failure is not null)
            error ??= failure with { Start = failure.Start + expression.SpanStart };
        return path switch
        {
            { Symbol: IFieldSymbol { HasConstantValue: true } constant } => Term.Constant(constant.ConstantValue),
            _ => path,
        };
    }

    static Term? Fail(ExpressionSyntax expression, ref BindingError? error)
    {
        error ??= new BindingError(expression.SpanStart, expression.Span.Length, $"'{expression}' cannot be used in a condition", ImmutableArray<string>.Empty);
        return null;
    }
}
