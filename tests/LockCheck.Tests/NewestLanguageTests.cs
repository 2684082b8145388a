using System.Collections.Immutable;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace LockCheck.Tests;

/// <summary>What only the newest compiler understands, which is the one that the tool brings along. A line with findings ends with their ids.</summary>
public sealed class NewestLanguageTests
{
    const string Locks = """

        [LockDiscipline.Lock("mutex")]
        public class Gate
        {
            [LockDiscipline.AcquiresLock] public void Enter() { }
            [LockDiscipline.ReleasesLock] public void Exit() { }
        }

        """;

    [Fact]
    public Task ExtensionMembers_ContractsSpeakOfTheExtendedObject() => VerifyAsync("""
        using LockDiscipline;
        public class Node { public readonly Gate Lock = new(); [GuardedBy("Lock")] public int Value; }

        public static class Nodes
        {
            extension(Node node)
            {
                [RequiresLock("node.Lock")] public int Peek() => node.Value;
                [AcquiresLock("node.Lock")] public void Freeze() => node.Lock.Enter();
                [ReleasesLock("node.Lock")] public void Thaw() => node.Lock.Exit();
                public int Latest
                {
                    [RequiresLock("node.Lock")] get => node.Value;
                    [RequiresLock("node.Lock")] set => node.Value = value;
                }

                public int Bare() => node.Value; // LCK1001
                public int Both => node.Value; // LCK1001
            }

            extension<T>(System.Collections.Generic.List<T> list)
            {
                [RequiresLock("list")] public T Head() => list[0];
            }
        }

        public class C
        {
            int Calls(Node node) => node.Peek(); // LCK1002
            int Gets(Node node) => node.Latest; // LCK1002
            void Sets(Node node) => node.Latest = 1; // LCK1002
            int AsStatic(Node node) => Nodes.Peek(node); // LCK1002
            void Leaves(Node node) => node.Freeze(); // LCK1004
            string Generic(System.Collections.Generic.List<string> list) => list.Head(); // LCK1002

            string Locked(Node node, System.Collections.Generic.List<string> list)
            {
                node.Freeze();
                node.Latest = node.Peek() + node.Latest;
                node.Latest++;
                node.Thaw();
                lock (list)
                    return list.Head();
            }
        }
        """);

    [Fact]
    public Task OperatorsThatChangeTheirObject_CheckedLikeCalls() => VerifyAsync("""
        using LockDiscipline;
        public class Total
        {
            public readonly Gate Lock = new();
            [RequiresLock("Lock")] public void operator +=(int value) { }
            [RequiresLock("Lock")] public void operator ++() { }
        }

        public class C
        {
            Total _total = new();

            void Bare(Total total)
            {
                total += 1; // LCK1002
                total++; // LCK1002
                _total += 2; // LCK1002
            }

            void Locked(Total total)
            {
                total.Lock.Enter();
                total += 1;
                total++;
                total.Lock.Exit();
                _total.Lock.Enter();
                _total += 2;
                ++_total;
                _total.Lock.Exit();
            }
        }
        """);

    static async Task VerifyAsync(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source + Locks, new CSharpParseOptions(LanguageVersion.Preview));
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = trusted.Where(path => Path.GetDirectoryName(path) == framework).Append(typeof(LockDiscipline.LockAttribute).Assembly.Location);
        var compilation = CSharpCompilation.Create(
            "Newest", [tree], references.Select(path => MetadataReference.CreateFromFile(path)), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

        var reported = await compilation.WithAnalyzers([new FlowAnalyzer(), new LCK9001ContractDoesNotBind()]).GetAnalyzerDiagnosticsAsync();

        var found = reported.Select(d => (d.Location.GetLineSpan().StartLinePosition.Line, d.Id)).Order();
        var expected = source.Split('\n').SelectMany((line, number) => line.Split("// ") is [_, var ids] ? ids.Trim().Split(", ").Select(id => (number, id)) : []).Order();
        Assert.Equal(expected, found);
    }
}
