using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Results whose type comes from another assembly: what its named values are worth cannot be seen, but being compared with is a test.</summary>
public sealed class MetadataResultTests
{
    const string Library = """
        using LockDiscipline;
        [MustCheck]
        public readonly record struct Status(int Code)
        {
            public static readonly Status Ok = default;
            public static readonly Status Again = new(11);
            [SuccessTest] public static Status Done { get; } = new(1);
            [ErrorTest] public bool IsError => Code != 0;
            [OnSuccess] public int Value => Code;
        }
        [MustCheck] public enum Code { Ok, Again }
        public delegate Status Handler(int i);
        public delegate Code Coded(int i);
        """;

    static readonly MetadataReference s_library = Compile();

    static Task VerifyAsync(string members)
    {
        var test = new VerifyCS.Test { TestCode = "using LockDiscipline;\nclass C\n{\n    static Status Do() => default;\n" + members + "\n}" };
        test.TestState.AdditionalReferences.Add(s_library);
        return test.RunAsync();
    }

    static MetadataReference Compile()
    {
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var references = trusted.Append(typeof(GuardedByAttribute).Assembly.Location).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("Library", [CSharpSyntaxTree.ParseText(Library)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    [Fact]
    public Task ComparedWithANamedValue_IsTested() => VerifyAsync("""
        static int Early() { var s = Do(); if (s != Status.Ok) return -1; return s.Value; }
        static int Branch() { var s = Do(); if (s == Status.Ok) return s.Value; return -1; }
        static int Told() { var s = Do(); if (s != Status.Done) return -1; return s.Value; }
        static Status Walk([StopsAtFirstError] Handler handler, int n)
        {
            for (int i = 0; i < n; i++)
            {
                var s = handler(i);
                if (s != Status.Ok)
                    return s;
            }

            return Status.Ok;
        }
        static Code WalkCodes([StopsAtFirstError] Coded handler, int n)
        {
            for (int i = 0; i < n; i++)
            {
                var s = handler(i);
                if (s != Code.Ok)
                    return s;
            }

            return Code.Ok;
        }
        """);

    [Fact]
    public Task NotTested_Found() => VerifyAsync("""
        static int Untested() { var s = {|LCK3001:Do|}(); return s.{|LCK3004:Value|}; }
        static int Failed() { var s = Do(); if (s.IsError) return s.{|LCK3004:Value|}; return 0; }
        static Status Walk([StopsAtFirstError] Handler handler, int n)
        {
            for (int i = 0; i < n; i++)
            {
                var s = {|LCK3003:handler|}(i);
                if (s.IsError)
                    continue;
            }

            return Status.Ok;
        }
        """);
}
