using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Statements that follow each other: in a block, a switch section, at the top level; or one alone under an <c>if</c> or loop.</summary>
internal sealed class StatementRun
{
    StatementRun(IReadOnlyList<StatementSyntax> siblings, int first, int last, bool isEmbedded)
    {
        Siblings = siblings;
        FirstIndex = first;
        LastIndex = last;
        IsEmbedded = isEmbedded;
    }

    public IReadOnlyList<StatementSyntax> Siblings { get; }

    public int FirstIndex { get; }

    public int LastIndex { get; }

    /// <summary>The one statement of an <c>if</c>, loop or the like, without braces.</summary>
    public bool IsEmbedded { get; }

    public StatementSyntax First => Siblings[FirstIndex];

    public StatementSyntax Last => Siblings[LastIndex];

    public IEnumerable<StatementSyntax> Statements
    {
        get
        {
            for (int i = FirstIndex; i <= LastIndex; i++)
                yield return Siblings[i];
        }
    }

    /// <summary>The statement alone, with its neighbours known.</summary>
    public static StatementRun Of(StatementSyntax statement)
    {
        // `else if` is one chain.
        while (statement.Parent is ElseClauseSyntax { Parent: StatementSyntax chain } && statement is IfStatementSyntax)
            statement = chain;
        while (statement.Parent is LabeledStatementSyntax labeled)
            statement = labeled;
        var siblings = SiblingsOf(statement);
        if (siblings is null)
            return new StatementRun(new[] { statement }, 0, 0, isEmbedded: true);
        int index = 0;
        while (siblings[index] != statement)
            index++;
        return new StatementRun(siblings, index, index, isEmbedded: false);
    }

    public StatementRun To(int first, int last) => new(Siblings, first, last, IsEmbedded);

    public bool Contains(SyntaxNode node) => node.SpanStart >= First.SpanStart && node.Span.End <= Last.Span.End;

    static IReadOnlyList<StatementSyntax>? SiblingsOf(StatementSyntax statement)
    {
        switch (statement.Parent)
        {
            case BlockSyntax block:
                return block.Statements;
            case SwitchSectionSyntax section:
                return section.Statements;
            case GlobalStatementSyntax { Parent: CompilationUnitSyntax unit }:
                var statements = new List<StatementSyntax>();
                foreach (var member in unit.Members)
                {
                    if (member is GlobalStatementSyntax global)
                        statements.Add(global.Statement);
                }

                return statements;
            default:
                return null;
        }
    }

    /// <summary>The statement of its own function that <paramref name="node"/> belongs to; null in an expression body or an initialiser.</summary>
    public static StatementSyntax? StatementOf(SyntaxNode node)
    {
        for (SyntaxNode? at = node; at is not null; at = at.Parent)
        {
            if (at is StatementSyntax statement)
                return statement is BlockSyntax ? null : statement;
            if (at is AnonymousFunctionExpressionSyntax or ArrowExpressionClauseSyntax or MemberDeclarationSyntax or ConstructorInitializerSyntax)
                return null;
        }

        return null;
    }

    /// <summary>The member, accessor, local function or lambda whose body <paramref name="node"/> is in.</summary>
    public static SyntaxNode? FunctionOf(SyntaxNode node)
    {
        for (var at = node.Parent; at is not null; at = at.Parent)
        {
            if (at is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax or BaseMethodDeclarationSyntax
                or BasePropertyDeclarationSyntax or GlobalStatementSyntax)
            {
                return at is GlobalStatementSyntax ? at.Parent : at;
            }
        }

        return null;
    }

    /// <summary>The nodes of the same function below <paramref name="node"/>: lambdas and local functions are left out.</summary>
    public static IEnumerable<SyntaxNode> OwnNodes(SyntaxNode node) =>
        node.DescendantNodesAndSelf(static n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));

    public bool HasAwait()
    {
        foreach (var statement in Statements)
        {
            if (HasAwait(statement))
                return true;
        }

        return false;
    }

    public static bool HasAwait(SyntaxNode code)
    {
        foreach (var node in OwnNodes(code))
        {
            if (node is AwaitExpressionSyntax
                or CommonForEachStatementSyntax { AwaitKeyword.RawKind: (int)SyntaxKind.AwaitKeyword }
                or UsingStatementSyntax { AwaitKeyword.RawKind: (int)SyntaxKind.AwaitKeyword }
                or LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: (int)SyntaxKind.AwaitKeyword })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Statements that cannot be moved into a block of their own: a jump target, or a <c>yield</c> that would keep a lock.</summary>
    public bool HasYieldOrLabel()
    {
        foreach (var statement in Statements)
        {
            foreach (var node in OwnNodes(statement))
            {
                if (node is YieldStatementSyntax or LabeledStatementSyntax)
                    return true;
            }
        }

        return false;
    }
}
