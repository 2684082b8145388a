using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK9004: writes down the contract that was inferred.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK9004StateContractFix)), Shared]
public sealed class LCK9004StateContractFix : RuleFix
{
    internal const string Key = "LCK9004.state";

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("LCK9004");

    private protected override bool Spreads => true;

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.Contract) is not { } contract || Owner(site) is not { } owner)
            yield break;
        var declared = site.Model.GetDeclaredSymbol(owner, site.CancellationToken);
        if ((declared as IMethodSymbol ?? (declared as IPropertySymbol)?.GetMethod) is not { } method)
            yield break;
        var changes = new List<TextChange>();
        var attributes = new List<string>();
        foreach (var (name, modifier, text) in StatedClause.Split(contract))
        {
            if (!AnnotationsUsing.TryAdd(site, owner.SpanStart, name + "Attribute", changes))
                yield break;
            attributes.Add($"[{name}({ContractEdits.Spelled(text, Named(site, method, text))}{modifier})]");
        }

        var edit = owner is BasePropertyDeclarationSyntax property
            ? ContractEdits.WithGetter(site.Layout, property, string.Join(" ", attributes))
            : ContractEdits.Add(site.Layout, owner, attributes.ToArray());
        if (edit is not { } change)
            yield break;
        changes.Add(change);
        yield return new Proposal($"State the contract of '{method.AssociatedSymbol?.Name ?? method.Name}': {string.Join(" ", attributes)}", Key, Distinct(changes));
    }

    // The accessor with a body of its own, or the member.
    static SyntaxNode? Owner(FixSite site) =>
        site.Node.FirstAncestorOrSelf<AccessorDeclarationSyntax>() ?? (SyntaxNode?)site.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>();

    static ISymbol? Named(FixSite site, IMethodSymbol method, string text) =>
        site.Contracts.Paths.Bind(text, method).Path is { Kind: TermKind.Static or TermKind.Member } path && path.Left is null or { Kind: TermKind.This } ? path.Symbol : null;

    // Each attribute asks for the same using.
    static TextChange[] Distinct(List<TextChange> changes)
    {
        var distinct = new List<TextChange>();
        foreach (var change in changes)
        {
            if (!distinct.Contains(change))
                distinct.Add(change);
        }

        return distinct.ToArray();
    }
}
