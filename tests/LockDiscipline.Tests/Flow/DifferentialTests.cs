using System.Collections.Immutable;
using System.Text;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Flow;

/// <summary>
/// The verdict of the analysis on small programs against running them with every value of their flags and a few rounds of their
/// loops: something is found exactly where some run leaves a gate held, exits a free one or enters one that is held.
/// </summary>
public sealed class DifferentialTests
{
    const int Programs = 150;

    static readonly string[] s_balance = ["LCK1004", "LCK1005", "LCK1006", "LCK1008"];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9), InlineData(10), InlineData(11), InlineData(12), InlineData(13), InlineData(14), InlineData(15), InlineData(16), InlineData(17), InlineData(18), InlineData(19), InlineData(20)]
    public async Task Verdict_IsThatOfRunningTheProgram(int seed)
    {
        var generator = new ProgramGenerator(seed);
        var programs = new List<(Block Body, bool IsWrong)>();
        for (int i = 0; i < Programs; i++)
        {
            var body = generator.Next();
            programs.Add((body, SomeRunIsWrong(body, generator.Loops)));
        }

        var found = await FindAsync(programs.ConvertAll(p => p.Body));
        Assert.InRange(programs.Count(p => p.IsWrong), Programs / 8, Programs * 7 / 8);
        var differing = new List<string>();
        for (int i = 0; i < Programs; i++)
        {
            if (found[i].Contains("LCK9007") || programs[i].IsWrong == s_balance.Any(found[i].Contains))
                continue;
            var text = new StringBuilder(programs[i].IsWrong ? "wrong, and silent:\n" : $"right, and {string.Join(", ", found[i])}:\n");
            programs[i].Body.Write(text, "");
            differing.Add(text.ToString());
        }

        // The shortest says most.
        Assert.True(differing.Count == 0, $"{differing.Count} of {Programs} differ, such as: {differing.MinBy(d => d.Length)}");
    }

    static bool SomeRunIsWrong(Block body, int loops)
    {
        int roundings = 1;
        for (int i = 0; i < loops; i++)
            roundings *= 4;
        for (int bits = 0; bits < 1 << ProgramGenerator.Flags; bits++)
        {
            for (int choice = 0; choice < roundings; choice++)
            {
                var flags = Enumerable.Range(0, ProgramGenerator.Flags).Select(f => (bits >> f & 1) == 1).ToArray();
                var run = new Run(flags, [choice % 4, choice / 4 % 4, choice / 16]);
                body.Execute(run);
                if (run.IsWrong || run.Held[0] || run.Held[1])
                    return true;
            }
        }

        return false;
    }

    static async Task<HashSet<string>[]> FindAsync(List<Block> programs)
    {
        var text = new StringBuilder("using System;\nusing LockDiscipline;\n[Lock(\"gate\")] public class Gate { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } }\npublic class C\n{\n    readonly Gate _g0 = new(), _g1 = new();\n");
        for (int i = 0; i < programs.Count; i++)
        {
            text.AppendLine($"    public void M{i}(bool f0, bool f1, bool f2, int n0, int n1, int n2)");
            programs[i].Write(text, "    ");
        }

        text.AppendLine("}");
        var tree = CSharpSyntaxTree.ParseText(text.ToString());
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var compilation = CSharpCompilation.Create(
            "Programs",
            [tree],
            [
                MetadataReference.CreateFromFile(typeof(object).Assembly.Location),
                MetadataReference.CreateFromFile(Path.Combine(framework, "System.Runtime.dll")),
                MetadataReference.CreateFromFile(Path.Combine(framework, "netstandard.dll")),
                MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "LockDiscipline.Annotations.dll")),
            ],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

        var diagnostics = await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new FlowAnalyzer())).GetAnalyzerDiagnosticsAsync();
        var found = programs.Select(_ => new HashSet<string>()).ToArray();
        var root = await tree.GetRootAsync();
        foreach (var diagnostic in diagnostics)
        {
            Assert.NotEqual("AD0001", diagnostic.Id);
            var method = root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>()!;
            found[int.Parse(method.Identifier.ValueText[1..], provider: null)].Add(diagnostic.Id);
        }

        return found;
    }
}
