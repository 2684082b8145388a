using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

internal enum BreachKind : byte
{
    /// <summary>Work is pending where none may be: see <see cref="Breach.What"/>.</summary>
    StillPending,
}

/// <summary>On this path, a place breaks what a contract says of values, pending work or sequences.</summary>
/// <param name="Site">The place.</param>
/// <param name="What">The kind of what is owned, the work that is pending, the name of the sequence, the condition.</param>
/// <param name="Mark">What the path carried to the place, where the breach follows from that.</param>
/// <param name="Name">The member at the place, as it is called in messages.</param>
internal readonly record struct Breach(BreachKind Kind, IOperation Site, string What, Mark? Mark, string Name);
