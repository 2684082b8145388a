using System.Collections.Generic;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>A member with code, and the names in it. Compared by reference; immutable.</summary>
/// <param name="name">Its name; of an accessor the property's.</param>
/// <param name="span">The whole declaration.</param>
/// <param name="isCalled">A method, whose code runs only where a list of arguments follows its name.</param>
/// <param name="access">Who can name it.</param>
/// <param name="outermost">The hash of the name of the outermost type around it.</param>
/// <param name="mentions">The hashes of the names in it, each once: first those followed by arguments, then the others, then its own, unless it is used as well.</param>
/// <param name="called">How many names are followed by arguments.</param>
/// <param name="used">How many names are used, rather than declared.</param>
internal sealed class FunctionNames(string name, TextSpan span, bool isCalled, Naming access, int outermost, int[] mentions, int called, int used)
{
    /// <summary>The names of the tree that it is in.</summary>
    public TreeNames Tree { get; internal set; } = null!;

    /// <summary>Which one of its tree.</summary>
    public int Index { get; internal set; }

    /// <summary>The hash of the whole declaration, the same however it is laid out and whatever lines of comments stand in it.</summary>
    public ulong Content { get; init; }

    /// <summary>A method that does nothing but return something: those who call it may look through it.</summary>
    public bool IsShort { get; internal set; }

    public string Name { get; } = name;

    public int NameHash { get; } = TreeNames.Hash(name);

    public TextSpan Span { get; } = span;

    /// <summary>A method, whose name is followed by arguments where it is called.</summary>
    public bool IsMethod { get; } = isCalled;

    /// <summary>Not declared public or protected.</summary>
    public bool IsHidden { get; } = access != Naming.Visible;

    public int[] Mentions { get; } = mentions;

    /// <summary>The first mentions, as many as are used rather than declared.</summary>
    public int Used { get; } = used;

    int Outermost { get; } = outermost;

    int Called { get; } = called;

    // Asked for in every look-up; that of an object's identity takes far longer.
    public override int GetHashCode() => unchecked((NameHash * 31) + Span.Start);

    public bool MentionsAny(HashSet<int> names)
    {
        foreach (var mention in Mentions)
        {
            if (names.Contains(mention))
                return true;
        }

        return false;
    }

    /// <summary>Whether <paramref name="caller"/> can mean this member by one of its mentions, which is the same name.</summary>
    public bool CanBeMeantBy(FunctionNames caller, int mention) =>
        !ReferenceEquals(this, caller) && (!IsMethod || mention < caller.Called) && (access != Naming.Private || Outermost == caller.Outermost);
}

/// <summary>Who can name a member, as far as its own modifiers tell.</summary>
internal enum Naming : byte
{
    Visible,
    Internal,

    /// <summary>Only code within the same outermost type.</summary>
    Private,
}
