namespace LockDiscipline.Analyzers.Contracts;

/// <summary>How strongly a lock is held; a stronger mode serves wherever a weaker one is needed.</summary>
internal enum LockMode : byte
{
    Shared,

    /// <summary>Shared, with the right to become exclusive; at most one holder.</summary>
    Upgradeable,

    Exclusive,
}
