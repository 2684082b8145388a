using System.Collections.Immutable;
using System.Reflection;
using LockCheck.Judgement;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockCheck.Fixes;

/// <summary>Asks the code fixes, those that an editor offers, what would mend findings.</summary>
internal static class FixFinder
{
    /// <summary>The assembly that holds the code fixes.</summary>
    public const string AssemblyName = "LockDiscipline.CodeFixes";

    static readonly Lazy<ImmutableDictionary<string, ImmutableArray<CodeFixProvider>>> s_providers = new(Providers);

    /// <summary>The ways to mend each of <paramref name="findings"/>, the fixes' own order kept. Findings without any are left out.</summary>
    public static async Task<ImmutableDictionary<FindingIdentity, ImmutableArray<ProposedFix>>> FindAsync(IEnumerable<FindingIdentity> findings, CancellationToken cancellationToken)
    {
        var fixes = ImmutableDictionary.CreateBuilder<FindingIdentity, ImmutableArray<ProposedFix>>(ReferenceEqualityComparer.Instance);
        foreach (var group in findings.Where(f => f.Project is not null && s_providers.Value.ContainsKey(f.Rule)).GroupBy<FindingIdentity, LoadedProject>(f => f.Project!, ReferenceEqualityComparer.Instance))
        {
            if (FixWorkspace.Create(group.Key, cancellationToken) is not { } workspace)
                continue;
            using (workspace)
            {
                foreach (var finding in group)
                {
                    var found = await FindAsync(workspace, finding.Finding.Diagnostic, cancellationToken).ConfigureAwait(false);
                    if (!found.IsEmpty)
                        fixes[finding] = found;
                }
            }
        }
        return fixes.ToImmutable();
    }

    static async Task<ImmutableArray<ProposedFix>> FindAsync(FixWorkspace workspace, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await workspace.TranslateAsync(diagnostic, cancellationToken).ConfigureAwait(false) is not var (document, translated))
            return [];
        var actions = new List<CodeAction>();
        foreach (var provider in s_providers.Value[diagnostic.Id])
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, translated, (action, _) => actions.Add(action), cancellationToken)).ConfigureAwait(false);
        var fixes = ImmutableArray.CreateBuilder<ProposedFix>();
        foreach (var action in actions)
        {
            foreach (var operation in (await action.GetOperationsAsync(cancellationToken).ConfigureAwait(false)).OfType<ApplyChangesOperation>())
            {
                var edits = await workspace.EditsAsync(operation.ChangedSolution, cancellationToken).ConfigureAwait(false);
                if (!edits.IsEmpty)
                    fixes.Add(new(action.Title, edits));
            }
        }
        return fixes.ToImmutable();
    }

    static ImmutableDictionary<string, ImmutableArray<CodeFixProvider>> Providers()
    {
        var providers = from type in Assembly.Load(AssemblyName).GetTypes()
                        where !type.IsAbstract && type.IsSubclassOf(typeof(CodeFixProvider)) && type.IsDefined(typeof(ExportCodeFixProviderAttribute), inherit: false)
                        orderby type.FullName
                        select (CodeFixProvider)Activator.CreateInstance(type, nonPublic: true)!;
        return providers.SelectMany(p => p.FixableDiagnosticIds.Select(id => (Id: id, Provider: p)))
            .GroupBy(p => p.Id, StringComparer.Ordinal).ToImmutableDictionary(g => g.Key, g => g.Select(p => p.Provider).ToImmutableArray(), StringComparer.Ordinal);
    }
}
