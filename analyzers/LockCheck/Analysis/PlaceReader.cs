using System.Collections.Immutable;
using LockDiscipline.Analyzers;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Analysis;

/// <summary>A lock that is held where a path comes to a place.</summary>
/// <param name="Lock">As the user wrote it.</param>
/// <param name="Mode">exclusive, shared or upgradeable.</param>
/// <param name="How">How it came to be held.</param>
/// <param name="Where">Where it was taken; null where the body did not take it.</param>
/// <param name="Paths">On how many of the paths.</param>
internal sealed record HeldLock(string Lock, string Mode, string How, CodeSpot? Where, int Paths);

/// <summary>What the analysis knows where it comes to a place.</summary>
/// <param name="Paths">How many paths that differ come there; 0 where nothing at the place has to do with locks.</param>
/// <param name="OnEntry">What the body's own contract says that its callers hold, as <c>lock (mode)</c>.</param>
/// <param name="Held">The locks held on any of the paths.</param>
/// <param name="Members">What has a contract or may have one: the member that the place is in, then what it names.</param>
internal sealed record PlaceFacts(int Paths, ImmutableArray<string> OnEntry, ImmutableArray<HeldLock> Held, ImmutableArray<ISymbol> Members);

/// <summary>Reads from the engine's solution of a body what holds at one place of it. It says nothing of right or wrong.</summary>
internal static class PlaceReader
{
    /// <summary>Reads.</summary>
    /// <param name="span">The place.</param>
    public static PlaceFacts Read(LoadedProject project, SyntaxTree tree, TextSpan span, CancellationToken cancellationToken)
    {
        var node = tree.GetRoot(cancellationToken).FindNode(span, getInnermostNodeForTie: true);
        var model = project.Compilation.GetSemanticModel(tree);
        var unit = Judgement.FindingIdentity.UnitOf(node);
        var members = ImmutableArray.CreateBuilder<ISymbol>();
        if (Judgement.FindingIdentity.MemberOf(node) is { } declaration && Declared(declaration, model, cancellationToken) is { } own)
            members.Add(own);
        // Of a directive, or of what a rule reports on a whole file, nothing is named.
        var named = unit is CompilationUnitSyntax or BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax ? [] : unit.DescendantNodesAndSelf().OfType<SimpleNameSyntax>();
        members.AddRange(named.Select(n => model.GetSymbolInfo(n, cancellationToken).Symbol?.OriginalDefinition).OfType<ISymbol>()
            .Where(s => s is IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol));

        var watch = new Watch(span.IsEmpty ? unit.Span : span, unit.Span);
        // A whole line may be a whole member.
        if ((node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax ? node : BodySource.Enclosing(node)) is { } body)
        {
            var session = new FlowSession(project.Compilation, project.Options, cancellationToken);
            session.Solve(body, b => new Observer(b, session, tree, watch));
        }
        var states = watch.States.Distinct().ToList();
        var holds = states.SelectMany(s => s.Locks).GroupBy(h => (h.Lock, h.Mode, h.Source, At: h.At?.Syntax, IsSure: h.Certainty == Certainty.Definite));
        return new(states.Count, [.. watch.OnEntry], [.. holds.Select(h => Describe(h.First(), states.Count(s => s.Locks.Contains(h.First()))))],
            [.. members.Distinct<ISymbol>(SymbolEqualityComparer.Default)]);
    }

    static HeldLock Describe(Hold hold, int paths)
    {
        var how = hold.Source switch
        {
            HoldSource.Acquired => "taken",
            HoldSource.Tried => "taken by an attempt that succeeded",
            HoldSource.Caller => "held by the caller",
            _ => "a test says so",
        };
        return new(hold.Text, NameOf(hold.Mode), hold.Certainty == Certainty.Maybe ? how + ", on some of the paths that were merged" : how, hold.At is { } at ? CodeSpot.From(at.Syntax.GetLocation()) : null, paths);
    }

    static string NameOf(LockMode mode) => mode switch
    {
        LockMode.Exclusive => "exclusive",
        LockMode.Upgradeable => "upgradeable",
        _ => "shared",
    };

    static ISymbol? Declared(MemberDeclarationSyntax declaration, SemanticModel model, CancellationToken cancellationToken) =>
        declaration is BaseFieldDeclarationSyntax field ? model.GetDeclaredSymbol(field.Declaration.Variables[0], cancellationToken) : model.GetDeclaredSymbol(declaration, cancellationToken);

    // The states at what happens nearest to the place: within it, else in its statement.
    sealed class Watch(TextSpan place, TextSpan statement)
    {
        const int Elsewhere = 1_000_000;
        const int Leaving = 2_000_000;

        int _distance = int.MaxValue;
        (SyntaxNode Site, object Kind)? _event;

        public List<PathState> States { get; } = [];

        public SortedSet<string> OnEntry { get; } = new(StringComparer.Ordinal);

        public bool Contains(SyntaxNode body) => body.FullSpan.Contains(place.Start);

        /// <param name="kind">Tells what happens at one place apart: a section enters and leaves at the same one.</param>
        public void See(SyntaxNode site, object kind, PathState state)
        {
            // What is reached only because a call may throw is another path to the same place, and tells nothing of this one.
            if (state.Implicit || !statement.IntersectsWith(site.Span))
                return;
            var distance = site.Span == place ? 0 : place.Contains(site.Span) ? 1 : site.Span.Contains(place) ? 2 + site.Span.Length - place.Length : Elsewhere + Math.Abs(site.SpanStart - place.Start);
            // What a block does at its end is told at its head, and is not what a reader means by that place.
            if (kind is Type type && (type == typeof(LockReleased) || type == typeof(BodyLeft)))
                distance += Leaving;
            if (distance > _distance || (distance == _distance && !(_event is var (known, what) && known == site && what.Equals(kind))))
                return;
            if (distance < _distance)
                States.Clear();
            (_distance, _event) = (distance, (site, kind));
            States.Add(state);
        }
    }

    sealed class Observer(Body body, FlowSession session, SyntaxTree tree, Watch watch) : FlowObserver
    {
        public override void Entered(Body entered)
        {
            if (!watch.Contains(body.Graph.OriginalOperation.Syntax))
                return;
            foreach (var hold in session.HeldOnEntry(body, tree))
                watch.OnEntry.Add($"{hold.Text} ({NameOf(hold.Mode)})");
        }

        public override void Accessed(in MemberAccess access, PathState state) => watch.See(access.Site.Syntax, typeof(MemberAccess), state);

        public override void Called(in CallMade call, PathState state) => watch.See(call.Site.Syntax, call.Callee, state);

        public override void Acquired(in LockAcquired acquired, PathState state) => watch.See(acquired.Site.Syntax, typeof(LockAcquired), state);

        public override void Released(in LockReleased released, PathState state) => watch.See(released.Site.Syntax, typeof(LockReleased), state);

        public override void TryIgnored(IOperation site, string text, PathState state) => watch.See(site.Syntax, typeof(LockAcquired), state);

        public override void Lost(in ResultLost result, PathState state) => watch.See(result.Site.Syntax, typeof(ResultLost), state);

        public override void Suspended(IOperation site, PathState state) => watch.See(site.Syntax, typeof(IOperation), state);

        public override void Assigned(in PlaceAssigned assigned, PathState state) => watch.See(assigned.Site.Syntax, typeof(PlaceAssigned), state);

        public override void Given(in MethodGiven given, PathState state) => watch.See(given.Site.Syntax, typeof(MethodGiven), state);

        public override void Left(in BodyLeft exit, PathState state)
        {
            if (exit.Site is { } site)
                watch.See(site.Syntax, typeof(BodyLeft), state);
        }
    }
}
