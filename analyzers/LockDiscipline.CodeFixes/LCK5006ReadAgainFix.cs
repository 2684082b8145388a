using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK5006: computes the new value from what the member holds now.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK5006ReadAgainFix)), Shared]
public sealed class LCK5006ReadAgainFix() : RuleFix("LCK5006")
{
    internal const string Key = "LCK5006.read";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
            || StatementRun.FunctionOf(assignment) is not { } function)
        {
            yield break;
        }

        var member = assignment.Left.ToString();
        var reads = new List<TextChange>();
        foreach (var node in assignment.Right.DescendantNodesAndSelf())
        {
            if (node is not IdentifierNameSyntax name || site.Symbol(name) is not ILocalSymbol local)
                continue;
            if (IsReadOf(function, name, member))
                reads.Add(new TextChange(name.Span, member));
            else if (Recomputed.From(site, function, local, member) is { } computed)
                reads.Add(new TextChange(name.Span, name.Parent == assignment ? computed : Recomputed.Operand(computed, member)));
        }

        if (reads.Count > 0)
            yield return new Proposal($"Read '{member}' again", Key, reads.ToArray());
    }

    // Every value that the variable gets is what the member held.
    static bool IsReadOf(SyntaxNode function, IdentifierNameSyntax variable, string member)
    {
        bool isRead = false;
        foreach (var node in function.DescendantNodes())
        {
            var (name, value) = node switch
            {
                VariableDeclaratorSyntax { Initializer.Value: { } initial } declarator => (declarator.Identifier.ValueText, initial),
                AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } assignment => (left.Identifier.ValueText, assignment.Right),
                _ => (null, null),
            };
            if (name != variable.Identifier.ValueText)
                continue;
            if (value!.ToString() != member)
                return false;
            isRead = true;
        }

        return isRead;
    }
}
