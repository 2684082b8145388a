using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

// Rules for analyzers that a compiler loads. These run in the process of the tests only: they may use the tests' framework
// (RS1041) and have the layer of the code fixes beside them (RS1038), need no guard against what a compiler's process forbids
// (RS1036), and have no releases to track (RS2008).
#pragma warning disable RS1036, RS1038, RS1041, RS2008

namespace LockCheck.Tests.Support;

/// <summary>Reports each call of a method <c>Bad</c>, with the method's declaration and with facts as the rules give them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BadCallAnalyzer : DiagnosticAnalyzer
{
    static readonly DiagnosticDescriptor s_warning = new("LCKT001", "Bad call", "'{0}' is bad", "Locking", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "Bad is never good.", helpLinkUri: "https://example.org/LCKT001");
    static readonly DiagnosticDescriptor s_info = new("LCKT002", "Poor call", "'{0}' is poor", "Locking", DiagnosticSeverity.Info, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_warning, s_info];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(Report, SyntaxKind.InvocationExpression);
    }

    static void Report(SyntaxNodeAnalysisContext context)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (context.SemanticModel.GetSymbolInfo(call, context.CancellationToken).Symbol is not { Name: "Bad" or "Poor" } method)
            return;
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (method.Name == "Bad")
            properties = properties.Add("needed", "_gate (exclusive)").Add("held", "nothing").Add("hint", "do not").Add("note0", "declared here");
        context.ReportDiagnostic(Diagnostic.Create(method.Name == "Bad" ? s_warning : s_info, call.GetLocation(), method.Locations.Where(l => l.IsInSource), properties, call.ToString()));
    }
}

/// <summary>Reports, for each file, an option and the content of the additional files that it sees.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptionsAnalyzer : DiagnosticAnalyzer
{
    static readonly DiagnosticDescriptor s_rule = new("LCKT003", "Options", "color {0}, files {1}", "Locking", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_rule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxTreeAction(tree =>
        {
            var options = tree.Options.AnalyzerConfigOptionsProvider.GetOptions(tree.Tree);
            var files = tree.Options.AdditionalFiles.Select(f => f.GetText(tree.CancellationToken)?.ToString().Trim());
            tree.ReportDiagnostic(Diagnostic.Create(s_rule, tree.Tree.GetLocation(new(0, 1)),
                options.TryGetValue("test.color", out var color) ? color : "none", string.Join(",", files)));
        });
    }
}

/// <summary>Fails in every class declaration.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FailingAnalyzer : DiagnosticAnalyzer
{
    static readonly DiagnosticDescriptor s_rule = new("LCKT004", "Fails", "fails", "Locking", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_rule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(_ => throw new InvalidOperationException("on purpose"), SyntaxKind.ClassDeclaration);
    }
}
