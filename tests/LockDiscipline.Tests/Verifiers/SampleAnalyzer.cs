using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Verifiers;

/// <summary>A field must not be called <c>bad...</c>. Only there to try the verifiers on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SampleAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new(
        "TST0001", "Bad field", "'{0}' in '{1}' is bad", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(Check, SyntaxKind.VariableDeclarator);
    }

    static void Check(SyntaxNodeAnalysisContext context)
    {
        if (context.ContainingSymbol is not IFieldSymbol field || !field.Name.StartsWith("bad", StringComparison.Ordinal))
            return;
        if (field.Name == "badCrash")
            throw new InvalidOperationException("crash on purpose");
        var type = ((TypeDeclarationSyntax)context.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>()!).Identifier;
        context.ReportDiagnostic(Diagnostic.Create(
            Rule, ((VariableDeclaratorSyntax)context.Node).Identifier.GetLocation(), [type.GetLocation()], field.Name, field.ContainingType.Name));
    }
}

/// <summary>Two ids, so that <c>[|...|]</c> alone is not enough.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TwoIdAnalyzer : DiagnosticAnalyzer
{
    static readonly DiagnosticDescriptor s_class = new("TST0002", "Class", "class", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);
    static readonly DiagnosticDescriptor s_struct = new("TST0003", "Struct", "struct", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_class, s_struct];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(
            c => c.ReportDiagnostic(Diagnostic.Create(((ITypeSymbol)c.Symbol).IsValueType ? s_struct : s_class, c.Symbol.Locations[0])),
            SymbolKind.NamedType);
    }
}

/// <summary>Renames the field at its declaration to <c>good...</c>, or, as second action, to <c>fine...</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SampleFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => [SampleAnalyzer.Rule.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var prefix in new[] { "good", "fine" })
            context.RegisterCodeFix(CodeAction.Create($"Call it {prefix}", ct => RenameAsync(context, prefix, ct), prefix), context.Diagnostics);
        return Task.CompletedTask;
    }

    static async Task<Document> RenameAsync(CodeFixContext context, string prefix, CancellationToken cancellationToken)
    {
        var root = (await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        var token = root.FindToken(context.Span.Start);
        var renamed = SyntaxFactory.Identifier(token.LeadingTrivia, prefix + token.Text["bad".Length..], token.TrailingTrivia);
        return context.Document.WithSyntaxRoot(root.ReplaceToken(token, renamed));
    }
}

/// <summary>The same fix without Fix All, which the verifier has to refuse.</summary>
public sealed class FixWithoutFixAll : CodeFixProvider
{
    readonly SampleFix _fix = new();

    public override ImmutableArray<string> FixableDiagnosticIds => _fix.FixableDiagnosticIds;

    public override FixAllProvider? GetFixAllProvider() => null;

    public override Task RegisterCodeFixesAsync(CodeFixContext context) => _fix.RegisterCodeFixesAsync(context);
}
