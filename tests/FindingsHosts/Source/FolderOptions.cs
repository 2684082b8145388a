using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FindingsHost;

/// <summary>The options that the .editorconfig of one folder gives, as the compiler would hand them to analyzers.</summary>
sealed class FolderOptions(string folder) : AnalyzerConfigOptionsProvider
{
    readonly AnalyzerConfigSet _configs = AnalyzerConfigSet.Create(
        Directory.GetFiles(folder, ".editorconfig").Select(path => AnalyzerConfig.Parse(File.ReadAllText(path), path)).ToList());

    public override AnalyzerConfigOptions GlobalOptions => new Options(_configs.GlobalConfigOptions.AnalyzerOptions);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options(_configs.GetOptionsForSourcePath(tree.FilePath).AnalyzerOptions);

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Options(_configs.GetOptionsForSourcePath(textFile.Path).AnalyzerOptions);

    sealed class Options(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => values.Keys;

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
