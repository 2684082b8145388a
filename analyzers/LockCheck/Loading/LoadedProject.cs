using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Loading;

/// <summary>One build of one project, ready to be analysed as often as wanted. Immutable.</summary>
/// <param name="Path">Full path of the project file.</param>
/// <param name="TargetFramework">The framework it is built for.</param>
/// <param name="Compilation">What the compiler would compile, generated sources included.</param>
/// <param name="Options">Additional files and the options of the config files.</param>
/// <param name="Problems">What is missing from the compilation: references, files, generators. Empty when it is complete.</param>
/// <param name="NotBuilt">
/// Analyzer files that the project names and that do not exist, as is usual before the first build. No problem in itself,
/// but an explanation where generated code is missing.
/// </param>
internal sealed record LoadedProject(
    string Path,
    string TargetFramework,
    CSharpCompilation Compilation,
    AnalyzerOptions Options,
    ImmutableArray<string> Problems,
    ImmutableArray<string> NotBuilt)
{
    /// <summary>The files that <see cref="Options"/> come from, for who needs them as files.</summary>
    public ImmutableArray<(string Path, SourceText Text)> ConfigFiles { get; init; } = [];

    /// <summary>What it was made from beside its texts, by content; null where that is not known.</summary>
    public Caching.ProjectRecipe? Recipe { get; init; }
}

/// <summary>What came of loading a target.</summary>
/// <param name="Projects">Projects to analyse, in the order of the solution, one for each framework.</param>
/// <param name="Failures">Projects that could not be loaded, those that were only referenced included.</param>
/// <param name="LeftOut">Projects that are none of the tool's business.</param>
internal sealed record LoadResult(ImmutableArray<LoadedProject> Projects, ImmutableArray<LoadFailure> Failures, ImmutableArray<LeftOut> LeftOut);
