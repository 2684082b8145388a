using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// What the answer of a method tells of its receiver and arguments, where its code is one expression, or early returns before one:
/// <c>bool IsUsable(Slot? s) => s is not null &amp;&amp; !s.IsInvalid</c>.
/// </summary>
/// <remarks>Of code that does more nothing is told. Asked only where a condition that a contract wants was not found to be tested.</remarks>
internal static class ToldByAnswer
{
    /// <summary>Conditions in the method's own terms, each with whether it holds, if the method has answered <paramref name="answer"/>.</summary>
    public static ImmutableArray<(Term Condition, bool Holds)> Of(ContractSet contracts, IMethodSymbol method, bool answer)
    {
        foreach (var reference in (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences)
        {
            var reader = new Reader(contracts, Models.Of(contracts.Compilation, reference.SyntaxTree));
            switch (reference.GetSyntax())
            {
                case BaseMethodDeclarationSyntax { ExpressionBody: { } body }:
                    return reader.Told(body.Expression, answer);
                case ArrowExpressionClauseSyntax arrow:
                    return reader.Told(arrow.Expression, answer);
                case AccessorDeclarationSyntax { ExpressionBody: { } body }:
                    return reader.Told(body.Expression, answer);
                case BaseMethodDeclarationSyntax { Body: { } block }:
                    return reader.Told(block.Statements, 0, answer);
                case AccessorDeclarationSyntax { Body: { } block }:
                    return reader.Told(block.Statements, 0, answer);
            }
        }

        return Nothing;
    }

    static readonly ImmutableArray<(Term, bool)> Nothing = ImmutableArray<(Term, bool)>.Empty;

    readonly struct Reader(ContractSet contracts, SemanticModel model)
    {
        // `if (c) return x;` and what follows: nothing else is understood.
        public ImmutableArray<(Term, bool)> Told(SyntaxList<StatementSyntax> statements, int from, bool answer)
        {
            if (from >= statements.Count)
                return Nothing;
            if (statements[from] is ReturnStatementSyntax { Expression: { } last })
                return Told(last, answer);
            if (statements[from] is not IfStatementSyntax { Else: null } decision || Returned(decision.Statement) is not { } early)
                return Nothing;
            var late = Told(decision.Condition, false).AddRange(Told(statements, from + 1, answer));
            if (model.GetConstantValue(early) is { HasValue: true, Value: bool constant } && constant != answer)
                return late;
            // It may have come from either: what both have in common is true.
            var soon = Told(decision.Condition, true).AddRange(Told(early, answer));
            return late.RemoveAll(told => !soon.Contains(told));
        }

        static ExpressionSyntax? Returned(StatementSyntax statement) =>
            statement is BlockSyntax { Statements.Count: 1 } block ? Returned(block.Statements[0]) : (statement as ReturnStatementSyntax)?.Expression;

        /// <summary>What holds where an expression has that value.</summary>
        public ImmutableArray<(Term, bool)> Told(ExpressionSyntax expression, bool truth)
        {
            expression = TrivialGetter.Bare(expression);
            switch (expression)
            {
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                    return Told(not.Operand, !truth);
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression } both
                    when both.IsKind(SyntaxKind.LogicalAndExpression) == truth:
                    return Told(both.Left, truth).AddRange(Told(both.Right, truth));
                default:
                    return Condition(expression) is { IsConstant: false } condition ? ImmutableArray.Create((condition, truth)) : Nothing;
            }
        }

        // The condition as one term; null where it is more than comparisons of paths.
        Term? Condition(ExpressionSyntax expression)
        {
            expression = TrivialGetter.Bare(expression);
            switch (expression)
            {
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                    return Condition(not.Operand) is { } operand ? ConditionTerms.Not(operand) : null;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression } both:
                    return Condition(both.Left) is { } left && Condition(both.Right) is { } right
                        ? Term.Operation(both.IsKind(SyntaxKind.LogicalAndExpression) ? TermOperator.And : TermOperator.Or, left, right)
                        : null;
                case BinaryExpressionSyntax comparison when model.GetOperation(comparison) is IBinaryOperation { OperatorMethod: null } operation && Comparison(operation.OperatorKind):
                    return Value(comparison.Left) is { } a && Value(comparison.Right) is { } b ? ConditionTerms.Compare(operation.OperatorKind, a, b) : null;
                case IsPatternExpressionSyntax matches:
                    return Value(matches.Expression) is { } value ? Matches(value, matches.Pattern) : null;
                case var path when model.GetTypeInfo(path).Type?.SpecialType == SpecialType.System_Boolean:
                    return Value(path);
                default:
                    return null;
            }
        }

        static bool Comparison(BinaryOperatorKind kind) =>
            kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
                or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;

        Term? Matches(Term value, PatternSyntax pattern)
        {
            switch (pattern)
            {
                case ParenthesizedPatternSyntax parenthesized:
                    return Matches(value, parenthesized.Pattern);
                case UnaryPatternSyntax not:
                    return Matches(value, not.Pattern) is { } matched ? ConditionTerms.Not(matched) : null;
                case ConstantPatternSyntax constant when model.GetConstantValue(constant.Expression) is { HasValue: true } known:
                    return ConditionTerms.Equal(value, Term.Constant(known.Value));
                case RecursivePatternSyntax { Type: null, Designation: null, PositionalPatternClause: null, PropertyPatternClause: { } properties }:
                    var all = ConditionTerms.Not(ConditionTerms.IsNull(value));
                    foreach (var part in properties.Subpatterns)
                    {
                        if (part.NameColon is not { Name: { } name } || model.GetSymbolInfo(name).Symbol is not { } member || Matches(contracts.Path(value, member), part.Pattern) is not { } partMatched)
                            return null;
                        all = Term.Operation(TermOperator.And, all, partMatched);
                    }

                    return all;
                default:
                    return null;
            }
        }

        Term? Value(ExpressionSyntax expression) => TrivialGetter.Path(contracts, model, expression);
    }
}
