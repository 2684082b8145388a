using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>One of the paths that a method returns, seen from its receiver and parameters.</summary>
/// <param name="When">The conditions under which it is that one.</param>
/// <param name="Path">The path.</param>
internal sealed record ReturnedChoice(ImmutableArray<(Term Condition, bool Truth)> When, Term Path);

/// <summary>
/// Reads a method that does nothing but choose one of several paths by its arguments, such as <c>Gate Pick(bool second) =&gt; second ? _other : _gate;</c>,
/// by a conditional, a <c>switch</c>, or <c>if</c> and <c>return</c>. Pure; thread-safe.
/// </summary>
internal sealed class ReturnedChoices
{
    /// <summary>More paths than this are not kept apart.</summary>
    const int Max = 6;

    readonly ContractSet _contracts;
    readonly SemanticModel _model;
    readonly ImmutableArray<ReturnedChoice>.Builder _found = ImmutableArray.CreateBuilder<ReturnedChoice>();

    ReturnedChoices(ContractSet contracts, SemanticModel model)
    {
        _contracts = contracts;
        _model = model;
    }

    /// <summary>The paths, each with its conditions; empty for a method that does anything else, can be overridden, or has one path only.</summary>
    public static ImmutableArray<ReturnedChoice> Read(ContractSet contracts, IMethodSymbol method)
    {
        if (method is not { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, IsAsync: false, ReturnType.IsReferenceType: true, Parameters.IsEmpty: false }
            || method.IsVirtual || method.IsOverride || method.IsAbstract || !SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, contracts.Compilation.Assembly))
        {
            return ImmutableArray<ReturnedChoice>.Empty;
        }

        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            var (body, expression) = reference.GetSyntax() switch
            {
                MethodDeclarationSyntax declared => (declared.Body, declared.ExpressionBody?.Expression),
                LocalFunctionStatementSyntax local => (local.Body, local.ExpressionBody?.Expression),
                _ => (null, null),
            };
            // A look at the text, so that few members need a model.
            if (expression is not null ? !IsChoice(expression) : body is not { Statements.Count: > 0 and <= Max } || !IsChoice(body.Statements[0]))
                continue;
            var choices = new ReturnedChoices(contracts, Models.Of(contracts.Compilation, reference.SyntaxTree));
            var none = ImmutableArray<(Term, bool)>.Empty;
            if ((expression is not null ? choices.Add(expression, none) : choices.Add(body!.Statements, none) is null) && choices._found.Count is > 1 and <= Max)
                return choices._found.ToImmutable();
        }

        return ImmutableArray<ReturnedChoice>.Empty;
    }

    static bool IsChoice(ExpressionSyntax expression) => TrivialGetter.Bare(expression) is ConditionalExpressionSyntax or SwitchExpressionSyntax;

    static bool IsChoice(StatementSyntax statement) =>
        statement is IfStatementSyntax or SwitchStatementSyntax || statement is ReturnStatementSyntax { Expression: { } returned } && IsChoice(returned);

    bool Add(ExpressionSyntax expression, ImmutableArray<(Term, bool)> when)
    {
        switch (TrivialGetter.Bare(expression))
        {
            // Nobody locks what is not there.
            case ThrowExpressionSyntax or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression }:
                return true;
            case ConditionalExpressionSyntax conditional:
                return Condition(conditional.Condition) is { } condition
                    && Add(conditional.WhenTrue, when.Add((condition, true)))
                    && Add(conditional.WhenFalse, when.Add((condition, false)));
            case SwitchExpressionSyntax { } chosen:
                if (Value(chosen.GoverningExpression) is not { } value)
                    return false;
                foreach (var arm in chosen.Arms)
                {
                    if (arm.WhenClause is not null || Matches(value, arm.Pattern) is not { } matches || !Add(arm.Expression, matches.Equals(Term.True) ? when : when.Add((matches, true))))
                        return false;
                    if (!matches.Equals(Term.True))
                        when = when.Add((matches, false));
                }

                return true;
            case var leaf:
                if (TrivialGetter.Path(_contracts, _model, leaf) is not { IsConstant: false } path)
                    return false;
                _found.Add(new ReturnedChoice(when, path));
                return true;
        }
    }

    // What is known behind the statements; null where they do not go on, default where they do something else.
    ImmutableArray<(Term, bool)>? Add(SyntaxList<StatementSyntax> statements, ImmutableArray<(Term, bool)> when)
    {
        foreach (var statement in statements)
        {
            if (Add(statement, when) is not { } next)
                return null;
            if (next.IsDefault)
                return next;
            when = next;
        }

        return when;
    }

    ImmutableArray<(Term, bool)>? Add(StatementSyntax statement, ImmutableArray<(Term, bool)> when)
    {
        ImmutableArray<(Term, bool)> other = default;
        switch (statement)
        {
            case BlockSyntax block:
                return Add(block.Statements, when);
            // A check, or a word for the log.
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax }:
                return when;
            case ThrowStatementSyntax:
                return null;
            case ReturnStatementSyntax { Expression: { } returned }:
                return Add(returned, when) ? null : other;
            case IfStatementSyntax test when Condition(test.Condition) is { } condition:
                var yes = Add(test.Statement, when.Add((condition, true)));
                var otherwise = when.Add((condition, false));
                var no = test.Else is { } @else ? Add(@else.Statement, otherwise) : otherwise;
                // Both going on would be a choice that says nothing.
                return yes is { IsDefault: true } || (yes is not null && no is not null) ? other : yes ?? no;
            case SwitchStatementSyntax choice when Value(choice.Expression) is { } value:
                return Add(choice, value, when);
            default:
                return other;
        }
    }

    ImmutableArray<(Term, bool)>? Add(SwitchStatementSyntax choice, Term value, ImmutableArray<(Term, bool)> when)
    {
        bool isWhole = false;
        foreach (var section in choice.Sections)
        {
            if (section.Labels.Count != 1)
                return default(ImmutableArray<(Term, bool)>);
            var here = when;
            if (section.Labels[0] is CaseSwitchLabelSyntax label)
            {
                if (_model.GetConstantValue(label.Value) is not { HasValue: true } constant)
                    return default(ImmutableArray<(Term, bool)>);
                var matches = ConditionTerms.Equal(value, Term.Constant(constant.Value));
                here = when.Add((matches, true));
                when = when.Add((matches, false));
            }
            else if (section.Labels[0] is DefaultSwitchLabelSyntax && section == choice.Sections[choice.Sections.Count - 1])
            {
                isWhole = true;
            }
            else
            {
                return default(ImmutableArray<(Term, bool)>);
            }

            if (Add(section.Statements, here) is not null)
                return default(ImmutableArray<(Term, bool)>);
        }

        return isWhole ? null : when;
    }

    Term? Matches(Term value, PatternSyntax pattern) => pattern switch
    {
        DiscardPatternSyntax => Term.True,
        ConstantPatternSyntax constant when _model.GetConstantValue(constant.Expression) is { HasValue: true } known => ConditionTerms.Equal(value, Term.Constant(known.Value)),
        UnaryPatternSyntax not when not.IsKind(SyntaxKind.NotPattern) && Matches(value, not.Pattern) is { } matches => ConditionTerms.Not(matches),
        _ => null,
    };

    Term? Condition(ExpressionSyntax condition)
    {
        condition = TrivialGetter.Bare(condition);
        switch (condition)
        {
            case PrefixUnaryExpressionSyntax not when not.IsKind(SyntaxKind.LogicalNotExpression):
                return Condition(not.Operand) is { } operand ? ConditionTerms.Not(operand) : null;
            case IsPatternExpressionSyntax pattern:
                return Value(pattern.Expression) is { } tested ? Matches(tested, pattern.Pattern) : null;
            case BinaryExpressionSyntax binary when _model.GetOperation(binary) is IBinaryOperation { OperatorMethod: null } compared
                && Value(binary.Left) is { } left && Value(binary.Right) is { } right:
                return ConditionTerms.Compare(compared.OperatorKind, left, right);
            case BinaryExpressionSyntax:
                return null;
            default:
                return Value(condition);
        }
    }

    Term? Value(ExpressionSyntax expression) =>
        _model.GetConstantValue(expression) is { HasValue: true } constant ? Term.Constant(constant.Value) : TrivialGetter.Path(_contracts, _model, expression);
}
