namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Files by name; a name without folder is taken below <c>/0/</c>, a file without name is <c>/0/Test{n}.cs</c>.</summary>
public sealed class SourceFileList : List<(string filename, string content)>
{
    public void Add(string content) => Add(($"/0/Test{Count}.cs", content));
}

/// <summary>The files and settings of one project of a test, and the projects that it uses.</summary>
public sealed class SolutionState
{
    public SourceFileList Sources { get; } = [];
    public SourceFileList AdditionalFiles { get; } = [];
    public SourceFileList AnalyzerConfigFiles { get; } = [];
    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];
    public List<MetadataReference> AdditionalReferences { get; } = [];
    public Dictionary<string, SolutionState> AdditionalProjects { get; } = [];

    /// <summary>Names out of <see cref="AdditionalProjects"/> that this project refers to.</summary>
    public List<string> AdditionalProjectReferences { get; } = [];

    public OutputKind? OutputKind { get; set; }

    internal IEnumerable<SourceFileList> Lists => [Sources, AdditionalFiles, AnalyzerConfigFiles];
    internal bool IsEmpty => Sources.Count == 0 && AdditionalFiles.Count == 0 && AnalyzerConfigFiles.Count == 0 && AdditionalProjects.Count == 0;
}
