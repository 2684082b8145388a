using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>One finding and the document around it: all that a fix looks at.</summary>
internal sealed class FixSite
{
    ContractSet? _contracts;

    FixSite(Document document, Diagnostic diagnostic, SyntaxNode root, SourceText text, SemanticModel model, ImmutableArray<Diagnostic> findings, CancellationToken cancellationToken)
    {
        Document = document;
        Diagnostic = diagnostic;
        Root = root;
        Model = model;
        Findings = findings;
        Layout = new Layout(text, root, diagnostic.Location.SourceSpan.Start);
        Node = root.FindNode(diagnostic.Location.SourceSpan, findInsideTrivia: false, getInnermostNodeForTie: true);
        CancellationToken = cancellationToken;
    }

    public Document Document { get; }

    public Diagnostic Diagnostic { get; }

    public SyntaxNode Root { get; }

    public SemanticModel Model { get; }

    /// <summary>Everything the analyzer has to say about the document.</summary>
    public ImmutableArray<Diagnostic> Findings { get; }

    public Layout Layout { get; }

    /// <summary>The smallest node at the finding.</summary>
    public SyntaxNode Node { get; }

    public CancellationToken CancellationToken { get; }

    public ContractSet Contracts =>
        _contracts ??= new ContractSet(Model.Compilation, ContractFiles.Read(Document.Project.AnalyzerOptions, CancellationToken));

    public string? Property(string name) => Diagnostic.Properties.TryGetValue(name, out var value) ? value : null;

    /// <summary>The node at an additional location in this document; null where there is none.</summary>
    public SyntaxNode? Related(int index)
    {
        var locations = Diagnostic.AdditionalLocations;
        if (index >= locations.Count || locations[index].SourceTree != Root.SyntaxTree)
            return null;
        return Root.FindNode(locations[index].SourceSpan, findInsideTrivia: false, getInnermostNodeForTie: true);
    }

    public ISymbol? Symbol(SyntaxNode node) => Model.GetSymbolInfo(node, CancellationToken).Symbol;

    /// <summary>The same place in the same document, for another finding of it.</summary>
    public static async Task<FixSite?> CreateAsync(Document document, Diagnostic diagnostic, DiagnosticAnalyzer analyzer, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || model is null || !root.FullSpan.Contains(diagnostic.Location.SourceSpan))
            return null;
        var findings = await FixAnalysis.RunAsync(document.Project, model.Compilation, root.SyntaxTree, analyzer, cancellationToken).ConfigureAwait(false);
        return new FixSite(document, diagnostic, root, text, model, findings, cancellationToken);
    }

    /// <summary>The expression of the call, access or creation that the finding stands at.</summary>
    public ExpressionSyntax? Expression => ExpressionAt(Node);

    /// <summary>The expression of the call, access or creation at an additional location in this document.</summary>
    public ExpressionSyntax? RelatedExpression(int index) => Related(index) is { } node ? ExpressionAt(node) : null;

    static ExpressionSyntax? ExpressionAt(SyntaxNode node)
    {
        var expression = node as ExpressionSyntax ?? (node as ArgumentSyntax)?.Expression ?? node.FirstAncestorOrSelf<ExpressionSyntax>();
        while (expression is not null)
        {
            switch (expression.Parent)
            {
                case MemberAccessExpressionSyntax access when access.Name == expression:
                    expression = access;
                    continue;
                case MemberBindingExpressionSyntax binding when binding.Name == expression:
                    expression = binding;
                    continue;
                case InvocationExpressionSyntax invocation when invocation.Expression == expression:
                    return invocation;
                case BaseObjectCreationExpressionSyntax creation:
                    return creation;
                case NameSyntax name:
                    expression = name;
                    continue;
                default:
                    return expression;
            }
        }

        return null;
    }

    /// <summary>The call that the finding stands at.</summary>
    public InvocationExpressionSyntax? Call => Expression as InvocationExpressionSyntax;

    /// <summary>The call that ends at an additional location's name.</summary>
    public InvocationExpressionSyntax? RelatedCall(int index)
    {
        var node = Related(index);
        while (node is SimpleNameSyntax or MemberAccessExpressionSyntax or MemberBindingExpressionSyntax)
        {
            if (node.Parent is InvocationExpressionSyntax call && call.Expression == node)
                return call;
            node = node.Parent;
        }

        return node as InvocationExpressionSyntax;
    }

    public bool IsLanguage(LanguageVersion atLeast) =>
        Root.SyntaxTree.Options is CSharpParseOptions options && options.LanguageVersion >= atLeast;
}
