using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LockCheck.Loading;
using LockCheck.Patches;
using LockCheck.Revisions;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockCheck.Judgement;

/// <summary>
/// Finds what a change weakens, by comparing facts of the changed files. Facts are counted, not located, so that code that moves with
/// its locks weakens nothing.
/// </summary>
internal sealed partial class WeakeningFinder(RevisionAnalysis before, RevisionAnalysis after, LineMap lines, string root, CancellationToken cancellationToken)
{
    readonly List<LockOrderEdge> _order = [];

    /// <summary>The order of locks in the changed files after the change. Filled by <see cref="Run"/>.</summary>
    public ImmutableArray<LockOrderEdge> Order => [.. _order.Distinct()];

    /// <summary>All weakenings, by file and line.</summary>
    public ImmutableArray<Weakening> Run()
    {
        var found = new List<Weakening>();
        foreach (var old in before.Projects)
        {
            // One framework of a project stands for all.
            if (after.Projects.FirstOrDefault(p => p.Project.Path == old.Project.Path && p.Project.TargetFramework == old.Project.TargetFramework) is not { } @new || ReferenceEquals(old, @new))
                continue;
            var oldTrees = ChangedTrees(old.Project, f => f.OldPath).ToList();
            var newTrees = ChangedTrees(@new.Project, f => f.NewPath).ToList();
            Uses(old.Project, oldTrees, @new.Project, newTrees, found);
            Contracts(old.Project, oldTrees, @new.Project, newTrees, found);
            Waivers(oldTrees, newTrees, found);
        }
        ConfigurationFiles(found);
        return [.. found.DistinctBy(w => (w.Kind, w.Message, w.Path, w.Line)).OrderBy(w => w.Path, StringComparer.Ordinal).ThenBy(w => w.Line).ThenBy(w => w.Message, StringComparer.Ordinal)];
    }

    IEnumerable<SyntaxTree> ChangedTrees(LoadedProject project, Func<FileDiff, string?> path)
    {
        var changed = lines.Files.Where(f => f.Hunks.Length > 0 || f.OldPath is null || f.NewPath is null).Select(path).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return project.Compilation.SyntaxTrees.Where(t => changed.Contains(FindingIdentity.Relative(t.FilePath, root)));
    }

    void Uses(LoadedProject oldProject, List<SyntaxTree> oldTrees, LoadedProject newProject, List<SyntaxTree> newTrees, List<Weakening> found)
    {
        var old = new ProtectionReader(oldProject, root, cancellationToken).Read(oldTrees);
        var @new = new ProtectionReader(newProject, root, cancellationToken).Read(newTrees);
        _order.AddRange(@new.Order);
        var reported = new HashSet<(string Target, string Lock, string Member)>();
        // First by the same code wherever it went, then by the same member, for code that was rewritten as well.
        Compare(u => u.Content);
        Compare(u => u.Member);

        void Compare(Func<ProtectedUse, string> where)
        {
            var now = @new.Uses.ToLookup(u => (u.Target, where(u), u.IsWrite));
            foreach (var group in old.Uses.Where(u => u.Locks.Count > 0).GroupBy(u => (u.Target, where(u), u.IsWrite)))
            {
                var uses = now[group.Key].ToList();
                var all = old.Uses.Where(u => (u.Target, where(u), u.IsWrite) == group.Key).ToList();
                foreach (var name in group.SelectMany(u => u.Locks).Distinct().Order(StringComparer.Ordinal))
                {
                    var unprotected = uses.Where(u => !u.Locks.Contains(name)).ToList();
                    if (uses.Count - unprotected.Count >= all.Count(u => u.Locks.Contains(name)) || unprotected.Count <= all.Count(u => !u.Locks.Contains(name)))
                        continue;
                    // A lock that is gone altogether, with another in its place, was renamed.
                    var suspects = unprotected.Where(u => !u.Locks.Except(group.SelectMany(g => g.Locks)).Any() || IsKnown(newProject, name)).ToList();
                    // A call moved out of a section is the usual way to mend one; only where the section went as a whole is it a loss.
                    suspects.RemoveAll(u => u.IsCall && (Taken(old, u.Member, name) == 0 || Taken(@new, u.Member, name) > 0));
                    if (suspects.FirstOrDefault() is not { } use || !reported.Add((use.Target, name, use.Member)))
                        continue;
                    var verb = use.IsCall ? "called" : use.IsWrite ? "written" : "read";
                    var swapped = use.Locks.Except(group.SelectMany(u => u.Locks)).Any();
                    found.Add(new(swapped ? WeakeningKind.LockSwapped : WeakeningKind.LockRemoved,
                        swapped ? $"'{use.Name}' was {verb} under '{name}' here and is now under '{string.Join("', '", use.Locks)}'" : $"'{use.Name}' was {verb} under '{name}' here and is now {verb} without it",
                        use.Member, use.Path, use.Line, name));
                }
            }
        }
    }

    static int Taken(Protection protection, string member, string name) => protection.Acquired.GetValueOrDefault(member)?.GetValueOrDefault(name) ?? 0;

    static bool IsKnown(LoadedProject project, string name) => project.Compilation.ContainsSymbolsWithName(name, SymbolFilter.Member);

    void Contracts(LoadedProject oldProject, List<SyntaxTree> oldTrees, LoadedProject newProject, List<SyntaxTree> newTrees, List<Weakening> found)
    {
        var old = ContractFacts.Read(oldProject.Compilation, oldTrees, root, cancellationToken);
        var @new = ContractFacts.Read(newProject.Compilation, newTrees, root, cancellationToken);
        foreach (var fact in old.Where(f => f.Name != Vocabulary.NoLockAnalysis))
        {
            var same = @new.Where(f => f.Owner == fact.Owner && f.Name == fact.Name).ToList();
            if (same.Exists(f => f.Arguments == fact.Arguments && f.IsShared == fact.IsShared))
                continue;
            if (DocumentationCommentId.GetFirstSymbolForDeclarationId(fact.Owner, newProject.Compilation) is null)
                continue;
            var line = lines.NewLine(fact.Path, fact.Line) ?? NearestNewLine(fact.Path, fact.Line);
            var path = lines.NewPath(fact.Path);
            if (same.Count == 0)
                found.Add(new(WeakeningKind.ContractRemoved, $"'{fact.OwnerName}' no longer says {fact.Text}", fact.Owner, path, line, fact.Name));
            else if (!fact.IsShared && same.Exists(f => f.Arguments == fact.Arguments && f.IsShared))
                found.Add(new(WeakeningKind.ContractNarrowed, $"'{fact.OwnerName}' said {fact.Text} and is now content with the shared mode", fact.Owner, path, same[0].Line, fact.Name));
        }
        foreach (var fact in @new.Where(f => f.Name == Vocabulary.NoLockAnalysis && !old.Any(o => o.Owner == f.Owner && o.Name == f.Name)))
        {
            // A member that was renamed takes its waiver along.
            if (old.Count(o => o.Name == fact.Name && o.Arguments == fact.Arguments) < @new.Count(o => o.Name == fact.Name && o.Arguments == fact.Arguments))
                found.Add(new(WeakeningKind.WaiverAdded, $"'{fact.OwnerName}' is no longer analysed: {fact.Text}", fact.Owner, fact.Path, fact.Line, fact.Name));
        }
    }

    void Waivers(List<SyntaxTree> oldTrees, List<SyntaxTree> newTrees, List<Weakening> found)
    {
        var old = oldTrees.SelectMany(WaiversIn).ToLookup(w => w.Text, StringComparer.Ordinal);
        foreach (var group in newTrees.SelectMany(WaiversIn).GroupBy(w => w.Text, StringComparer.Ordinal))
        {
            var added = group.Count() - old[group.Key].Count();
            foreach (var (text, path, line) in group.Where(w => lines.RunOfNew(w.Path, w.Line) >= 0 || lines.OfNew(w.Path)?.OldPath is null).Take(Math.Max(added, 0)))
                found.Add(new(WeakeningKind.WaiverAdded, $"A waiver was added: {text}", "", path, line, text));
        }
    }

    IEnumerable<(string Text, string Path, int Line)> WaiversIn(SyntaxTree tree)
    {
        var syntax = tree.GetRoot(cancellationToken);
        foreach (var trivia in syntax.DescendantTrivia(descendIntoTrivia: false))
        {
            if (trivia.GetStructure() is PragmaWarningDirectiveTriviaSyntax { DisableOrRestoreKeyword.RawKind: (int)SyntaxKind.DisableKeyword } pragma
                && (pragma.ErrorCodes.Count == 0 || pragma.ErrorCodes.Any(c => c.ToString().StartsWith("LCK", StringComparison.OrdinalIgnoreCase))))
            {
                yield return (TokenText.Of(pragma).Replace(" , ", ", ", StringComparison.Ordinal).Replace("# pragma", "#pragma", StringComparison.Ordinal).Trim(), FindingIdentity.Relative(tree.FilePath, root), pragma.GetLocation().GetLineSpan().StartLinePosition.Line + 1);
            }
        }
        foreach (var attribute in syntax.DescendantNodes().OfType<AttributeSyntax>())
        {
            if (attribute.Name.ToString() is var name && (name.EndsWith("SuppressMessage", StringComparison.Ordinal) || name.EndsWith("SuppressMessageAttribute", StringComparison.Ordinal)) && attribute.ToString().Contains("LCK", StringComparison.Ordinal))
                yield return ($"[{attribute}]", FindingIdentity.Relative(tree.FilePath, root), attribute.GetLocation().GetLineSpan().StartLinePosition.Line + 1);
        }
    }

    // Files that are not C#: a contract that was deleted from a contract file, a rule that was switched off.
    void ConfigurationFiles(List<Weakening> found)
    {
        foreach (var file in lines.Files)
        {
            var changed = file.Hunks.SelectMany(h => h.Lines).Where(l => l.Kind != DiffLineKind.Context).ToList();
            var added = changed.Where(l => l.Kind == DiffLineKind.Added).Select(l => l.Text.Trim()).ToHashSet(StringComparer.Ordinal);
            var removed = changed.Where(l => l.Kind == DiffLineKind.Removed).Select(l => l.Text.Trim()).ToHashSet(StringComparer.Ordinal);
            foreach (var line in changed)
            {
                var text = line.Text.Trim();
                if (line.Kind == DiffLineKind.Removed && file.Path.EndsWith(ContractFile.Extension, StringComparison.OrdinalIgnoreCase) && text.Length > 0 && text[0] != '#' && !added.Contains(text))
                    found.Add(new(WeakeningKind.ContractRemoved, $"A contract was deleted: {text}", "", file.Path, line.NewLine, text));
                else if (line.Kind == DiffLineKind.Added && SwitchedOff().IsMatch(text) && IsConfiguration(file.Path) && !removed.Contains(text))
                    found.Add(new(WeakeningKind.WaiverAdded, $"A rule was switched off: {text}", "", file.Path, line.NewLine, text));
            }
        }
    }

    static bool IsConfiguration(string path) => path.EndsWith("config", StringComparison.OrdinalIgnoreCase) || ProjectShape.IsPart(path);

    int NearestNewLine(string oldPath, int line)
    {
        for (var at = line; at > 0; at--)
        {
            if (lines.NewLine(oldPath, at) is { } mapped)
                return mapped + 1;
        }
        return 1;
    }

    [GeneratedRegex(@"^dotnet_diagnostic\.LCK\d+\.severity\s*=\s*(none|silent)|^dotnet_analyzer_diagnostic\.category-(Locks|LockContext|Results|Contracts|Lifetimes|Protocols)\.severity\s*=\s*(none|silent)|<NoWarn>.*LCK\d+|<LockDisciplineMode>\s*(None|Minimum)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SwitchedOff();
}
