using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace SampleExtension;

/// <summary>Calls the method Good.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LiveFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(LiveAnalyzer.Rule.Id);

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        context.RegisterCodeFix(CodeAction.Create("Call it Good", ct => RenameAsync(context, ct), "good"), context.Diagnostics);
        return Task.CompletedTask;
    }

    static async Task<Document> RenameAsync(CodeFixContext context, CancellationToken cancellationToken)
    {
        var root = (await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        var name = root.FindToken(context.Span.Start);
        return context.Document.WithSyntaxRoot(root.ReplaceToken(name, SyntaxFactory.Identifier("Good").WithTriviaFrom(name)));
    }
}
