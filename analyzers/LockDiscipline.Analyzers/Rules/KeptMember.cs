using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>What is told of one member: what was told before the last edit where nothing was changed that it rests on, and otherwise what is found anew.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class KeptMember(FlowHost host, SolvedMembers members, FunctionNames function, SyntaxNode node)
{
    // By the part of the member: a property has code in several.
    static readonly Kept<ImmutableArray<KeptFinding>>[] s_findings = Stores();
    static readonly Kept<ImmutableArray<KeptFinding>>[] s_inOrder = Stores();
    static readonly Kept<ImmutableArray<KeptFinding>>[] s_inOrderLive = Stores();

    readonly int _part = PartOf(node);

    /// <summary>The findings but for those about the lock order.</summary>
    public ImmutableArray<Finding> Findings()
    {
        if (TryRevive(s_findings) is { } revived)
            return revived;
        var solved = members.Of(host.Cache, node, host.Cancel);
        Keep(s_findings, solved.Findings, solved.Edges.Rests);
        return solved.Findings;
    }

    /// <summary>The findings about the lock order.</summary>
    public ImmutableArray<Finding> OrderFindings(bool isLive)
    {
        var store = isLive ? s_inOrderLive : s_inOrder;
        if (TryRevive(store) is { } revived)
            return revived;
        var rests = new Rests(function);
        using var search = host.Rests.BeginApart(rests);
        if (!members.IsSolved(node) && members.Edges.ByKey.IsSilent(host, function))
            return ImmutableArray<Finding>.Empty;
        var edges = members.Of(host.Cache, node, host.Cancel).Edges;
        host.Rests.On(edges.Rests);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        if (!edges.Edges.IsEmpty)
            new OrderRules(host, members.Edges, isLive).Report(edges.Edges, findings.Add);
        var found = findings.ToImmutable();
        if (!members.Edges.IsCutShort)
            Keep(store, found, rests);
        return found;
    }

    ImmutableArray<Finding>? TryRevive(Kept<ImmutableArray<KeptFinding>>[] stores) =>
        _part >= 0 && stores[_part].TryGet(host, function, rests: null, out var kept) ? KeptFinding.Revive(host, kept) : null;

    void Keep(Kept<ImmutableArray<KeptFinding>>[] stores, ImmutableArray<Finding> findings, Rests rests)
    {
        if (_part >= 0 && KeptFinding.Of(host, findings) is { } kept)
            stores[_part].Add(host, function, kept, rests);
    }

    // Several fields of one declaration are one member.
    static int PartOf(SyntaxNode node) => node.Kind() switch
    {
        SyntaxKind.GetAccessorDeclaration => 1,
        SyntaxKind.SetAccessorDeclaration or SyntaxKind.InitAccessorDeclaration => 2,
        SyntaxKind.AddAccessorDeclaration => 3,
        SyntaxKind.RemoveAccessorDeclaration => 4,
        SyntaxKind.EqualsValueClause => node.Parent is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: > 1 } } ? -1 : 5,
        _ => 0,
    };

    static Kept<ImmutableArray<KeptFinding>>[] Stores()
    {
        var stores = new Kept<ImmutableArray<KeptFinding>>[6];
        for (int i = 0; i < stores.Length; i++)
            stores[i] = new Kept<ImmutableArray<KeptFinding>>(restsOnDeclarations: true);
        return stores;
    }
}
