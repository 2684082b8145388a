using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What is still known where paths meet that tell conditions apart: not this one, or that one.</summary>
/// <remarks>
/// Behind <c>if (a &amp;&amp; b) Lock();</c> the lock is not held where <c>a</c> is false, and where <c>a</c> is true and <c>b</c> is not. Of single
/// conditions nothing is common to both; that not both are true is. Such facts are conjunctions known to be false.
/// </remarks>
internal static class Disjunctions
{
    /// <summary>Paths that differ in more conditions than this are told apart by none of them.</summary>
    const int MaxLost = 6;

    /// <summary>Conditions of conditions are combined no further than this.</summary>
    public const int MaxDepth = 8;

    /// <summary>Whether two paths differ in more conditions than tells them apart.</summary>
    public static bool AreLost(TermMap<bool> a, TermMap<bool> b) => AreLost(a, b, TermMap<bool>.Common(a, b));

    static bool AreLost(TermMap<bool> a, TermMap<bool> b, TermMap<bool> common) => a.Count - common.Count > MaxLost || b.Count - common.Count > MaxLost;

    /// <summary>The facts that hold on both paths, with what follows from those that do not.</summary>
    /// <param name="a">One path.</param>
    /// <param name="b">The other path.</param>
    /// <param name="common">The facts that both have.</param>
    public static TermMap<bool> Join(PathState a, PathState b, TermMap<bool> common)
    {
        // What one path knows and more is no choice between the two.
        if (common.Count == a.Facts.Count || common.Count == b.Facts.Count)
            return common;
        var lost = new List<Term>();
        TermMap<bool>.Differences(a.Facts, b.Facts, lost);
        var all = Keep(Keep(common, a, b, lost), b, a, lost);
        if (AreLost(a.Facts, b.Facts, common))
            return all;
        foreach (var choice in lost)
        {
            if (Conditions.Truth(a, choice) is not { } here || Conditions.Truth(b, choice) != !here)
                continue;
            foreach (var other in lost)
            {
                if (other.Depth + choice.Depth > MaxDepth || other.Mentions(choice) || choice.Mentions(other))
                    continue;
                // Either the choice is what it is on one path, or the other path's facts hold.
                if (b.Facts.TryGet(other, out bool there) && Conditions.Truth(a, other) != there)
                    all = all.With(Not(choice, !here, other, !there), false);
                if (a.Facts.TryGet(other, out there) && Conditions.Truth(b, other) != there)
                    all = all.With(Not(choice, here, other, !there), false);
            }
        }

        return all;
    }

    // A conjunction that one path knows to be false, and that is false on the other.
    static TermMap<bool> Keep(TermMap<bool> facts, PathState knowing, PathState other, List<Term> lost)
    {
        foreach (var key in lost)
        {
            if (key.IsOperator(TermOperator.And) && knowing.Facts.TryGet(key, out bool truth) && !truth && Conditions.Truth(other, key) == false)
                facts = facts.With(key, false);
        }

        return facts;
    }

    static Term Not(Term first, bool firstIs, Term second, bool secondIs) =>
        Both(firstIs ? first : ConditionTerms.Not(first), secondIs ? second : ConditionTerms.Not(second));

    /// <summary>The conjunction of two conditions, in one spelling, whichever comes first.</summary>
    public static Term Both(Term left, Term right)
    {
        return left.GetHashCode() <= right.GetHashCode() ? Term.Operation(TermOperator.And, left, right) : Term.Operation(TermOperator.And, right, left);
    }
}
