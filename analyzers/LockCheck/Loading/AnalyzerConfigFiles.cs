using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Loading;

/// <summary>
/// The <c>.editorconfig</c> and global config files of a project, applied as the compiler applies them: severities by
/// <see cref="SyntaxTreeOptions"/>, all other options by <see cref="OptionsProvider"/>. Thread-safe.
/// </summary>
internal sealed class AnalyzerConfigFiles
{
    readonly AnalyzerConfigSet _set;
    readonly ConcurrentDictionary<string, AnalyzerConfigOptionsResult> _byPath = new(StringComparer.Ordinal);

    public AnalyzerConfigFiles(IEnumerable<string> paths, SourceFiles files)
    {
        // Files that the SDK names but that are gone say nothing, as for the compiler's own server.
        Files = [.. paths.Where(files.Exists).Select(p => (p, files.Read(p)))];
        _set = AnalyzerConfigSet.Create(Files.Select(f => AnalyzerConfig.Parse(f.Text, f.Path)).ToList());
        OptionsProvider = new Provider(this);
        SyntaxTreeOptions = new TreeOptions(this);
    }

    /// <summary>The files themselves.</summary>
    public ImmutableArray<(string Path, SourceText Text)> Files { get; }

    /// <summary>Options by file, for analyzers and generators.</summary>
    public AnalyzerConfigOptionsProvider OptionsProvider { get; }

    /// <summary>Severities by file, for the compilation.</summary>
    public SyntaxTreeOptionsProvider SyntaxTreeOptions { get; }

    /// <summary>Trees that generators made: nothing is reported in them. Set before the analysis starts.</summary>
    public ImmutableHashSet<SyntaxTree> GeneratedTrees { get; set; } = [];

    AnalyzerConfigOptionsResult For(string path) => _byPath.GetOrAdd(path, static (p, set) => set.GetOptionsForSourcePath(p), _set);

    sealed class Provider(AnalyzerConfigFiles files) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(files._set.GlobalConfigOptions.AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options(files.For(tree.FilePath).AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Options(files.For(textFile.Path).AnalyzerOptions);
    }

    sealed class Options(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => values.Keys;

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }

    sealed class TreeOptions(AnalyzerConfigFiles files) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken)
        {
            if (files.GeneratedTrees.Contains(tree))
                return GeneratedKind.MarkedGenerated;
            if (!files.For(tree.FilePath).AnalyzerOptions.TryGetValue("generated_code", out var value))
                return GeneratedKind.Unknown;
            if (value.Equals("true", StringComparison.OrdinalIgnoreCase))
                return GeneratedKind.MarkedGenerated;
            return value.Equals("false", StringComparison.OrdinalIgnoreCase) ? GeneratedKind.NotGenerated : GeneratedKind.Unknown;
        }

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            files.For(tree.FilePath).TreeOptions.TryGetValue(diagnosticId, out severity);

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            files._set.GlobalConfigOptions.TreeOptions.TryGetValue(diagnosticId, out severity);
    }
}
