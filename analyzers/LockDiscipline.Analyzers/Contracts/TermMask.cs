using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// Bits that say what cannot be in a term, or in many: each part of a term sets one. A term without the bit of a part does not mention that part;
/// one with it may. Some bits are kept for what is often asked for.
/// </summary>
internal static class TermMask
{
    const int Parts = 61;

    /// <summary>A comparison by order.</summary>
    public const ulong Less = 1UL << 61;

    /// <summary>Not of a term: of what is known to be true.</summary>
    public const ulong True = 1UL << 62;

    /// <summary>A term of this hash.</summary>
    public static ulong Part(int hash) => 1UL << (int)((unchecked((uint)hash * 0x85EBCA6Bu) >> 7) % Parts);

    /// <summary>A value named after a place where paths meet.</summary>
    public static ulong Place(object place) => Part(unchecked(RuntimeHelpers.GetHashCode(place) * 0x1B873593));

    /// <summary>A member or static, of whatever object.</summary>
    public static ulong Member(ISymbol member) => Part(unchecked(SymbolEqualityComparer.Default.GetHashCode(member) * 0x2545F491));
}
