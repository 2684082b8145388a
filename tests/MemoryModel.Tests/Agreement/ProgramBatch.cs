using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace MemoryModel.Tests.Agreement;

/// <summary>Many programs in one compilation: compiled once, analysed once, each found again by its tree.</summary>
internal static class ProgramBatch
{
    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly ImmutableArray<DiagnosticAnalyzer> s_analyzers = [new FlowAnalyzer()];

    /// <summary>Makes programs from rows of numbers, analyses them and makes them runnable.</summary>
    /// <param name="rows">A row for each.</param>
    /// <param name="order">True: orders of locks are compared too, which makes sense of one program only.</param>
    public static IReadOnlyList<AnalysedProgram> Make(IReadOnlyList<IReadOnlyList<int>> rows, bool order = false)
    {
        string[] sources = [.. rows.Select(static (row, i) => ProgramGenerator.Make(row, $"Program{i}"))];
        SyntaxTree[] trees = [.. sources.Select(static source => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest)))];
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release)
            .WithSpecificDiagnosticOptions([new("LCK2003", order ? ReportDiagnostic.Default : ReportDiagnostic.Suppress)]);
        CSharpCompilation compilation = CSharpCompilation.Create($"Programs{Guid.NewGuid():N}", trees, s_references, options);
        Assembly assembly = Load(compilation);
        ILookup<SyntaxTree, Diagnostic> findings = compilation.WithAnalyzers(s_analyzers).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult().ToLookup(static d => d.Location.SourceTree!);
        return
        [
            .. trees.Select((tree, i) => new AnalysedProgram(
                rows[i],
                sources[i],
                [.. findings[tree].Where(static d => d.Severity >= DiagnosticSeverity.Warning || d.Id == AnalysedProgram.InPart).OrderBy(static d => d.Location.SourceSpan.Start)],
                assembly.GetType($"Program{i}")!.GetMethod("Run")!.CreateDelegate<Action<ProgramWorld>>())),
        ];
    }

    private static Assembly Load(CSharpCompilation compilation)
    {
        using var stream = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error).Take(1).Select(static d => $"{d}\n{d.Location.SourceTree}")));
        stream.Position = 0;
        // Its own context, over the one of the tests: what is not needed any more goes.
        return new Context().LoadFromStream(stream);
    }

    private sealed class Context() : AssemblyLoadContext(isCollectible: true);
}

/// <summary>A program, what the analyzers say of it, and how to run it.</summary>
/// <param name="Row">The numbers that it was made from.</param>
/// <param name="Source">Its text.</param>
/// <param name="Findings">The analyzers' findings.</param>
/// <param name="Run">Runs it once.</param>
internal sealed record AnalysedProgram(IReadOnlyList<int> Row, string Source, ImmutableArray<Diagnostic> Findings, Action<ProgramWorld> Run)
{
    /// <summary>The rule that says that a body was not analysed whole.</summary>
    public const string InPart = "LCK9007";

    /// <summary>The text with findings beside their lines.</summary>
    public string Annotated()
    {
        string[] lines = Source.Split('\n');
        foreach (Diagnostic finding in Findings) lines[finding.Location.GetLineSpan().StartLinePosition.Line] += $"   // {finding.Id}: {finding.GetMessage()}";
        return string.Join('\n', lines[2..]);
    }
}
