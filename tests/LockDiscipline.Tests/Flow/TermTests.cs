using FsCheck.Fluent;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Tests.Flow;

/// <summary>Terms are values: equality, hash, replacing and substituting.</summary>
public sealed class TermTests
{
    static readonly FsCheck.Gen<(Term A, Term B)> s_two = from a in Generators.Term_ from b in Generators.Term_ select (a, b);
    static readonly FsCheck.Gen<(Term A, Term B, Term C)> s_three = from a in Generators.Term_ from b in Generators.Term_ from c in Generators.Term_ select (a, b, c);

    [Fact]
    public void Equality_IsReflexiveSymmetricAndAgreesWithHash() => Law.Holds(s_two, two =>
        two.A.Equals(two.A) && two.A.Equals(two.B) == two.B.Equals(two.A) && (!two.A.Equals(two.B) || two.A.GetHashCode() == two.B.GetHashCode()));

    [Fact]
    public void Equality_IsThatOfStructure() => Law.Holds(s_two, two => two.A.Equals(two.B) == (Structure(two.A) == Structure(two.B)));

    [Fact]
    public void RebuiltTerm_IsEqual() => Law.Holds(Generators.Term_, term => Rebuild(term) is var copy && copy.Equals(term) && copy.GetHashCode() == term.GetHashCode());

    [Fact]
    public void Replace_ByItselfOrOfWhatIsAbsent_ChangesNothing() => Law.Holds(s_three, three =>
        three.A.Replace(three.B, three.B).Equals(three.A)
        && (three.A.Mentions(three.B) || ReferenceEquals(three.A.Replace(three.B, three.C), three.A)));

    [Fact]
    public void Replace_LeavesNoneWhereTheNewTermHasNone() => Law.Holds(s_three, three =>
        three.C.Mentions(three.B) || !three.A.Replace(three.B, three.C).Mentions(three.B) || Structure(three.C).Contains(Structure(three.B), StringComparison.Ordinal)
        || Grown(three.A, three.B, three.C));

    [Fact]
    public void Replace_OfAFreshName_IsUndoneByTheReverse() => Law.Holds(s_two, two =>
    {
        var fresh = Term.Site(new object());
        return two.A.Replace(two.B, fresh).Replace(fresh, two.B).Equals(two.A);
    });

    [Fact]
    public void Substitute_ByItself_IsTheTermOrNothing() => Law.Holds(Generators.Term_, term =>
        term.Substitute(root => root) is { } same ? ReferenceEquals(same, term) : !term.IsRooted);

    [Fact]
    public void Substitute_WithoutCounterpart_IsNothing() => Law.Holds(Generators.Term_, term =>
        term.Substitute(_ => null) is null == HasRoots(term) || !term.IsRooted);

    [Fact]
    public void Substitute_ReplacesRootsOnly() => Law.Holds(Generators.Term_, term =>
    {
        var other = Term.Static(Generators.Variables[0].Symbol!);
        var substituted = term.Substitute(root => root.Kind == TermKind.This ? other : root);
        return substituted is null || (!substituted.Mentions(Term.This) && substituted.Replace(other, Term.This).Equals(term));
    });

    [Fact]
    public void Depth_IsOneMoreThanThatOfTheParts() => Law.Holds(Generators.Term_, term =>
        term.Depth == 1 + Math.Max(term.Left?.Depth ?? 0, term.Right?.Depth ?? 0));

    [Theory]
    [InlineData((sbyte)1), InlineData((byte)1), InlineData((short)1), InlineData((ushort)1), InlineData(1u), InlineData(1L), InlineData(1ul), InlineData('\u0001')]
    public void IntegralConstants_OfOneValueAreOneTerm(object value) => Assert.Equal(Term.Constant(1), Term.Constant(value));

    [Fact]
    public void Constants_OfOtherKindsDiffer()
    {
        Assert.NotEqual(Term.Constant(1), Term.Constant(true));
        Assert.NotEqual(Term.Constant(0), Term.Null);
        Assert.NotEqual(Term.Constant("1"), Term.Constant(1));
        Assert.NotEqual(Term.Constant(ulong.MaxValue), Term.Constant(-1));
    }

    // A replacement can complete a larger occurrence of what was replaced.
    static bool Grown(Term a, Term b, Term c) => b.Depth > c.Depth && a.Mentions(b);

    static bool HasRoots(Term term) =>
        term.Kind is TermKind.This or TermKind.Parameter or TermKind.Return
        || (term.Kind is TermKind.Member or TermKind.Element or TermKind.Operation && ((term.Left is { } left && HasRoots(left)) || (term.Right is { } right && HasRoots(right))));

    static Term Rebuild(Term term) => term.Kind switch
    {
        TermKind.Member when term.Symbol is { } member => Term.Member(Rebuild(term.Left!), member),
        TermKind.Member => Term.OpaqueMember(Rebuild(term.Left!), (string)term.Value!),
        TermKind.Element => Term.Element(Rebuild(term.Left!), Rebuild(term.Right!)),
        TermKind.Operation => Term.Operation((TermOperator)term.Value!, Rebuild(term.Left!), Rebuild(term.Right!)),
        TermKind.Constant => Term.Constant(term.Value),
        TermKind.Parameter => Term.Parameter(term.Symbol!),
        TermKind.Static => Term.Static(term.Symbol!),
        TermKind.Site => Term.Site(term.Value!),
        TermKind.Fresh => Term.Fresh(term.Value!),
        TermKind.Phi => Term.Phi(term.Value!, Rebuild(term.Left!)),
        TermKind.Stale => Term.Stale(Rebuild(term.Left!)),
        _ => term,
    };

    static string Structure(Term term) =>
        $"({term.Kind} {term.Symbol?.Name} {(term.Value is Microsoft.CodeAnalysis.IOperation at ? at.Syntax.SpanStart : $"{term.Value?.GetType().Name}:{term.Value}")}"
        + $" {(term.Left is null ? "" : Structure(term.Left))} {(term.Right is null ? "" : Structure(term.Right))})";
}
