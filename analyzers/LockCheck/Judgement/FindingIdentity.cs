using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RuleDescriptor = LockDiscipline.Analyzers.Rules.RuleDescriptor;

namespace LockCheck.Judgement;

/// <summary>What a finding is, apart from the line on which it stands.</summary>
internal sealed record FindingIdentity
{
    /// <summary>The finding.</summary>
    public required Finding Finding { get; init; }

    /// <summary>Its file, relative to the repository, with slashes; its project's for one that stands in no file.</summary>
    public required string Path { get; init; }

    /// <summary>Its line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Documentation id of the member it stands in; empty outside of any.</summary>
    public required string Member { get; init; }

    /// <summary>The innermost type it stands in, by name.</summary>
    public required string Type { get; init; }

    /// <summary>The statement or expression that it is about, as tokens.</summary>
    public required string Content { get; init; }

    /// <summary>The same without names.</summary>
    public required string Shape { get; init; }

    /// <summary>The member as tokens.</summary>
    public required string MemberText { get; init; }

    /// <summary>The build in which it was found, to ask further; null where it stands in no code.</summary>
    public required LoadedProject? Project { get; init; }

    /// <summary>The compilation of <see cref="Project"/>.</summary>
    public Compilation? Compilation => Project?.Compilation;

    /// <summary>The rule.</summary>
    public string Rule => Finding.Id;

    /// <summary>What it says.</summary>
    public string Message => Finding.Message;

    /// <summary>Whether the code itself waives it: by a pragma or an attribute.</summary>
    public bool IsWaived => Finding.Diagnostic.IsSuppressed;

    /// <summary>Identifies the findings of a revision, in the order of the report.</summary>
    /// <param name="root">The repository's folder.</param>
    public static ImmutableArray<FindingIdentity> Of(Revisions.RevisionAnalysis revision, string root, CancellationToken cancellationToken)
    {
        var projects = new Dictionary<SyntaxTree, LoadedProject>();
        foreach (var project in revision.Projects)
        {
            foreach (var tree in project.Project.Compilation.SyntaxTrees)
                projects.TryAdd(tree, project.Project);
        }
        return [.. revision.Report.Findings.Where(f => !IsOffer(f)).Select(f => Of(f, projects, root, cancellationToken))];
    }

    // To offer that something be written down is nothing that a change introduces: extracting a helper would be.
    static bool IsOffer(Finding finding) => finding.Severity <= DiagnosticSeverity.Info && finding.Diagnostic.Descriptor.CustomTags.Contains(RuleDescriptor.OfferTag);

    static FindingIdentity Of(Finding finding, Dictionary<SyntaxTree, LoadedProject> projects, string root, CancellationToken cancellationToken)
    {
        var path = Relative(finding.Where?.Path ?? finding.Project, root);
        var line = (finding.Where?.Start.Line ?? -1) + 1;
        var location = finding.Diagnostic.Location;
        if (location.SourceTree is not { } tree || !projects.TryGetValue(tree, out var project))
            return new() { Finding = finding, Path = path, Line = line, Member = "", Type = "", Content = finding.Message, Shape = finding.Message, MemberText = "", Project = null };

        var node = tree.GetRoot(cancellationToken).FindNode(location.SourceSpan, getInnermostNodeForTie: true);
        var unit = UnitOf(node);
        var member = MemberOf(node);
        return new()
        {
            Finding = finding,
            Path = path,
            Line = line,
            Member = member is null ? "" : IdOf(member, project.Compilation.GetSemanticModel(tree), cancellationToken),
            Type = node.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>()?.Identifier.ValueText ?? "",
            Content = TokenText.Of(unit),
            Shape = TokenText.ShapeOf(unit),
            MemberText = member is null ? "" : TokenText.Of(member),
            Project = project,
        };
    }

    /// <summary>A path as the repository names it.</summary>
    public static string Relative(string path, string root) =>
        path.StartsWith(root + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path[(root.Length + 1)..].Replace('\\', '/') : path;

    /// <summary>The declaration that a node belongs to: a member, or a type for what stands outside of its members.</summary>
    public static MemberDeclarationSyntax? MemberOf(SyntaxNode node) =>
        node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault(m => m is not (GlobalStatementSyntax or BaseNamespaceDeclarationSyntax));

    /// <summary>Documentation id of a declaration; empty where it has none.</summary>
    public static string IdOf(MemberDeclarationSyntax member, SemanticModel model, CancellationToken cancellationToken)
    {
        var declared = member is BaseFieldDeclarationSyntax field
            ? model.GetDeclaredSymbol(field.Declaration.Variables[0], cancellationToken)
            : model.GetDeclaredSymbol(member, cancellationToken);
        return declared is null ? "" : declared.GetDocumentationCommentId() ?? "";
    }

    /// <summary>The smallest thing that a reader would call a line of code. Of a statement that holds others, the part that stands before them.</summary>
    public static SyntaxNode UnitOf(SyntaxNode node)
    {
        for (var at = node; at.Parent is { } parent; at = parent)
        {
            if (at is StatementSyntax and not (BlockSyntax or IfStatementSyntax or WhileStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
                or LockStatementSyntax or UsingStatementSyntax or SwitchStatementSyntax or TryStatementSyntax or DoStatementSyntax or FixedStatementSyntax
                or CheckedStatementSyntax or UnsafeStatementSyntax or LocalFunctionStatementSyntax or LabeledStatementSyntax))
            {
                return at;
            }
            if (parent is StatementSyntax or MemberDeclarationSyntax or AccessorDeclarationSyntax)
                return at;
        }
        return node;
    }
}
