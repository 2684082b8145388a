using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Rules;

// It runs in this process only, and is loaded by no compiler.
#pragma warning disable RS1036, RS1038, RS1041

/// <summary>Sees the compilation that analyzers are given, which is a copy of the one that they were asked about.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
sealed class CompilationWatch : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [new("WATCH", "Watch", "Watch", "Tests", DiagnosticSeverity.Hidden, true)];

    public WeakReference? Seen { get; private set; }

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationAction(end => Seen = new WeakReference(end.Compilation));
    }
}
