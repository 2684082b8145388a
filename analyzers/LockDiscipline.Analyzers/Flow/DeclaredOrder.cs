using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>One statement of an order: <c>[AcquiredAfter]</c> or <c>[AcquiredBefore]</c>, with one of its locks.</summary>
/// <param name="Before">The lock that comes first.</param>
/// <param name="After">The lock that comes second.</param>
/// <param name="BeforePath">The first, as seen from the object that has the second.</param>
/// <param name="Member">The lock on which it is stated.</param>
/// <param name="Text">The other lock, as written there.</param>
internal sealed record Declared(LockClass Before, LockClass After, Term BeforePath, Term AfterPath, ISymbol Member, string Text, bool IsAfter)
{
    /// <summary>It orders locks of one class by where their objects stand to each other, such as parent before child.</summary>
    public bool IsAmongOneClass { get; } = Before.Key.Equals(After.Key, SymbolEqualityComparer.Default);
}

/// <summary>The order that contracts state, with all that follows from it.</summary>
/// <remarks>Read type by type, from the types that the locks in question belong to. Lives with the compilation; thread-safe.</remarks>
internal sealed class DeclaredOrder(ContractSet contracts)
{
    /// <summary>A parent's parent's parent.</summary>
    const int MaxGenerations = 4;

    readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<Declared>> _types = new(SymbolEqualityComparer.Default);

    /// <summary>The statements from which it follows that <paramref name="first"/> is taken before <paramref name="second"/>; empty where it does not.</summary>
    public ImmutableArray<Declared> Chain(LockClass first, LockClass second)
    {
        var all = Around(first, second);
        if (all.Count == 0)
            return ImmutableArray<Declared>.Empty;
        var cameFrom = new Dictionary<Declared, Declared?>();
        var queue = new Queue<Declared>();
        foreach (var statement in all)
        {
            if (!statement.IsAmongOneClass && statement.Before.Matches(first))
            {
                cameFrom.Add(statement, null);
                queue.Enqueue(statement);
            }
        }

        while (queue.Count > 0)
        {
            var last = queue.Dequeue();
            if (last.After.Matches(second))
                return Unwind(last, cameFrom);
            foreach (var next in all)
            {
                if (!next.IsAmongOneClass && next.Before.Matches(last.After) && !cameFrom.ContainsKey(next))
                {
                    cameFrom.Add(next, last);
                    queue.Enqueue(next);
                }
            }
        }

        return ImmutableArray<Declared>.Empty;
    }

    /// <summary>The statement by which of two locks of one class <paramref name="taken"/> comes before <paramref name="held"/>; null where there is none.</summary>
    public Declared? Reversed(LockClass @class, Term held, Term taken)
    {
        foreach (var statement in Among(@class))
        {
            var ancestor = held;
            for (int i = 0; i < MaxGenerations && ancestor is { Kind: TermKind.Member, Left: { } owner }; i++)
            {
                ancestor = statement.BeforePath.Substitute(root => root.Kind == TermKind.This ? owner : null);
                if (taken.Equals(ancestor))
                    return statement;
            }
        }

        return null;
    }

    /// <summary>Whether something is stated about the order of the locks of one class.</summary>
    public bool IsStatedAmong(LockClass @class)
    {
        foreach (var _ in Among(@class))
            return true;
        return false;
    }

    /// <summary>
    /// Says how a statement contradicts others, or itself, in words; null where it does not, or where another one of those speaks for all: the first by path and position.
    /// </summary>
    /// <param name="isAfter">It is an <c>[AcquiredAfter]</c>.</param>
    public string? Contradiction(INamedTypeSymbol type, ISymbol member, string text, bool isAfter)
    {
        foreach (var statement in Of(type.OriginalDefinition))
        {
            if (statement.IsAfter != isAfter || statement.Text != text || !SymbolEqualityComparer.Default.Equals(statement.Member, member.OriginalDefinition))
                continue;
            if (statement.BeforePath.Equals(statement.AfterPath))
                return $"'{statement.Before}' cannot come before itself";
            var others = statement.IsAmongOneClass ? Opposite(statement) : Chain(statement.After, statement.Before);
            if (others.IsEmpty)
                continue;
            var words = new System.Text.StringBuilder($"the order contradicts itself: '{statement.Before}', then '{statement.After}'");
            foreach (var other in others)
            {
                if (Compare(other, statement) < 0)
                    return null;
                words.Append(", then '").Append(other.After).Append('\'');
            }

            return words.ToString();
        }

        return null;
    }

    ImmutableArray<Declared> Opposite(Declared statement)
    {
        foreach (var other in Among(statement.After))
        {
            if (other.BeforePath.Equals(statement.AfterPath) && other.AfterPath.Equals(statement.BeforePath))
                return ImmutableArray.Create(other);
        }

        return ImmutableArray<Declared>.Empty;
    }

    static int Compare(Declared a, Declared b)
    {
        var (one, other) = (a.Member.Locations[0], b.Member.Locations[0]);
        int order = string.CompareOrdinal(one.SourceTree?.FilePath, other.SourceTree?.FilePath);
        if (order == 0)
            order = one.SourceSpan.Start.CompareTo(other.SourceSpan.Start);
        if (order == 0)
            order = b.IsAfter.CompareTo(a.IsAfter);
        return order != 0 ? order : string.CompareOrdinal(a.Text, b.Text);
    }

    /// <summary>The statements made on the members of a type.</summary>
    public ImmutableArray<Declared> Of(INamedTypeSymbol type) => _types.TryGetValue(type, out var known) ? known : _types.GetOrAdd(type, Read(type));

    IEnumerable<Declared> Among(LockClass @class)
    {
        if (@class.Key.ContainingType is not { } type)
            yield break;
        foreach (var statement in Of(type.OriginalDefinition))
        {
            if (statement.IsAmongOneClass && statement.After.Matches(@class))
                yield return statement;
        }
    }

    ImmutableArray<Declared> Read(INamedTypeSymbol type)
    {
        var statements = ImmutableArray.CreateBuilder<Declared>();
        foreach (var member in type.GetMembers())
        {
            if (member is not (IFieldSymbol or IPropertySymbol) || member.IsImplicitlyDeclared)
                continue;
            var contract = contracts.Of(member);
            foreach (var clause in contract.After)
                Add(clause.Path, contracts.Path(Term.This, member), member, clause.Text, true);
            foreach (var clause in contract.Before)
                Add(contracts.Path(Term.This, member), clause.Path, member, clause.Text, false);
        }

        return statements.ToImmutable();

        void Add(Term before, Term after, ISymbol member, string text, bool isAfter)
        {
            if (LockClass.Of(contracts, before, type) is { } first && LockClass.Of(contracts, after, type) is { } second)
                statements.Add(new Declared(first, second, before, after, member, text, isAfter));
        }
    }

    // All statements on types that the locks, or the statements found so far, mention.
    List<Declared> Around(LockClass first, LockClass second)
    {
        var found = new List<Declared>();
        var types = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        Visit(first);
        Visit(second);
        for (int i = 0; i < found.Count; i++)
        {
            Visit(found[i].Before);
            Visit(found[i].After);
        }

        return found;

        void Visit(LockClass @class)
        {
            foreach (var part in @class.Parts)
            {
                if (part is ISymbol { ContainingType.OriginalDefinition: { } type } and not ITypeSymbol && types.Add(type))
                    found.AddRange(Of(type));
            }
        }
    }

    static ImmutableArray<Declared> Unwind(Declared last, Dictionary<Declared, Declared?> cameFrom)
    {
        var chain = ImmutableArray.CreateBuilder<Declared>();
        for (Declared? step = last; step is not null; step = cameFrom[step])
            chain.Insert(0, step);
        return chain.ToImmutable();
    }
}
