namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Something that may be so of a term. A struct, so that whoever goes through many terms allocates nothing.</summary>
internal interface ITermTest
{
    /// <summary>A bit in the masks of all terms of which it is so.</summary>
    ulong Bit { get; }

    bool Holds(Term term);
}

/// <summary>A term occurs in it.</summary>
internal readonly struct Mentioning(Term part) : ITermTest
{
    public ulong Bit => part.Bit;

    public bool Holds(Term term) => term.Mentions(part);
}

/// <summary>A value occurs in it that is named after a place where paths meet.</summary>
internal readonly struct NamedAfter(object place) : ITermTest
{
    public ulong Bit { get; } = TermMask.Place(place);

    public bool Holds(Term term) => term.MentionsNameOf(place);
}
