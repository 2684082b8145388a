namespace MemoryModel.Backends;

/// <summary>How far a machine has come on its way to being a secure one.</summary>
/// <remarks>Source: KVMPPC_SECURE_INIT_START and KVMPPC_SECURE_INIT_DONE.</remarks>
public enum SecureGuestState
{
    /// <summary>An ordinary machine.</summary>
    Normal,

    /// <summary>H_SVM_INIT_START has been called: pages move in.</summary>
    Transient,

    /// <summary>H_SVM_INIT_DONE has been called.</summary>
    Secure,
}
