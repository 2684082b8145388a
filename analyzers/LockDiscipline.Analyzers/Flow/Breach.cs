using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

internal enum BreachKind : byte
{
    /// <summary>Work is pending where none may be.</summary>
    StillPending,

    /// <summary>A sequence is committed without a recheck under a lock held since.</summary>
    Unchecked,

    /// <summary>What is committed was fetched before the sequence was sampled; the site is that fetch.</summary>
    Unsampled,

    /// <summary>A value goes to a consumer of another kind.</summary>
    WrongConsumer,

    /// <summary>A value goes to its consumer a second time.</summary>
    ConsumedTwice,

    /// <summary>A value is used after it went to its consumer.</summary>
    UsedConsumed,

    /// <summary>A value is used after its lock was dropped.</summary>
    UsedDead,

    /// <summary>A value is stored where it outlives its lock.</summary>
    Escapes,

    /// <summary>A nearest match is used before it was tested.</summary>
    UsedNearest,

    /// <summary>A release gets the token of another acquire.</summary>
    WrongToken,

    /// <summary>A member that only a success has is read where success is not established; <see cref="Breach.What"/> is empty where that is open.</summary>
    ReadUntested,

    /// <summary>What was to be the last call, if it failed, is followed by another one.</summary>
    WalksOn,

    /// <summary>A condition was not tested that the call needs; <see cref="Breach.What"/> is the condition, and the name is empty where it is known not to hold.</summary>
    Untested,

    /// <summary>A guarded member gets a value computed from what was read of it under an earlier hold.</summary>
    WrittenStale,
}

/// <summary>On this path, a place breaks what a contract says of values, pending work or sequences.</summary>
/// <param name="Site">The place.</param>
/// <param name="What">The kind of what is owned, the work that is pending, the name of the sequence.</param>
/// <param name="Mark">What the path carried to the place, where the breach follows from that.</param>
/// <param name="Name">The member or expression at the place, as it is called in messages.</param>
internal readonly record struct Breach(BreachKind Kind, IOperation Site, string What, Mark? Mark, string Name);
