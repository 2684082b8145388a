using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// The members of a type by which its objects know each other both ways, such as a parent and its children: each with the side that it leads to. Known from code of the type
/// that stores one object in a member of another, and that one in a member of the first.
/// </summary>
/// <remarks>Immutable once found.</remarks>
internal sealed class Lineage
{
    readonly Dictionary<ISymbol, (string Key, int Side)> _members = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// In which direction two locks of one class are taken whose objects know each other both ways; null where they do not, or where nothing shows it.
    /// </summary>
    public static PairOrder? OrderOf(FlowHost host, LockUse held, LockUse taken)
    {
        var (one, other) = (OwnerOf(held), OwnerOf(taken));
        return Directed(host, Step(one, other), 1) ?? Directed(host, Step(other, one), -1);
    }

    static PairOrder? Directed(FlowHost host, ISymbol? step, int sign)
    {
        if (step?.ContainingType is not { IsImplicitlyDeclared: false } type || type.DeclaringSyntaxReferences.IsEmpty)
            return null;
        var known = host.Cache.Lineages.Of(host, type.OriginalDefinition, static (host, type) => Find(host, (INamedTypeSymbol)type));
        return known._members.TryGetValue(step, out var side) && side.Side != 0
            ? new PairOrder(side.Side == sign ? PairKind.Ascending : PairKind.Descending, side.Key)
            : null;
    }

    // An object that is locked itself has its type at the end of its chain.
    static Term OwnerOf(LockUse use) =>
        use.Path.Kind == TermKind.Member && use.Class.Parts[use.Class.Parts.Length - 1] is not ITypeSymbol ? use.Path.Left! : use.Path;

    // The member by which the one object is reached from the other: what it holds, or something among that.
    static ISymbol? Step(Term from, Term to)
    {
        if (to is { Kind: TermKind.Member, Left.Kind: TermKind.Element })
            to = to.Left;
        if (to.Kind == TermKind.Element)
            to = to.Left!;
        return to.Kind == TermKind.Member && to.Left!.Equals(from) ? to.Symbol : null;
    }

    static Lineage Find(FlowHost host, INamedTypeSymbol type)
    {
        host.Rests.OnCodeOf(type);
        var lineage = new Lineage();
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(host.Cancel) is not TypeDeclarationSyntax declaration)
                continue;
            foreach (var member in declaration.Members)
            {
                if (member is not BaseTypeDeclarationSyntax)
                    lineage.Read(new LinkScan(host, type, member).Links);
            }
        }

        return lineage;
    }

    void Read(List<(string Owner, ISymbol Member, string Value)> links)
    {
        foreach (var there in links)
        {
            foreach (var back in links)
            {
                if (there.Owner == back.Value && there.Value == back.Owner && there.Owner != there.Value && !SymbolEqualityComparer.Default.Equals(there.Member, back.Member))
                    Pair(there.Member, back.Member);
            }
        }
    }

    // The one leads where the other comes from. A member that would lead both ways tells nothing.
    void Pair(ISymbol there, ISymbol back)
    {
        if (_members.TryGetValue(there, out var known))
            Side(back, known.Key, -known.Side);
        else if (_members.TryGetValue(back, out known))
            Side(there, known.Key, -known.Side);
        else
        {
            var key = there.ContainingType.Name + "." + there.Name;
            Side(there, key, 1);
            Side(back, key, -1);
        }
    }

    void Side(ISymbol member, string key, int side) =>
        _members[member] = _members.TryGetValue(member, out var known) && known != (key, side) ? (key, 0) : (key, side);
}
