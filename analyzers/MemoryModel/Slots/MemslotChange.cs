namespace MemoryModel.Slots;

/// <summary>What a request does to its slot.</summary>
/// <remarks>Source: enum kvm_mr_change.</remarks>
public enum MemslotChange
{
    /// <summary>There was none of this number.</summary>
    Create,

    /// <summary>It goes away.</summary>
    Delete,

    /// <summary>It goes to other guest frames.</summary>
    Move,

    /// <summary>Only its flags change; never passes through INVALID.</summary>
    FlagsOnly,

    /// <summary>Nothing changes.</summary>
    None,
}
