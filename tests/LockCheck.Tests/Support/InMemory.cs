using System.Collections.Immutable;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace LockCheck.Tests.Support;

/// <summary>Projects as if they were loaded, without asking the SDK.</summary>
internal static class InMemory
{
    static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is "System.Runtime.dll" or "System.Private.CoreLib.dll" or "System.Threading.dll" or "System.Collections.dll" or "System.Console.dll" or "System.Linq.dll")
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest);

    /// <summary>A project of these files, and of the attributes.</summary>
    /// <param name="files">By path, relative to <paramref name="root"/>, with slashes. Contract files are additional files.</param>
    public static LoadedProject Project(string root, IReadOnlyDictionary<string, string> files)
    {
        var trees = files.Where(f => f.Key.EndsWith(".cs", StringComparison.Ordinal)).Select(f => CSharpSyntaxTree.ParseText(f.Value, s_options, PathOf(f.Key)))
            .Append(CSharpSyntaxTree.ParseText(GitFolder.Attributes, s_options, PathOf("Attributes.cs")));
        var additional = files.Where(f => !f.Key.EndsWith(".cs", StringComparison.Ordinal)).Select(f => (AdditionalText)new Additional(PathOf(f.Key), f.Value));
        var compilation = CSharpCompilation.Create("P", trees, s_references, new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return new(PathOf("P/P.csproj"), "net10.0", compilation, new AnalyzerOptions([.. additional]), [], []);

        string PathOf(string name) => Path.Combine(root, name.Replace('/', Path.DirectorySeparatorChar));
    }

    /// <summary>A library or program of one file, named after it, that refers to others by their metadata, as a build does.</summary>
    public static LoadedProject Project(string name, string source, OutputKind kind, params LoadedProject[] references)
    {
        var images = references.Select(r =>
        {
            using var image = new MemoryStream();
            Assert.True(r.Compilation.Emit(image, options: new(metadataOnly: true, includePrivateMembers: false)).Success);
            return MetadataReference.CreateFromImage(image.ToArray());
        });
        var tree = CSharpSyntaxTree.ParseText(source, s_options, $"/src/{name}.cs");
        var compilation = CSharpCompilation.Create(name, [tree], s_references.AddRange(images), new(kind, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
        return new($"/src/{name}.csproj", "net10.0", compilation, new AnalyzerOptions([]), [], []);
    }

    /// <summary>A project of one file, <c>C.cs</c>, in the folder <c>/src</c>.</summary>
    public static LoadedProject Project(string source) => Project("/src", new Dictionary<string, string> { ["C.cs"] = source });

    sealed class Additional(string path, string text) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
