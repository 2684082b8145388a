using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>
/// Beyond the findings: applies the fix to one finding after the other, then with Fix All in document, project and
/// solution, and compares each outcome with the fixed source and the findings marked in it.
/// </summary>
public abstract class CodeFixTest : AnalyzerTest
{
    public string FixedCode { set => FixedState.Sources.Insert(0, ("/0/Test0.cs", value)); }
    public SolutionState FixedState { get; } = new();

    /// <summary>What Fix All gives, where that differs from fixing one at a time.</summary>
    public string BatchFixedCode { set => BatchFixedState.Sources.Insert(0, ("/0/Test0.cs", value)); }
    public SolutionState BatchFixedState { get; } = new();

    public int? CodeActionIndex { get; set; }
    public string? CodeActionEquivalenceKey { get; set; }

    /// <summary>How often a fix may be applied; unset: once for each finding at the start.</summary>
    public int? NumberOfIncrementalIterations { get; set; }

    /// <summary>How often Fix All may be applied; unset: once for each place of the scope and each equivalence key.</summary>
    public int? NumberOfFixAllIterations { get; set; }

    protected abstract CodeFixProvider GetCodeFixProvider();

    sealed record Fixable(TextDocument Document, Diagnostic Diagnostic, CodeAction Action);

    public override async Task RunAsync()
    {
        await base.RunAsync().ConfigureAwait(false);
        if (FixedState.IsEmpty)
            return;

        var (solution, _) = CreateSolution(TestState);
        var fixer = GetCodeFixProvider();
        await CheckAsync(await FixOneByOneAsync(solution, fixer).ConfigureAwait(false), FixedState, "the source fixed one at a time").ConfigureAwait(false);

        var batch = BatchFixedState.IsEmpty ? FixedState : BatchFixedState;
        foreach (var scope in new[] { FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution })
            await CheckAsync(await FixAllAsync(solution, fixer, scope).ConfigureAwait(false), batch, $"the source after Fix All in {scope}").ConfigureAwait(false);
    }

    async Task<Solution> FixOneByOneAsync(Solution solution, CodeFixProvider fixer)
    {
        var fixable = await FindFixableAsync(solution, fixer).ConfigureAwait(false);
        var limit = NumberOfIncrementalIterations ?? fixable.Count;
        for (var applied = 0; fixable.Count > 0; applied++)
        {
            if (applied == limit)
            {
                if (NumberOfIncrementalIterations is null)
                    Assert.Fail($"After {limit} fixes there is still one on offer: '{fixable[0].Action.Title}' for {fixable[0].Diagnostic}");
                return solution;
            }

            solution = await ApplyAsync(fixable[0].Action).ConfigureAwait(false);
            fixable = await FindFixableAsync(solution, fixer).ConfigureAwait(false);
        }

        return solution;
    }

    async Task<Solution> FixAllAsync(Solution solution, CodeFixProvider fixer, FixAllScope scope)
    {
        var provider = fixer.GetFixAllProvider();
        Assert.True(provider is not null, $"{fixer.GetType().Name} has no Fix All.");
        Assert.Contains(scope, provider.GetSupportedFixAllScopes());

        var fixable = await FindFixableAsync(solution, fixer).ConfigureAwait(false);
        var limit = NumberOfFixAllIterations ?? fixable.Select(f => (f.Action.EquivalenceKey, Place(f, scope))).Distinct().Count();
        for (var applied = 0; fixable.Count > 0; applied++)
        {
            if (applied == limit)
            {
                if (NumberOfFixAllIterations is null)
                    Assert.Fail($"After Fix All in {scope} there is still a fix on offer: '{fixable[0].Action.Title}' for {fixable[0].Diagnostic}");
                return solution;
            }

            if (fixable[0].Document is not Document document)
                return await FixOneByOneAsync(solution, fixer).ConfigureAwait(false);
            var context = new FixAllContext(
                document, fixer, scope, fixable[0].Action.EquivalenceKey, fixer.FixableDiagnosticIds, new DiagnosticsOf(this), CancellationToken.None);
            var action = await provider.GetFixAsync(context).ConfigureAwait(false);
            Assert.True(action is not null, $"Fix All in {scope} gives nothing for '{fixable[0].Action.EquivalenceKey}'.");
            solution = await ApplyAsync(action).ConfigureAwait(false);
            fixable = await FindFixableAsync(solution, fixer).ConfigureAwait(false);
        }

        return solution;
    }

    static object Place(Fixable fixable, FixAllScope scope) => scope switch
    {
        FixAllScope.Document => fixable.Document.Id,
        FixAllScope.Project => fixable.Document.Project.Id,
        _ => scope,
    };

    async Task<List<Fixable>> FindFixableAsync(Solution solution, CodeFixProvider fixer)
    {
        var result = new List<Fixable>();
        foreach (var project in solution.Projects)
        {
            var documents = project.Documents.Concat(project.AdditionalDocuments).Concat(project.AnalyzerConfigDocuments).ToDictionary(d => d.FilePath!);
            var diagnostics = await GetDiagnosticsAsync(project).ConfigureAwait(false);
            foreach (var diagnostic in diagnostics.OrderBy(d => d.Location.GetLineSpan().Path, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan))
            {
                if (!fixer.FixableDiagnosticIds.Contains(diagnostic.Id) || !documents.TryGetValue(diagnostic.Location.GetLineSpan().Path, out var document))
                    continue;
                if (await ChooseAsync(document, diagnostic, fixer).ConfigureAwait(false) is { } action)
                    result.Add(new Fixable(document, diagnostic, action));
            }
        }

        return result;
    }

    async Task<CodeAction?> ChooseAsync(TextDocument document, Diagnostic diagnostic, CodeFixProvider fixer)
    {
        var offered = new List<CodeAction>();
        var context = new CodeFixContext(document, diagnostic, (action, _) => offered.AddRange(Leaves(action)), CancellationToken.None);
        await fixer.RegisterCodeFixesAsync(context).ConfigureAwait(false);
        foreach (var action in offered)
            Assert.False(string.IsNullOrEmpty(action.Title) || action.EquivalenceKey is null, $"'{action.Title}' needs a title and an equivalence key.");
        if (CodeActionEquivalenceKey is { } key)
            return offered.Find(action => action.EquivalenceKey == key);
        return offered.ElementAtOrDefault(CodeActionIndex ?? 0);
    }

    static IEnumerable<CodeAction> Leaves(CodeAction action) =>
        action.NestedActions.IsEmpty ? [action] : action.NestedActions.SelectMany(Leaves);

    static async Task<Solution> ApplyAsync(CodeAction action)
    {
        var operations = await action.GetOperationsAsync(CancellationToken.None).ConfigureAwait(false);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
    }

    async Task CheckAsync(Solution actual, SolutionState state, string what)
    {
        // A project that the fixed state leaves out is expected to be as it was.
        var full = new SolutionState { OutputKind = state.OutputKind ?? TestState.OutputKind };
        Copy(state, TestState, full);
        var (expectedSolution, expected) = CreateSolution(full);
        var texts = await TextsAsync(expectedSolution).ConfigureAwait(false);
        var actualTexts = await TextsAsync(actual).ConfigureAwait(false);
        Assert.Equal(texts.Keys, actualTexts.Keys);
        foreach (var (path, text) in texts)
        {
            if (actualTexts[path] != text)
                Assert.Fail($"In {what}, {path} is\n{actualTexts[path]}\nwhere\n{text}\nwas expected.");
        }

        await VerifyAsync(actual, expected, what).ConfigureAwait(false);
    }

    static void Copy(SolutionState state, SolutionState fallback, SolutionState into)
    {
        into.OutputKind = state.OutputKind ?? fallback.OutputKind;
        into.Sources.AddRange(state.Sources.Count > 0 ? state.Sources : fallback.Sources);
        into.AdditionalFiles.AddRange(state.AdditionalFiles.Count > 0 ? state.AdditionalFiles : fallback.AdditionalFiles);
        into.AnalyzerConfigFiles.AddRange(state.AnalyzerConfigFiles.Count > 0 ? state.AnalyzerConfigFiles : fallback.AnalyzerConfigFiles);
        into.AdditionalReferences.AddRange(fallback.AdditionalReferences);
        into.AdditionalProjectReferences.AddRange(fallback.AdditionalProjectReferences);
        into.ExpectedDiagnostics.AddRange(state.ExpectedDiagnostics);
        foreach (var (name, project) in fallback.AdditionalProjects)
        {
            var copy = into.AdditionalProjects[name] = new SolutionState();
            Copy(state.AdditionalProjects.GetValueOrDefault(name) ?? project, project, copy);
        }
    }

    static async Task<SortedDictionary<string, string>> TextsAsync(Solution solution)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var project in solution.Projects)
        {
            foreach (var document in project.Documents.Concat(project.AdditionalDocuments).Concat(project.AnalyzerConfigDocuments))
                texts[$"{project.Name}: {document.FilePath ?? document.Name}"] = (await document.GetTextAsync().ConfigureAwait(false)).ToString();
        }

        return texts;
    }

    sealed class DiagnosticsOf(CodeFixTest test) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            await test.GetDiagnosticsAsync(project).ConfigureAwait(false);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            (await test.GetDiagnosticsAsync(document.Project).ConfigureAwait(false)).Where(d => d.Location.GetLineSpan().Path == document.FilePath);

        public override async Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            (await test.GetDiagnosticsAsync(project).ConfigureAwait(false)).Where(d => d.Location == Location.None);
    }
}
