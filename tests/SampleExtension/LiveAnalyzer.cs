using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SampleExtension;

/// <summary>TST0001: a method called Bad. A syntax-node action: live, with a fix.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LiveAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new(
        "TST0001", "Bad method", "'{0}' is bad", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rule);

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(Check, SyntaxKind.MethodDeclaration);
    }

    static void Check(SyntaxNodeAnalysisContext context)
    {
        var name = ((MethodDeclarationSyntax)context.Node).Identifier;
        if (name.ValueText == "Bad")
            context.ReportDiagnostic(Diagnostic.Create(Rule, name.GetLocation(), name.ValueText));
    }
}
