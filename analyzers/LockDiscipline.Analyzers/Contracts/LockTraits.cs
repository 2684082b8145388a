namespace LockDiscipline.Analyzers.Contracts;

/// <summary>What kind of lock a <c>[Lock]</c> type is.</summary>
/// <param name="Name">The word for it in messages, such as "mutex".</param>
/// <param name="Spinning">Its holder must not sleep, and acquiring it does not count as sleeping.</param>
/// <param name="Reentrant">Its holder may acquire it again; null where that cannot be told.</param>
/// <param name="ThreadBound">It must be released by the thread that acquired it.</param>
internal sealed record LockTraits(string Name, bool Spinning, bool? Reentrant, bool ThreadBound)
{
    /// <summary>A lock of which only its use is known.</summary>
    public static readonly LockTraits Unknown = new("lock", false, null, true);

    /// <summary>It is one only if whoever gave it says so: a parameter whose making cannot be seen.</summary>
    public bool IsPresumed { get; init; }

    /// <summary>Any object, locked as such.</summary>
    public static readonly LockTraits Monitor = new("monitor", false, true, true);
}
