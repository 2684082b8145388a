using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SampleExtension;

/// <summary>TST0003: a type called Slow, by a symbol-start action: an editor gives it low priority.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LowPriorityAnalyzer : DiagnosticAnalyzer
{
    static readonly DiagnosticDescriptor s_rule = new(
        "TST0003", "Slow type", "'{0}' is slow", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(s_rule);

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolStartAction(
            start =>
            {
                if (start.Symbol.Name == "Slow")
                    start.RegisterSymbolEndAction(end => end.ReportDiagnostic(Diagnostic.Create(s_rule, end.Symbol.Locations[0], end.Symbol.Name)));
            },
            SymbolKind.NamedType);
    }
}
