using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Tests.Flow;

/// <summary>Generators of terms, holds and path states over the symbols and operations of one small class.</summary>
static class Generators
{
    static readonly CSharpCompilation s_compilation = CSharpCompilation.Create(
        "Symbols",
        [CSharpSyntaxTree.ParseText("""
            class Node { public Node Next, Other; public static Node Root, Second; }
            class C { void M(Node a, Node b, int i, int j) { M(a, b, i, j); M(b, a, j, i); M(a, a, i, i); } }
            """)],
        [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);

    static readonly INamedTypeSymbol s_node = s_compilation.GetTypeByMetadataName("Node")!;

    static readonly IMethodSymbol s_method = s_compilation.GetTypeByMetadataName("C")!.GetMembers("M").OfType<IMethodSymbol>().Single();

    /// <summary>Three operations, to stand for places in code.</summary>
    public static readonly ImmutableArray<IOperation> Sites = FindSites();

    static ImmutableArray<IOperation> FindSites()
    {
        var tree = s_compilation.SyntaxTrees.Single();
        var model = s_compilation.GetSemanticModel(tree);
        return [.. tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => model.GetOperation(call)!)];
    }

    public static readonly ImmutableArray<Term> Variables = [.. s_method.Parameters.Select(Term.Parameter)];

    public static readonly Gen<Term> Constant = Gen.Elements(
        Term.Null, Term.True, Term.False, Term.Constant(0), Term.Constant(1), Term.Constant(7L), Term.Constant("x"));

    static readonly Gen<Term> s_leaf = Gen.OneOf(
        Constant,
        Gen.Elements(Variables.ToArray()),
        Gen.Elements(
            Term.This, Term.Static(s_node.GetMembers("Root")[0]), Term.Static(s_node.GetMembers("Second")[0]),
            Term.Site(Sites[0]), Term.Site(Sites[1]), Term.Fresh(Sites[0]), Term.Phi(Sites[2], Variables[0]), Term.Stale(Term.Site(Sites[0]))));

    /// <summary>Any term that a state may hold.</summary>
    public static readonly Gen<Term> Term_ = Gen.Sized(size => Sized(Math.Min(size, 6)));

    static Gen<Term> Sized(int size)
    {
        if (size <= 0)
            return s_leaf;
        var smaller = Sized(size / 2);
        var member = from owner in smaller from name in Gen.Elements("Next", "Other") select Term.Member(owner, s_node.GetMembers(name)[0]);
        var opaque = from owner in smaller from name in Gen.Elements("_gate", "_lock") select Term.OpaqueMember(owner, name);
        var element = from owner in smaller from key in smaller select Term.Element(owner, key);
        var operation = from op in Gen.Elements(TermOperator.Equal, TermOperator.Less, TermOperator.And, TermOperator.Or)
                        from left in smaller
                        from right in smaller
                        select Term.Operation(op, left, right);
        return Gen.OneOf(s_leaf, member, opaque, element, operation);
    }

    /// <summary>A few locks only, so that states often agree on some.</summary>
    public static readonly Gen<Term> Lock = Gen.Elements(
        Term.Member(Term.This, s_node.GetMembers("Next")[0]), Term.Member(Term.This, s_node.GetMembers("Other")[0]), Variables[0], Term.Static(s_node.GetMembers("Root")[0]));

    public static readonly Gen<LockTraits> Traits = Gen.Elements(
        new LockTraits("plain", false, false, true), new LockTraits("spin", true, false, true), new LockTraits("reentrant", false, true, true), LockTraits.Unknown);

    public static readonly Gen<LockMode> Mode = Gen.Elements(LockMode.Shared, LockMode.Upgradeable, LockMode.Exclusive);

    public static readonly Gen<Hold> Hold_ =
        from path in Lock
        from mode in Mode
        from site in Gen.Elements(Sites.ToArray())
        from certainty in Gen.Elements(Certainty.Definite, Certainty.Maybe)
        select new Hold(path, mode, 1, HoldSource.Acquired, certainty, site, null, "lock", new LockTraits("plain", false, false, true));

    static readonly Gen<Unchecked> s_unchecked =
        from site in Gen.Elements(Sites.ToArray())
        from location in Gen.Elements(Variables[0], Variables[1])
        select new Unchecked(Term.Site(site), site, location);

    static readonly Gen<Mark> s_mark =
        from kind in Gen.Elements(MarkKind.Pending, MarkKind.Owned, MarkKind.Tied, MarkKind.Rechecked)
        from site in Gen.Elements(Sites.ToArray())
        from value in Gen.Elements(Variables[0], Term.Site(site))
        from under in Lock
        select new Mark(kind, "work", value, under, site);

    static readonly Gen<(Term, Term)> s_stored = from key in Gen.Elements(Variables.ToArray()) from value in Term_ select (key, value);

    static readonly Gen<(Term, bool)> s_fact =
        from op in Gen.Elements(TermOperator.Equal, TermOperator.Less)
        from left in Gen.Elements(Variables.ToArray())
        from right in Constant
        from truth in Gen.Elements(true, false)
        select (Term.Operation(op, left, right), truth);

    /// <summary>States as they arise: no lock twice in one mode, some variables assigned, some conditions tested.</summary>
    public static readonly Gen<PathState> State =
        from holds in Few(Hold_, 3)
        from results in Few(s_unchecked, 2)
        from marks in Few(s_mark, 2)
        from stored in Few(s_stored, 3)
        from facts in Few(s_fact, 3)
        from isImplicit in Gen.Elements(true, false, false, false)
        select Build(holds, results, marks, stored, facts, isImplicit);

    /// <summary>A set as the engine makes them: no two paths with one key.</summary>
    public static readonly Gen<PathSet> Set = from states in Few(State, 4) select SetOf(states);

    public static PathSet SetOf(IEnumerable<PathState> states)
    {
        var paths = ImmutableArray<PathState>.Empty;
        foreach (var state in states)
        {
            if (!paths.Any(p => p.SameKey(state)))
                paths = paths.Add(state);
        }

        return paths.IsEmpty ? PathSet.Empty : new PathSet(paths, false);
    }

    public static Gen<List<T>> Few<T>(Gen<T> item, int most) =>
        from count in Gen.Choose(0, most) from items in Gen.ListOf(item, count) select items.ToList();

    static PathState Build(List<Hold> holds, List<Unchecked> results, List<Mark> marks, List<(Term, Term)> stored, List<(Term, bool)> facts, bool isImplicit)
    {
        var state = PathState.Entry with { Implicit = isImplicit };
        foreach (var hold in holds)
        {
            if (state.Find(hold.Lock) is null)
                state = state.Add(hold);
        }

        foreach (var result in results)
        {
            if (!state.Unchecked.Any(u => u.Value.Equals(result.Value)))
                state = state with { Unchecked = state.Unchecked.Add(result) };
        }

        foreach (var mark in marks)
            state = state.Add(mark);
        foreach (var (location, value) in stored)
            state = state.Write(location, value);
        foreach (var (condition, truth) in facts)
            state = Conditions.Assume(state, condition, truth) ?? state;
        return state;
    }
}
