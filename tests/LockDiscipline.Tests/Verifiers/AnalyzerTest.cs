using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which diagnostics of the compiler a test has to name.</summary>
public enum CompilerDiagnostics
{
    None,
    Errors,
    Warnings,
}

/// <summary>Runs analyzers over a small solution and compares what they report with what the test expects.</summary>
public abstract class AnalyzerTest
{
    const string MainProject = "TestProject";

    protected static readonly ImmutableArray<MetadataReference> FrameworkReferences = FindReferences();

    public string TestCode { set => TestState.Sources.Insert(0, ("/0/Test0.cs", value)); }
    public SolutionState TestState { get; } = new();
    public List<DiagnosticResult> ExpectedDiagnostics => TestState.ExpectedDiagnostics;
    public CompilerDiagnostics CompilerDiagnostics { get; set; } = CompilerDiagnostics.Errors;
    public LanguageVersion LanguageVersion { get; set; } = LanguageVersion.Preview;

    /// <summary>Ids that are switched off; they are neither expected nor reported.</summary>
    public List<string> DisabledDiagnostics { get; } = [];

    /// <summary>The id that <c>[|...|]</c> stands for where the analyzer has several.</summary>
    public string? DefaultDiagnosticId { get; set; }

    protected abstract ImmutableArray<DiagnosticAnalyzer> GetDiagnosticAnalyzers();

    public virtual Task RunAsync()
    {
        var (solution, expected) = CreateSolution(TestState);
        return VerifyAsync(solution, expected, "the test source");
    }

    /// <summary>Reads the markup of every file, and builds the solution of the bare files.</summary>
    protected (Solution Solution, ImmutableArray<DiagnosticResult> Expected) CreateSolution(SolutionState state)
    {
        var expected = ImmutableArray.CreateBuilder<DiagnosticResult>();
        var places = new Dictionary<int, DiagnosticLocation>();
        var solution = new AdhocWorkspace().CurrentSolution;
        var ids = state.AdditionalProjects.Keys.Append(MainProject).ToDictionary(name => name, ProjectId.CreateNewId);
        foreach (var (name, project) in state.AdditionalProjects.Append(new(MainProject, state)))
            solution = AddProject(solution, ids, name, project, expected, places);

        foreach (var result in state.ExpectedDiagnostics)
            expected.Add(result with { Spans = [.. result.Spans.Select(span => Resolve(span, places, state))] });
        return (solution, expected.ToImmutable());
    }

    Solution AddProject(
        Solution solution, Dictionary<string, ProjectId> ids, string name, SolutionState state,
        ImmutableArray<DiagnosticResult>.Builder expected, Dictionary<int, DiagnosticLocation> places)
    {
        var id = ids[name];
        var options = new CSharpCompilationOptions(
            state.OutputKind ?? OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable,
            specificDiagnosticOptions: DisabledDiagnostics.Select(d => KeyValuePair.Create(d, ReportDiagnostic.Suppress)));
        solution = solution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, name, name, LanguageNames.CSharp,
            compilationOptions: options,
            parseOptions: new CSharpParseOptions(LanguageVersion),
            projectReferences: state.AdditionalProjectReferences.Select(other => new ProjectReference(ids[other])),
            metadataReferences: FrameworkReferences.Concat(state.AdditionalReferences)));
        foreach (var list in state.Lists)
        {
            foreach (var (filename, content) in list)
            {
                var path = PathOf(filename);
                var (text, findings, marked) = Markup.Read(content, path);
                expected.AddRange(findings.Select(WithDefaultId));
                foreach (var place in marked)
                    places.Add(place.Key!.Value, place);
                var document = DocumentId.CreateNewId(id, path);
                var source = SourceText.From(text, Encoding.UTF8);
                solution = list == state.Sources ? solution.AddDocument(document, path, source, filePath: path)
                    : list == state.AdditionalFiles ? solution.AddAdditionalDocument(document, path, source, filePath: path)
                    : solution.AddAnalyzerConfigDocument(document, path, source, filePath: path);
            }
        }

        return solution;
    }

    DiagnosticResult WithDefaultId(DiagnosticResult marked)
    {
        if (marked.Id != DiagnosticResult.AnyId)
            return marked;
        if (DefaultDiagnosticId is { } id)
            return marked with { Id = id };
        var supported = GetDiagnosticAnalyzers().SelectMany(a => a.SupportedDiagnostics).Select(d => d.Id).Distinct().ToList();
        if (supported.Count != 1)
            throw new InvalidOperationException($"'[|...|]' needs {nameof(DefaultDiagnosticId)}: the analyzer has {string.Join(", ", supported)}.");
        return marked with { Id = supported[0] };
    }

    static DiagnosticLocation Resolve(DiagnosticLocation span, Dictionary<int, DiagnosticLocation> places, SolutionState state)
    {
        if (span.Key is not { } key)
            return span with { Path = span.Path is null ? PathOf(state.Sources[0].filename) : PathOf(span.Path) };
        if (!places.TryGetValue(key, out var place))
            throw new InvalidOperationException($"No '{{|#{key}:...|}}' in the test source.");
        return place;
    }

    protected static string PathOf(string filename) => filename.StartsWith('/') ? filename : "/0/" + filename;

    /// <summary>What the analyzers and the compiler report in one project, as a test counts it; AD0001 is always among it.</summary>
    protected async Task<ImmutableArray<Diagnostic>> GetDiagnosticsAsync(Project project)
    {
        var compilation = await project.GetCompilationAsync().ConfigureAwait(false) ?? throw new InvalidOperationException("no compilation");
        var options = new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions, onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var reported = await compilation.WithAnalyzers(GetDiagnosticAnalyzers(), options).GetAnalyzerDiagnosticsAsync().ConfigureAwait(false);
        var least = CompilerDiagnostics switch
        {
            CompilerDiagnostics.Errors => DiagnosticSeverity.Error,
            CompilerDiagnostics.Warnings => DiagnosticSeverity.Warning,
            _ => (DiagnosticSeverity)int.MaxValue,
        };
        return [.. reported, .. compilation.GetDiagnostics().Where(d => d.Severity >= least && !d.IsSuppressed)];
    }

    protected async Task VerifyAsync(Solution solution, ImmutableArray<DiagnosticResult> expected, string what)
    {
        var unexpected = new List<Diagnostic>();
        foreach (var project in solution.Projects)
            unexpected.AddRange(await GetDiagnosticsAsync(project).ConfigureAwait(false));
        var count = unexpected.Count;

        var missing = new List<DiagnosticResult>();
        // Those that say most choose first, so that a mere place does not take a finding from them.
        foreach (var result in expected.OrderByDescending(r => r.Spans.Length + (r.Message is null ? 0 : 8) + (r.MessageArguments.IsDefault ? 0 : 8)))
        {
            var index = unexpected.FindIndex(result.Matches);
            if (index >= 0)
                unexpected.RemoveAt(index);
            else
                missing.Add(result);
        }

        if (missing.Count == 0 && unexpected.Count == 0)
            return;
        var message = new StringBuilder($"In {what}: {expected.Length} expected, {count} reported.\n");
        foreach (var result in missing)
            message.Append($"  missing:    {result}\n");
        foreach (var diagnostic in unexpected)
            message.Append($"  unexpected: {diagnostic}{Additional(diagnostic)}\n");
        Assert.Fail(message.ToString());
    }

    static string Additional(Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations.Count == 0 ? "" : " with " + string.Join(", ", diagnostic.AdditionalLocations.Select(l => l.GetLineSpan()));

    static ImmutableArray<MetadataReference> FindReferences()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var annotations = Path.Combine(AppContext.BaseDirectory, "LockDiscipline.Annotations.dll");
        return [.. trusted.Where(path => Path.GetDirectoryName(path) == framework).Append(annotations).Select(path => MetadataReference.CreateFromFile(path))];
    }
}
