using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Order;

/// <summary>The edges of the lock order, found lock by lock: names say which bodies may hold a lock, and only those are solved.</summary>
/// <remarks>Lives with the compilation; thread-safe.</remarks>
/// <param name="names">Says which bodies those may be.</param>
/// <param name="solve">Gives the edges of the code at a node.</param>
internal sealed class EdgeIndex(NameIndex names, Func<FlowHost, SyntaxNode, FoundEdges> solve)
{
    /// <summary>A helper that returns with the lock held, its caller that does too, and so on.</summary>
    const int MaxOpeners = 3;

    static readonly Kept<bool> s_handOn = new();

    readonly Asked<ISymbol, ImmutableArray<LockEdge>> _locks = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<FunctionNames, FoundEdges> _bodies = new();
    readonly ConcurrentDictionary<LockEdge, (bool IsDeadEnd, Rests Rests)> _sorted = new();
    readonly ConcurrentDictionary<LockEdge, (ImmutableArray<LockEdge> Cycle, Rests Rests)> _rings = new();
    KeyOrder? _byKey;
    int _left = int.MaxValue;

    /// <summary>What the callers of helpers hold: the answers so far.</summary>
    public Asked<IMethodSymbol, Entry> Entries { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The same edges by ids.</summary>
    public KeyOrder ByKey => _byKey ?? Interlocked.CompareExchange(ref _byKey, new KeyOrder(this), null) ?? _byKey;

    /// <summary>The search has ended without an answer.</summary>
    public bool IsCutShort => Volatile.Read(ref _left) < 0;

    /// <summary>Whether no way from an edge leads into a cycle; null where that was not found out yet.</summary>
    public bool? IsDeadEnd(FlowHost host, LockEdge edge)
    {
        if (!_sorted.TryGetValue(edge, out var known))
            return null;
        host.Rests.On(known.Rests);
        return known.IsDeadEnd;
    }

    /// <param name="edge">An edge all of whose ways were followed.</param>
    /// <param name="isDeadEnd">No way leads from it into a cycle.</param>
    /// <param name="rests">What that rests on.</param>
    public void Note(LockEdge edge, bool isDeadEnd, Rests rests)
    {
        if (!IsCutShort)
            _sorted.TryAdd(edge, (isDeadEnd, rests));
    }

    /// <summary>The cycle of an edge from which there is only one way, as from all the others in it; empty where its places cannot meet, null where there is no such cycle known.</summary>
    public ImmutableArray<LockEdge>? RingOf(FlowHost host, LockEdge edge)
    {
        if (!_rings.TryGetValue(edge, out var known))
            return null;
        host.Rests.On(known.Rests);
        return known.Cycle;
    }

    /// <summary>Takes note of such a cycle.</summary>
    public void NoteRing(ImmutableArray<LockEdge> ring, bool canMeet, Rests rests)
    {
        if (IsCutShort)
            return;
        foreach (var edge in ring)
            _rings.TryAdd(edge, (canMeet ? ring : ImmutableArray<LockEdge>.Empty, rests));
    }

    /// <summary>Members that the search may have solved, which nobody else asked for; where there are more, it ends without an answer.</summary>
    /// <remarks>For an editor, which asks again after every key, while the build looks at all of them.</remarks>
    public void Limit(int members) => _left = members;

    /// <summary>The edges from a lock, each kind once, by path and position.</summary>
    public ImmutableArray<LockEdge> From(FlowHost host, LockClass held) => _locks.Of(host, held.Key, From, () => !IsCutShort);

    ImmutableArray<LockEdge> From(FlowHost host, ISymbol key)
    {
        var edges = new List<LockEdge>();
        foreach (var (tree, function) in Holders(host, key))
        {
            foreach (var edge in Of(host, tree, function).Edges)
            {
                if (SymbolEqualityComparer.Default.Equals(edge.Held.Class.Key, key))
                    edges.Add(edge);
            }
        }

        edges.Sort();
        var distinct = ImmutableArray.CreateBuilder<LockEdge>();
        foreach (var edge in edges)
        {
            if (!IsAmong(distinct, edge))
                distinct.Add(edge);
        }

        return distinct.ToImmutable();
    }

    /// <summary>The edges of one member.</summary>
    public FoundEdges Of(FlowHost host, SyntaxTree tree, FunctionNames function)
    {
        if (!_bodies.TryGetValue(function, out var known))
        {
            var rests = new Rests(function);
            if (_left != int.MaxValue && Interlocked.Decrement(ref _left) < 0)
                return new FoundEdges(ImmutableArray<LockEdge>.Empty, rests);
            var edges = ImmutableArray.CreateBuilder<LockEdge>();
            foreach (var node in Bodies(tree, function, host))
            {
                var found = solve(host, node);
                edges.AddRange(found.Edges);
                rests.Add(found.Rests);
            }

            known = _bodies.GetOrAdd(function, new FoundEdges(edges.ToImmutable(), rests));
            KeyOrder.Keep(host, function, known);
        }

        host.Rests.On(known.Rests);
        return known;
    }

    /// <summary>The edges of the code at a node, found for their own sake.</summary>
    public static FoundEdges Solve(FlowHost host, SyntaxNode node)
    {
        var collectors = new List<OrderCollector>();
        var rests = BodyTree.Solve(host, host.Cache.Model(node.SyntaxTree), node, body =>
        {
            var collector = new OrderCollector(host, body);
            collectors.Add(collector);
            return collector;
        });
        return new FoundEdges(OrderCollector.EdgesOf(collectors), rests ?? new Rests());
    }

    // Several places that do the same are one edge, the first of them.
    static bool IsAmong(ImmutableArray<LockEdge>.Builder edges, LockEdge edge)
    {
        foreach (var known in edges)
        {
            if (known.IsLike(edge))
                return true;
        }

        return false;
    }

    /// <summary>The members that may hold the lock: those that mention it, and those that mention what opens it for them, or asks them to hold it.</summary>
    public IEnumerable<(SyntaxTree, FunctionNames)> Holders(FlowHost host, ISymbol key)
    {
        var found = new HashSet<FunctionNames>();
        var openers = new List<FunctionNames>();
        foreach (var (tree, function) in Mentioning(host, key))
        {
            if (!found.Add(function))
                continue;
            yield return (tree, function);
            if (function.Name.Length > 0 && HandsOn(host, tree, function, key))
                openers.Add(function);
        }

        for (int round = 1; round < MaxOpeners && openers.Count > 0; round++)
        {
            var fresh = new List<FunctionNames>();
            foreach (var (tree, function) in CallersOf(host, openers))
            {
                if (!found.Add(function))
                    continue;
                yield return (tree, function);
                if (function.Name.Length > 0 && HandsOn(host, tree, function, key))
                    fresh.Add(function);
            }

            openers = fresh;
        }
    }

    // The members that mention the lock, or anything of its type.
    IEnumerable<(SyntaxTree, FunctionNames)> Mentioning(FlowHost host, ISymbol key)
    {
        var mentioned = new List<string> { key.Name };
        var type = key as INamedTypeSymbol;
        if (type is not null)
            mentioned.AddRange(names.MembersOfType(type.Name));
        // Other types may use the same name for a member of their own.
        var home = type is null && key.DeclaredAccessibility == Accessibility.Private ? key.ContainingType : null;
        foreach (var name in mentioned)
            host.Rests.OnMentioning(home, name);
        foreach (var reference in (home ?? type)?.DeclaringSyntaxReferences ?? ImmutableArray<SyntaxReference>.Empty)
        {
            foreach (var function in names.In(reference.SyntaxTree))
            {
                if (!reference.Span.Contains(function.Span))
                    continue;
                if (home is null)
                    host.Rests.On(function);
                if (names.MentionsLocks(function) && (home is null || MentionsAny(function, mentioned)))
                    yield return (reference.SyntaxTree, function);
            }
        }

        if (home is not null)
            yield break;
        foreach (var name in mentioned)
        {
            foreach (var (tree, span) in host.Rests.OnAllMentioning(name))
            {
                host.Cancel.ThrowIfCancellationRequested();
                if (names.At(tree, span.Start) is { } function && names.MentionsLocks(function))
                    yield return (tree, function);
            }
        }
    }

    // The members that may mean one of some others by a name that they mention.
    IEnumerable<(SyntaxTree, FunctionNames)> CallersOf(FlowHost host, List<FunctionNames> openers)
    {
        var searched = new HashSet<string>();
        foreach (var opener in openers)
        {
            if (!searched.Add(opener.Name))
                continue;
            foreach (var (tree, span) in host.Rests.OnAllMentioning(opener.Name))
            {
                host.Cancel.ThrowIfCancellationRequested();
                if (names.At(tree, span.Start) is { } function && MayMeanAny(function, openers, opener.NameHash))
                    yield return (tree, function);
            }
        }
    }

    static bool MayMeanAny(FunctionNames function, List<FunctionNames> openers, int name)
    {
        int mention = Array.IndexOf(function.Mentions, name);
        foreach (var opener in openers)
        {
            if (opener.NameHash == name && opener.CanBeMeantBy(function, mention))
                return true;
        }

        return false;
    }

    static bool MentionsAny(FunctionNames function, List<string> mentioned)
    {
        foreach (var name in mentioned)
        {
            if (Array.IndexOf(function.Mentions, TreeNames.Hash(name)) >= 0)
                return true;
        }

        return false;
    }

    // A contract on it, a getter of the lock, or a helper that returns with it held, takes those that it is given, or runs what it is given under it: who mentions it may hold the lock.
    bool HandsOn(FlowHost host, SyntaxTree tree, FunctionNames function, ISymbol key)
    {
        if (names.HasContract(tree, function.Name))
            return true;
        if (!function.IsMethod)
            return Declaration(tree, function, host) is PropertyDeclarationSyntax property && Returns(property, key);
        if (!function.IsHidden)
            return false;
        if (s_handOn.TryGet(host, function, out bool known))
            return known;
        if (host.Cache.Model(tree).GetDeclaredSymbol(Declaration(tree, function, host), host.Cancel) is not IMethodSymbol method)
            return false;
        host.Rests.On(function);
        bool handsOn = !host.SummaryOf(method, null).Outcomes.IsEmpty || !host.PairsOf(method, caller: null).IsEmpty || host.RunsUnderLock(method);
        s_handOn.Add(host, function, handsOn);
        return handsOn;
    }

    static bool Returns(PropertyDeclarationSyntax property, ISymbol key)
    {
        var returned = property.ExpressionBody?.Expression;
        foreach (var accessor in property.AccessorList?.Accessors ?? default)
            returned ??= accessor.ExpressionBody?.Expression ?? (accessor.Body is { Statements: { Count: 1 } statements } && statements[0] is ReturnStatementSyntax only ? only.Expression : null);
        var name = returned is MemberAccessExpressionSyntax access ? access.Name : returned as SimpleNameSyntax;
        return name?.Identifier.ValueText == key.Name;
    }

    static SyntaxNode Declaration(SyntaxTree tree, FunctionNames function, FlowHost host)
    {
        var node = tree.GetRoot(host.Cancel).FindNode(function.Span);
        return node is GlobalStatementSyntax ? node.Parent! : node;
    }

    static IEnumerable<SyntaxNode> Bodies(SyntaxTree tree, FunctionNames function, FlowHost host)
    {
        switch (Declaration(tree, function, host))
        {
            case BaseMethodDeclarationSyntax method when method.Body is not null || method.ExpressionBody is not null:
                yield return method;
                break;
            case CompilationUnitSyntax unit when function.Name.Length == 0:
                yield return unit;
                break;
            case BasePropertyDeclarationSyntax property:
                foreach (var accessor in property.AccessorList?.Accessors ?? default)
                {
                    if (accessor.Body is not null || accessor.ExpressionBody is not null)
                        yield return accessor;
                }

                var arrow = property switch
                {
                    PropertyDeclarationSyntax plain => plain.ExpressionBody,
                    IndexerDeclarationSyntax indexer => indexer.ExpressionBody,
                    _ => null,
                };
                if (arrow is not null)
                    yield return arrow;
                break;
        }
    }
}
