using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says of two locks of one class whether they belong to objects that stand side by side, so that only chance says which comes first.</summary>
internal static class Pairs
{
    /// <summary>
    /// Whether nothing but a test can tell which of the two is to be taken first: arguments, the receiver and an argument, elements of one collection at given places, results of
    /// one look-up. An object and one that is reached from it have an order by their structure, and what is reached from another object may lead back to the first; of values that
    /// paths have merged, nothing is known.
    /// </summary>
    public static bool AreUnrelated(Term held, Term taken)
    {
        if (LockEffects.SameCollection(held, taken))
            return false;
        var (one, other) = (OwnerOf(held), OwnerOf(taken));
        if (one.Mentions(other) || other.Mentions(one))
            return false;
        return (IsGiven(one) && IsGiven(other) && one.Depth == other.Depth) || AreSameLookup(one, other) || AreElements(one, other);
    }

    // The object whose lock it is; an object that is locked itself.
    static Term OwnerOf(Term path) => path.Kind == TermKind.Member ? path.Left! : path;

    static bool IsGiven(Term owner) => owner.Kind switch
    {
        TermKind.This or TermKind.Parameter => true,
        TermKind.Member => IsGiven(owner.Left!),
        _ => false,
    };

    static bool AreElements(Term one, Term other) =>
        one.Kind == TermKind.Element && other.Kind == TermKind.Element && one.Left!.Equals(other.Left) && IsPlace(one.Right!) && IsPlace(other.Right!)
        && !(one.Right!.IsConstant && other.Right!.IsConstant);

    static bool IsPlace(Term key) => key.IsConstant || key.Kind == TermKind.Parameter;

    static bool AreSameLookup(Term one, Term other) =>
        one is { Kind: TermKind.Site, Value: IInvocationOperation first } && other is { Kind: TermKind.Site, Value: IInvocationOperation second } && !ReferenceEquals(first, second)
        && first.Arguments.Length > 0 && SymbolEqualityComparer.Default.Equals(first.TargetMethod, second.TargetMethod);
}
