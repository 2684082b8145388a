using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Moves a statement over the edge of the section that it is first or last in.</summary>
internal static class SectionExit
{
    /// <summary>The edit that puts the last statement of a section behind its release; null where it is not the last.</summary>
    public static TextChange[]? After(FixSite site, StatementSyntax statement)
    {
        var run = StatementRun.Of(statement);
        if (run.IsEmbedded)
            return null;
        if (run.LastIndex + 1 < run.Siblings.Count)
        {
            var next = run.Siblings[run.LastIndex + 1];
            return IsRelease(site, next) ? Moving.To(site.Layout, statement, next, isAfter: true) : null;
        }

        return Section(site, statement) is { } section ? Moving.To(site.Layout, statement, section, isAfter: true) : null;
    }

    /// <summary>The edit that puts the first statement of a section before its acquire; null where it is not the first.</summary>
    public static TextChange[]? Before(FixSite site, StatementSyntax statement)
    {
        var run = StatementRun.Of(statement);
        if (run.IsEmbedded)
            return null;
        if (run.FirstIndex > 0)
        {
            var previous = run.Siblings[run.FirstIndex - 1];
            return IsAcquire(site, previous) ? Moving.To(site.Layout, statement, previous, isAfter: false) : null;
        }

        if (Section(site, statement) is not { } section)
            return null;
        if (section is not TryStatementSyntax)
            return Moving.To(site.Layout, statement, section, isAfter: false);
        var around = StatementRun.Of(section);
        return !around.IsEmbedded && around.FirstIndex > 0 && IsAcquire(site, around.Siblings[around.FirstIndex - 1])
            ? Moving.To(site.Layout, statement, around.Siblings[around.FirstIndex - 1], isAfter: false)
            : null;
    }

    // The statement that holds a lock over the block.
    static StatementSyntax? Section(FixSite site, StatementSyntax statement) => statement.Parent?.Parent switch
    {
        LockStatementSyntax @lock => @lock,
        UsingStatementSyntax @using => @using,
        TryStatementSyntax { Catches.Count: 0, Finally.Block.Statements: { Count: 1 } last } @try when @try.Block == statement.Parent && IsRelease(site, last[0]) => @try,
        _ => null,
    };

    static bool IsRelease(FixSite site, StatementSyntax statement) =>
        statement is IfStatementSyntax { Else: null, Condition: IdentifierNameSyntax, Statement: ExpressionStatementSyntax inner } ? IsRelease(site, inner)
        : statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && LockCalls.Release(site, call) is not null;

    static bool IsAcquire(FixSite site, StatementSyntax statement) => statement switch
    {
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } => LockCalls.Acquire(site, call) is not null,
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } => true,
        _ => false,
    };
}
