using System;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>One use of a lock: held, or waited for.</summary>
/// <param name="Path">Which lock, in the body at hand.</param>
/// <param name="Mode">In which mode; null for a wait until every hold of it has ended.</param>
/// <param name="IsRecursive">Its readers pass writers that wait.</param>
/// <param name="HasReadersOnly">Nobody ever takes it exclusively, so taking it waits for nobody.</param>
/// <param name="Text">As written.</param>
/// <param name="Site">Where it is taken; null for one that the caller holds.</param>
internal sealed record LockUse(Term Path, LockClass Class, LockMode? Mode, bool IsRecursive, bool HasReadersOnly, string Text, SyntaxNode? Site)
{
    /// <summary>Its holder must not sleep.</summary>
    public bool IsSpinning { get; init; }

    // Stands for an object that the caller cannot name.
    static readonly object s_somewhere = new();

    /// <summary>Writes down what callers need to know of it: where it is taken they do not.</summary>
    public void PackTo(Packer packer)
    {
        packer.Term(Path.IsRooted ? Path : null);
        Class.PackTo(packer);
        packer.Plain(Mode);
        packer.Plain(IsRecursive);
        packer.Plain(HasReadersOnly);
        packer.Plain(Text);
        packer.Plain(IsSpinning);
    }

    public static LockUse Read(Unpacker unpacker) =>
        new(unpacker.TermOrNone() ?? Term.Site(s_somewhere), LockClass.Read(unpacker), unpacker.Plain<LockMode?>(), unpacker.Plain<bool>(), unpacker.Plain<bool>(), unpacker.Plain<string>(), null)
        {
            IsSpinning = unpacker.Plain<bool>(),
        };

    /// <summary>Whether waiting for this can wait for <paramref name="held"/>.</summary>
    public bool WaitsFor(LockUse held)
    {
        if (!Class.Matches(held.Class))
            return false;
        if (Mode is null)
            return true;
        if (HasReadersOnly)
            return false;
        // A reader waits for another one where a writer waits in between, unless readers pass it.
        bool together = Mode != LockMode.Exclusive && held.Mode != LockMode.Exclusive && !(Mode == LockMode.Upgradeable && held.Mode == LockMode.Upgradeable);
        return !(together && IsRecursive);
    }
}

/// <summary>In one body, one lock is waited for while another is held.</summary>
internal sealed class LockEdge(LockUse held, LockUse taken, SyntaxNode site, ISymbol owner, ImmutableArray<LockUse> gates) : IComparable<LockEdge>
{
    public LockUse Held { get; } = held;

    public LockUse Taken { get; } = taken;

    /// <summary>Where in that body: at the acquire, or at the call that leads to it.</summary>
    public SyntaxNode Site { get; } = site;

    /// <summary>The method, or field, whose body it is.</summary>
    public ISymbol Owner { get; } = owner;

    /// <summary>The locks held meanwhile, <see cref="Held"/> among them.</summary>
    public ImmutableArray<LockUse> Gates { get; } = gates;

    /// <summary>Of two locks of one class: how their order was tested.</summary>
    public PairOrder Order { get; init; }

    /// <summary>The statements of a declared order that it goes against; empty where it goes against none.</summary>
    public ImmutableArray<Declared> Against { get; init; } = ImmutableArray<Declared>.Empty;

    /// <summary>It is another thread that takes the lock, one that this body waits for.</summary>
    public bool IsByOther { get; init; }

    /// <summary>Two objects of one class, in an order that nothing decides.</summary>
    public bool IsPair => Order.Kind == PairKind.Untested && Against.IsEmpty && Taken.Mode is not null && !Held.Path.Equals(Taken.Path) && Held.Class.Matches(Taken.Class);

    /// <summary>By path and position, then by class: the order in which edges are told.</summary>
    public int CompareTo(LockEdge? other)
    {
        if (other is null)
            return 1;
        int order = string.CompareOrdinal(Site.SyntaxTree.FilePath, other.Site.SyntaxTree.FilePath);
        if (order == 0)
            order = Site.SpanStart.CompareTo(other.Site.SpanStart);
        if (order == 0)
            order = string.CompareOrdinal(Held.Class.ToString(), other.Held.Class.ToString());
        return order != 0 ? order : string.CompareOrdinal(Taken.Class.ToString(), other.Taken.Class.ToString());
    }

    /// <summary>Whether nothing about the order of locks tells this edge from another one.</summary>
    public bool IsLike(LockEdge other)
    {
        if (!(Held.Class.Equals(other.Held.Class) && Taken.Class.Equals(other.Taken.Class) && Held.Mode == other.Held.Mode && Taken.Mode == other.Taken.Mode
            && Order == other.Order && IsByOther == other.IsByOther && Gates.Length == other.Gates.Length))
        {
            return false;
        }

        for (int i = 0; i < Gates.Length; i++)
        {
            if (!Gates[i].Class.Equals(other.Gates[i].Class) || Gates[i].Mode != other.Gates[i].Mode)
                return false;
        }

        return true;
    }

    /// <summary>Whether this is the same edge, found at the same place.</summary>
    public bool IsSameAs(LockEdge other) => Site == other.Site && Held.Class.Equals(other.Held.Class) && Taken.Class.Equals(other.Taken.Class) && Order == other.Order;
}
