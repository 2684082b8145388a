using System.Collections.Immutable;
using LockCheck.Loading;
using LockDiscipline.Analyzers;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Judgement;

/// <summary>One use of a member, or one call, and the locks around it.</summary>
/// <param name="Target">Documentation id of what is used.</param>
/// <param name="Name">Its name.</param>
/// <param name="Member">Documentation id of the member in which it is used.</param>
/// <param name="Content">The statement, as tokens.</param>
/// <param name="Locks">Names of the locks held around it, those that every caller holds included.</param>
internal sealed record ProtectedUse(string Target, string Name, bool IsWrite, bool IsCall, string Member, string Content, ImmutableSortedSet<string> Locks, string Path, int Line);

/// <summary>Which locks a revision holds around what, in some of its files.</summary>
/// <param name="Acquired">By member: how often it takes each lock.</param>
/// <param name="Order">Which locks are acquired while others are held.</param>
internal sealed record Protection(ImmutableArray<ProtectedUse> Uses, ImmutableDictionary<string, ImmutableDictionary<string, int>> Acquired, ImmutableHashSet<string> Members, ImmutableArray<LockOrderEdge> Order);

/// <summary>
/// Reads, from the engine's solution of each body, from where to where it holds which lock, and what it uses there. This says nothing
/// of right or wrong: it is what two revisions are compared by where no rule has anything to say.
/// </summary>
internal sealed class ProtectionReader(LoadedProject project, string root, CancellationToken cancellationToken)
{
    readonly record struct Region(string Lock, TextSpan Span, int Acquire);

    sealed record Site(ISymbol Target, bool IsWrite, bool IsCall, SyntaxNode Node, string Member, ImmutableSortedSet<string> Around);

    readonly List<Site> _sites = [];
    readonly Dictionary<string, Dictionary<string, int>> _acquired = new(StringComparer.Ordinal);
    readonly HashSet<string> _members = new(StringComparer.Ordinal);
    readonly HashSet<LockOrderEdge> _order = [];
    readonly HashSet<string> _lockNames = new(StringComparer.Ordinal);

    /// <summary>Reads some files of the project.</summary>
    public Protection Read(IEnumerable<SyntaxTree> trees)
    {
        var session = new FlowSession(project.Compilation, project.Options, cancellationToken);
        foreach (var tree in trees)
        {
            var model = project.Compilation.GetSemanticModel(tree);
            foreach (var member in tree.GetRoot(cancellationToken).DescendantNodes().OfType<MemberDeclarationSyntax>().Where(m => m is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or GlobalStatementSyntax))
                ReadMember(member, model, session);
        }
        return new(Effective(), _acquired.ToImmutableDictionary(p => p.Key, p => p.Value.ToImmutableDictionary(StringComparer.Ordinal), StringComparer.Ordinal), [.. _members],
            [.. _order.OrderBy(e => e.Held, StringComparer.Ordinal).ThenBy(e => e.Acquired, StringComparer.Ordinal).ThenBy(e => e.Path, StringComparer.Ordinal).ThenBy(e => e.Line)]);
    }

    void ReadMember(MemberDeclarationSyntax member, SemanticModel model, FlowSession session)
    {
        var id = member is GlobalStatementSyntax ? "" : FindingIdentity.IdOf(member, model, cancellationToken);
        _members.Add(id);
        var regions = new List<Region>();
        foreach (var node in BodiesOf(member))
            session.Solve(node, _ => new Observer(regions, _order, session, node, root));
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var region in regions.Where(r => r.Acquire >= 0).DistinctBy(r => (r.Lock, r.Acquire)))
            taken[region.Lock] = taken.GetValueOrDefault(region.Lock) + 1;
        _acquired[id] = taken;
        _lockNames.UnionWith(regions.Select(r => r.Lock));

        // A new object is nobody else's yet.
        if (member is ConstructorDeclarationSyntax or DestructorDeclarationSyntax)
            return;
        foreach (var name in member.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (model.GetSymbolInfo(name, cancellationToken).Symbol is not { } symbol || !IsOfInterest(symbol) || IsInNameof(name))
                continue;
            var around = regions.Where(r => r.Span.Contains(name.Span)).Select(r => r.Lock).ToImmutableSortedSet(StringComparer.Ordinal);
            _sites.Add(new(symbol.OriginalDefinition, IsWritten(name), symbol is IMethodSymbol, name, id, around));
        }
    }

    bool IsOfInterest(ISymbol symbol) => symbol switch
    {
        IFieldSymbol { IsConst: true } => false,
        IFieldSymbol { IsReadOnly: true, Type: var type } when type.IsValueType || type.SpecialType == SpecialType.System_String || type.TypeKind == TypeKind.Delegate => false,
        IFieldSymbol or IPropertySymbol => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, project.Compilation.Assembly),
        IMethodSymbol { MethodKind: MethodKind.Ordinary } => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, project.Compilation.Assembly),
        _ => false,
    };

    // A helper that only this assembly can call holds what all its known callers hold.
    ImmutableArray<ProtectedUse> Effective()
    {
        var calls = _sites.Where(s => s.IsCall).ToLookup(s => IdOf(s.Target), StringComparer.Ordinal);
        var entry = new Dictionary<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);
        for (var round = 0; round < 4; round++)
        {
            foreach (var called in calls.Where(c => _members.Contains(c.Key) && !IsVisible(c.First().Target)))
                entry[called.Key] = called.Where(c => c.Member != called.Key).Select(c => c.Around.Union(entry.GetValueOrDefault(c.Member, []))).DefaultIfEmpty([]).Aggregate((a, b) => a.Intersect(b));
        }
        return
        [
            .. from site in _sites
               where !_lockNames.Contains(site.Target.Name)
               let spot = site.Node.GetLocation().GetLineSpan()
               select new ProtectedUse(IdOf(site.Target), site.Target.Name, site.IsWrite, site.IsCall, site.Member, TokenText.Of(FindingIdentity.UnitOf(site.Node)),
                   site.Around.Union(entry.GetValueOrDefault(site.Member, [])), FindingIdentity.Relative(spot.Path, root), spot.StartLinePosition.Line + 1),
        ];
    }

    static string IdOf(ISymbol symbol) => symbol.GetDocumentationCommentId() ?? symbol.Name;

    static bool IsVisible(ISymbol symbol)
    {
        for (var at = symbol; at is not null and not INamespaceSymbol; at = at.ContainingSymbol)
        {
            if (at.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return false;
        }
        return true;
    }

    static string LastOf(string path) => path[(path.LastIndexOf('.') + 1)..];

    static IEnumerable<SyntaxNode> BodiesOf(MemberDeclarationSyntax member) => member switch
    {
        BaseMethodDeclarationSyntax { Body: null, ExpressionBody: null } => [],
        BaseMethodDeclarationSyntax method => [method],
        PropertyDeclarationSyntax { ExpressionBody: { } arrow } => [arrow],
        IndexerDeclarationSyntax { ExpressionBody: { } arrow } => [arrow],
        BasePropertyDeclarationSyntax { AccessorList.Accessors: var accessors } => accessors.Where(a => a.Body is not null || a.ExpressionBody is not null),
        GlobalStatementSyntax { Parent: CompilationUnitSyntax unit } => unit.Members[0] == member ? [unit] : [],
        _ => [],
    };

    static bool IsInNameof(SyntaxNode name) =>
        name.Ancestors().OfType<InvocationExpressionSyntax>().Any(i => i.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" });

    static bool IsWritten(SimpleNameSyntax name)
    {
        SyntaxNode at = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        while (at.Parent is ElementAccessExpressionSyntax element && element.Expression == at)
            at = element;
        return at.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == at,
            PrefixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.PreIncrementExpression) || unary.IsKind(SyntaxKind.PreDecrementExpression),
            PostfixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.PostIncrementExpression) || unary.IsKind(SyntaxKind.PostDecrementExpression),
            ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword) || argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword),
            _ => false,
        };
    }

    // From an acquire to the last release of the same lock behind it; where none follows, to the end of the body.
    sealed class Observer(List<Region> regions, HashSet<LockOrderEdge> order, FlowSession session, SyntaxNode node, string root) : FlowObserver
    {
        readonly List<(string Lock, SyntaxNode At)> _acquires = [];
        readonly List<(string Lock, int End)> _releases = [];

        public override void Entered(Body body)
        {
            foreach (var hold in session.HeldOnEntry(body, node.SyntaxTree))
                regions.Add(new(NameOf(hold.Lock, hold.Text), node.Span, -1));
        }

        public override void Acquired(in LockAcquired acquired, PathState state)
        {
            var name = NameOf(acquired.Lock, acquired.Text);
            _acquires.Add((name, acquired.Site.Syntax));
            // An attempt does not wait, so it orders nothing.
            if (acquired.IsTry)
                return;
            var place = acquired.Site.Syntax.GetLocation().GetLineSpan();
            foreach (var hold in state.Locks)
            {
                if (!hold.Lock.Equals(acquired.Lock))
                    order.Add(new(NameOf(hold.Lock, hold.Text), name, FindingIdentity.Relative(place.Path, root), place.StartLinePosition.Line + 1));
            }
        }

        public override void Released(in LockReleased released, PathState state) => _releases.Add((NameOf(released.Lock, released.Text), EndOf(released.Site.Syntax)));

        public override void Solved()
        {
            foreach (var (name, at) in _acquires)
            {
                var end = _releases.Where(r => r.Lock == name && r.End > at.Span.End).Select(r => r.End).DefaultIfEmpty(node.Span.End).Max();
                regions.Add(new(name, TextSpan.FromBounds(at.SpanStart, Math.Max(end, at.Span.End)), at.SpanStart));
            }
        }

        // What a statement releases at its end is told at its head.
        static int EndOf(SyntaxNode site)
        {
            foreach (var at in site.AncestorsAndSelf())
            {
                switch (at)
                {
                    case LockStatementSyntax { Expression: var expression } section when expression.Span.Contains(site.Span) || at == site:
                        return section.Span.End;
                    case UsingStatementSyntax scope when !scope.Statement.Span.Contains(site.Span):
                        return scope.Span.End;
                    case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0, Parent: { } block }:
                        return block.Span.End;
                    case StatementSyntax:
                        return site.Span.End;
                }
            }
            return site.Span.End;
        }

        static string NameOf(Term path, string text) => path.Symbol?.Name ?? LastOf(text);
    }
}
