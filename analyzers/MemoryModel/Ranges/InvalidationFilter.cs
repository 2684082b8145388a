namespace MemoryModel.Ranges;

/// <summary>Which kind of a guest's memory an operation on a range is about.</summary>
/// <remarks>
/// Source: enum kvm_gfn_range_filter, what came of "KVM: Add flags to struct kvm_gfn_range" (June 2023). There the caller was to say who it was (a notifier, a change of attributes, a file that gives memory up); what matters is not who
/// asks but which mappings are meant, since a private page that is taken out and put back comes back zeroed under TDX.
/// </remarks>
public enum InvalidationFilter
{
    /// <summary>Both.</summary>
    All,

    /// <summary>Memory that the process has mapped too. What a notifier means, and a change of attributes to private.</summary>
    Shared,

    /// <summary>Private memory. What a guest_memfd means, and a change of attributes to shared.</summary>
    Private,

    /// <summary>Everything but what is in a secure page table.</summary>
    AllButMirrors,
}
