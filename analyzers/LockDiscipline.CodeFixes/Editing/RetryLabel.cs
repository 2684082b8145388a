using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>The label at which a sequence begins anew.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Insertion">The edit that writes it; null where it is there already.</param>
internal sealed record RetryLabel(string Name, List<TextChange>? Insertion)
{
    /// <summary>The label of the statement that keeps a sample, or a new one; null where a <c>goto</c> at <paramref name="from"/> cannot see it.</summary>
    public static RetryLabel? At(FixSite site, ExpressionSyntax sample, StatementSyntax from, SyntaxNode function)
    {
        if (SequenceSteps.Kept(sample) is not { } kept)
            return null;
        var known = kept.Parent as LabeledStatementSyntax;
        if ((known is null ? kept.Parent : known.Parent) is not BlockSyntax block || !block.Contains(from))
            return null;
        if (known is not null)
            return new RetryLabel(known.Identifier.Text, null);
        var taken = new HashSet<string>();
        foreach (var node in function.DescendantNodes())
        {
            if (node is LabeledStatementSyntax other)
                taken.Add(other.Identifier.ValueText);
        }

        var name = "retry";
        for (int i = 2; taken.Contains(name); i++)
            name = "retry" + i;
        return new RetryLabel(name, CodeFixes.Insertion.Before(site.Layout, kept, name + ":"));
    }
}
