using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Source files that are compiled together. Immutable; every compilation of it is new.</summary>
/// <param name="Name">Name of the assembly.</param>
/// <param name="Files">Paths and texts.</param>
/// <param name="References">Beyond the framework and the annotations.</param>
/// <param name="Kind">Library or program.</param>
public sealed record Project(string Name, ImmutableArray<SourceFile> Files, ImmutableArray<MetadataReference> References, OutputKind Kind = OutputKind.DynamicallyLinkedLibrary)
{
    static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    static readonly SourceFile ImplicitUsings = SourceFile.Of("ImplicitUsings.g.cs", """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """);

    /// <summary>The number of lines in all files.</summary>
    public int Lines => Files.Sum(file => file.Text.Lines.Count);

    /// <summary>Parses everything anew, and makes a compilation that is bound nowhere yet.</summary>
    /// <param name="concurrent">Whether the compiler may use several threads.</param>
    public CSharpCompilation Compile(bool concurrent = true)
    {
        var trees = Files.Insert(0, ImplicitUsings).Select(file => CSharpSyntaxTree.ParseText(file.Text, Language, file.Path));
        var options = new CSharpCompilationOptions(Kind, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true, concurrentBuild: concurrent, optimizationLevel: OptimizationLevel.Release);
        var compilation = CSharpCompilation.Create(Name, trees, Framework.References.AddRange(References), options);
        // The references' metadata is read, and the symbols of the core library made, before the clock starts.
        compilation.GetSpecialType(SpecialType.System_Object);
        return compilation;
    }
}

/// <summary>A path and what stands there.</summary>
public sealed record SourceFile(string Path, SourceText Text)
{
    /// <summary>A file of that text.</summary>
    public static SourceFile Of(string path, string text) => new(path, SourceText.From(text, System.Text.Encoding.UTF8));
}
