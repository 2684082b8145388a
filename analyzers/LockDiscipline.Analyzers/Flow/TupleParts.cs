using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What a contract says of a tuple that is returned it says of the part that is an object; the parts beside it tell whether there is one.</summary>
internal static class TupleParts
{
    /// <summary>The tuple for which a part of it stands; null where the value is no part, or one that only says something of the others.</summary>
    public static Term? WholeOf(Term value) => PartType(value, out var tuple, out int index) is not null && IsMeant(tuple!, index) ? value.Left : null;

    // By its place: it may have other names elsewhere, and in a term it is the part of every tuple with as many.
    static ITypeSymbol? PartType(Term value, out INamedTypeSymbol? tuple, out int index)
    {
        (tuple, index) = (null, -1);
        if (value is not { Kind: TermKind.Member, Symbol: IFieldSymbol { ContainingType: { IsTupleType: true } container } field, Left: { } whole })
            return null;
        tuple = TypeOf(whole) is INamedTypeSymbol { IsTupleType: true } exact ? exact : container;
        var name = (field.CorrespondingTupleField ?? field).Name;
        for (int i = 0; i < tuple.TupleElements.Length; i++)
        {
            if ((tuple.TupleElements[i].CorrespondingTupleField ?? tuple.TupleElements[i]).Name == name)
                index = i;
        }

        return index < 0 ? null : tuple.TupleElements[index].Type;
    }

    // What the operation gives that made it.
    static ITypeSymbol? TypeOf(Term value) => Bare((value is { Kind: TermKind.Site, Value: IOperation made } ? made : null)?.Type);

    /// <summary>A type without what may stand around it: that it comes later, or may be missing.</summary>
    public static ITypeSymbol? Bare(ITypeSymbol? type)
    {
        while (type is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" or "Nullable" } wrapper)
            type = wrapper.TypeArguments[0];
        return type;
    }

    /// <summary>The tuple that a value was made as here; null for any other value.</summary>
    public static ITupleOperation? Made(Term value) => value is { Kind: TermKind.Site, Value: ITupleOperation tuple } ? tuple : null;

    /// <summary>Whether what the path knows of the parts says that the tuple holds nothing: an error beside the object, or null in its place.</summary>
    public static bool HoldNothing(PathState state, Term tuple)
    {
        if (TypeOf(tuple) is { IsTupleType: false })
            return false;
        // Each part by itself may be good, and yet not all of them here.
        PathState? good = state;
        foreach (var fact in state.Facts.Matching(tuple.Bit))
        {
            if ((good = Suppose(good, fact.Key, tuple)) is null)
                return true;
        }

        return false;
    }

    // The path as it goes on where no part that the condition mentions says that there is nothing; null where one does.
    static PathState? Suppose(PathState? good, Term condition, Term tuple)
    {
        for (var term = condition; term is not null && good is not null; term = term.Left)
        {
            if (tuple.Equals(term.Left) && PartType(term, out _, out _) is { } type)
                return WholeOf(term) is not null ? Conditions.Assume(good, ConditionTerms.IsNull(term), false) : WithoutError(good, term, type);
            if (term.Right is { } right)
                good = Suppose(good, right, tuple);
        }

        return good;
    }

    // Of a plain number nobody says whether it counts something or is an error, until it was tested.
    static PathState? WithoutError(PathState state, Term part, ITypeSymbol type) =>
        Failure.Of(state, part) == true ? null
        : type.SpecialType == SpecialType.System_Boolean ? Conditions.Assume(state, part, true)
        : type.TypeKind == TypeKind.Enum ? Conditions.Assume(state, ConditionTerms.Equal(part, Failure.None), true)
        : state;

    /// <summary>Whether a tuple that is made here has the value as one of its parts.</summary>
    public static bool Hold(PathState state, Term? made, Term value)
    {
        if (made is null || Made(made) is not { } tuple)
            return false;
        for (int i = 0; i < tuple.Elements.Length; i++)
        {
            if (value.Equals(state.Read(Evaluator.PartOf(made, i))))
                return true;
        }

        return false;
    }

    // An object before a value, a value before a number, and of numbers the last one.
    static bool IsMeant(INamedTypeSymbol tuple, int index)
    {
        int rank = Rank(tuple.TupleElements[index].Type);
        for (int i = 0; i < tuple.TupleElements.Length; i++)
        {
            int other = Rank(tuple.TupleElements[i].Type);
            if (other > rank || (rank == 1 && other == rank && i > index))
                return false;
        }

        return rank > 0;
    }

    static int Rank(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String or SpecialType.System_Boolean } or { TypeKind: TypeKind.Enum } => 0,
        { IsValueType: false } => 3,
        { SpecialType: SpecialType.None or SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => 2,
        _ => 1,
    };
}
