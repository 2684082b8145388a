namespace MemoryModel.Memory;

/// <summary>What can fail in the kernel for reasons that are none of the caller's, see <see cref="FaultInjection"/>.</summary>
/// <remarks>Source: the capabilities of fault-injection/fault-injection.rst.</remarks>
public enum FaultSite
{
    /// <summary>A page is allocated (fail_page_alloc): ENOMEM.</summary>
    Page,

    /// <summary>A structure of the kernel's own is allocated (failslab): ENOMEM.</summary>
    Structure,

    /// <summary>Something is copied from or to user space (fail_usercopy): EFAULT.</summary>
    UserCopy,

    /// <summary>A page is read back from swap (fail_make_request). The read's error is EIO; a process that touches the page gets SIGBUS for it, and who faults it in on its behalf EFAULT.</summary>
    SwapRead,

    /// <summary>A signal is looked for where a wait can be interrupted: EINTR.</summary>
    Signal,
}
