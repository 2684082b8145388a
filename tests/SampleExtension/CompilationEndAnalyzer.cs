using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SampleExtension;

/// <summary>TST0002: a type called Bad, found at the end of the compilation: not live.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CompilationEndAnalyzer : DiagnosticAnalyzer
{
    static readonly DiagnosticDescriptor s_rule = new(
        "TST0002", "Bad type", "'{0}' is bad", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(s_rule);

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationAction(Check);
    }

    static void Check(CompilationAnalysisContext context)
    {
        foreach (var symbol in context.Compilation.GetSymbolsWithName("Bad", SymbolFilter.Type))
            context.ReportDiagnostic(Diagnostic.Create(s_rule, symbol.Locations[0], symbol.Name));
    }
}
