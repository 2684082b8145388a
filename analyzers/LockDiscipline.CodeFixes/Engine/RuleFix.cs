using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.CodeFixes;

/// <summary>A fix that proposes edits; only those that were tried and found to mend the finding are offered.</summary>
public abstract class RuleFix : CodeFixProvider
{
    /// <param name="ids">The rules whose findings it mends.</param>
    private protected RuleFix(params string[] ids) => FixableDiagnosticIds = ImmutableArray.Create(ids);

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc />
    public sealed override FixAllProvider GetFixAllProvider() => RepeatedFixAll.Instance;

    /// <summary>The edit may bring findings to other documents, which the same fix then mends.</summary>
    private protected virtual bool Spreads => false;

    internal bool MaySpread => Spreads;

    private protected virtual DiagnosticAnalyzer CreateAnalyzer() => new FlowAnalyzer();

    internal DiagnosticAnalyzer NewAnalyzer() => CreateAnalyzer();

    /// <summary>Edits for the finding; of those with one key the first that mends it is offered.</summary>
    private protected abstract IEnumerable<Proposal> Propose(FixSite site);

    /// <inheritdoc />
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var (proposal, document) in await FindAsync(context.Document, diagnostic, null, context.CancellationToken).ConfigureAwait(false))
                context.RegisterCodeFix(CodeAction.Create(proposal.Title, _ => Task.FromResult(document), proposal.Key), diagnostic);
        }
    }

    /// <summary>The edits that mend a finding, each with the document after it.</summary>
    /// <param name="key">The only variant asked for; null for all.</param>
    internal async Task<List<(Proposal Proposal, Document Result)>> FindAsync(Document document, Diagnostic diagnostic, string? key, CancellationToken cancellationToken)
    {
        var found = new List<(Proposal, Document)>();
        var analyzer = CreateAnalyzer();
        if (await FixSite.CreateAsync(document, diagnostic, analyzer, cancellationToken).ConfigureAwait(false) is not { } site)
            return found;
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var proposal in Propose(site))
        {
            if (done.Contains(proposal.Key) || (key is not null && proposal.Key != key))
                continue;
            if (await FixCheck.TryAsync(site, proposal, analyzer).ConfigureAwait(false) is not { } result)
                continue;
            done.Add(proposal.Key);
            found.Add((proposal, result));
        }

        return found;
    }
}
