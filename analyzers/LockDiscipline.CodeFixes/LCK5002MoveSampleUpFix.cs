using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK5002: takes the sample before the fetch.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK5002MoveSampleUpFix)), Shared]
public sealed class LCK5002MoveSampleUpFix() : RuleFix("LCK5002")
{
    internal const string Key = "LCK5002.move";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.What) is not { } sequence || site.Expression is not { } fetch
            || StatementRun.FunctionOf(fetch) is not { } function || StatementRun.StatementOf(fetch) is not { } first)
        {
            yield break;
        }

        foreach (var sample in SequenceSteps.In(site, function, SequenceStep.Sample, sequence))
        {
            if (sample.SpanStart < fetch.SpanStart)
                continue;
            var kept = SequenceSteps.Kept(sample);
            // Before the fetch; where that is on one branch only, before what branches.
            for (SyntaxNode? at = first; at is not null && at != function; at = at.Parent)
            {
                if (at is not StatementSyntax edge || at is BlockSyntax || edge.Contains(sample))
                    continue;
                if (kept is not null)
                {
                    if (Moving.To(site.Layout, kept, edge, isAfter: false) is { } moved)
                        yield return new Proposal("Sample before the fetch", Key, moved);
                }
                else
                {
                    var name = FreshName.Of(site, edge.SpanStart, "sample");
                    var changes = Insertion.Before(site.Layout, edge, $"var {name} = {sample};");
                    changes.Add(new TextChange(sample.Span, name));
                    yield return new Proposal("Sample before the fetch", Key, changes.ToArray());
                }
            }
        }
    }
}
