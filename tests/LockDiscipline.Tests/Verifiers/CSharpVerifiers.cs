using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests;

/// <summary>The verifier of Microsoft.CodeAnalysis.Testing by name and meaning; see <see cref="AnalyzerTest"/>.</summary>
public static class CSharpAnalyzerVerifier<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    public static DiagnosticResult Diagnostic() => new(new TAnalyzer().SupportedDiagnostics.Single());

    /// <exception cref="ArgumentException">The analyzer has no such id.</exception>
    public static DiagnosticResult Diagnostic(string id)
    {
        var descriptors = new TAnalyzer().SupportedDiagnostics.Where(d => d.Id == id).ToList();
        if (descriptors.Count == 0)
            throw new ArgumentException($"{typeof(TAnalyzer).Name} does not report {id}.", nameof(id));
        return new DiagnosticResult(descriptors[0])
        {
            MessageFormats = [.. descriptors.Select(d => d.MessageFormat.ToString(CultureInfo.InvariantCulture))],
        };
    }

    public static DiagnosticResult Diagnostic(DiagnosticDescriptor descriptor) => new(descriptor);

    public static Task VerifyAnalyzerAsync(string source, params DiagnosticResult[] expected) =>
        VerifyAnalyzerAsync(null, source, expected);

    /// <param name="defaultId">The id that <c>[|...|]</c> stands for.</param>
    /// <param name="source">The source with its marks.</param>
    /// <param name="expected">Findings that the marks do not state.</param>
    public static Task VerifyAnalyzerAsync(string? defaultId, string source, params DiagnosticResult[] expected)
    {
        var test = new Test { TestCode = source, DefaultDiagnosticId = defaultId };
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }

    public sealed class Test : AnalyzerTest
    {
        protected override ImmutableArray<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => [new TAnalyzer()];
    }
}

/// <summary>The verifier of Microsoft.CodeAnalysis.Testing by name and meaning; see <see cref="CodeFixTest"/>.</summary>
public static class CSharpCodeFixVerifier<TAnalyzer, TCodeFix>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TCodeFix : CodeFixProvider, new()
{
    public static DiagnosticResult Diagnostic() => CSharpAnalyzerVerifier<TAnalyzer>.Diagnostic();
    public static DiagnosticResult Diagnostic(string id) => CSharpAnalyzerVerifier<TAnalyzer>.Diagnostic(id);
    public static DiagnosticResult Diagnostic(DiagnosticDescriptor descriptor) => new(descriptor);

    public static Task VerifyAnalyzerAsync(string source, params DiagnosticResult[] expected) =>
        CSharpAnalyzerVerifier<TAnalyzer>.VerifyAnalyzerAsync(source, expected);

    public static Task VerifyCodeFixAsync(string source, string fixedSource) =>
        VerifyCodeFixAsync(source, [], fixedSource);

    public static Task VerifyCodeFixAsync(string source, DiagnosticResult expected, string fixedSource) =>
        VerifyCodeFixAsync(source, [expected], fixedSource);

    public static Task VerifyCodeFixAsync(string source, DiagnosticResult[] expected, string fixedSource) =>
        RunAsync(new Test { TestCode = source, FixedCode = fixedSource }, expected);

    /// <summary>Applies the action with that equivalence key.</summary>
    public static Task VerifyCodeFixAsync(string source, string fixedSource, string equivalenceKey, params DiagnosticResult[] expected) =>
        RunAsync(new Test { TestCode = source, FixedCode = fixedSource, CodeActionEquivalenceKey = equivalenceKey }, expected);

    /// <summary>Applies the action at that index among those offered.</summary>
    public static Task VerifyCodeFixAsync(string source, string fixedSource, int index, params DiagnosticResult[] expected) =>
        RunAsync(new Test { TestCode = source, FixedCode = fixedSource, CodeActionIndex = index }, expected);

    static Task RunAsync(Test test, DiagnosticResult[] expected)
    {
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }

    public sealed class Test : CodeFixTest
    {
        protected override ImmutableArray<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => [new TAnalyzer()];
        protected override CodeFixProvider GetCodeFixProvider() => new TCodeFix();
    }
}
