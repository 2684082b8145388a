namespace MemoryModel.Backends;

/// <summary>What a machine's hardware says to an access that its page tables allow.</summary>
public enum ProtectionCheck
{
    /// <summary>It may go on.</summary>
    Allowed,

    /// <summary>The host is asked.</summary>
    Fault,

    /// <summary>The guest gets an exception.</summary>
    Exception,
}
