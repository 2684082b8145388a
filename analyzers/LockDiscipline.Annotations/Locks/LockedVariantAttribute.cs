using System;

namespace LockDiscipline
{
    /// <summary>
    /// Names the variant of this operation for callers that hold the lock already.
    /// </summary>
    /// <remarks>
    /// On the method that takes the lock. When it is called with the lock held, the finding and its fix name the variant.
    /// <para>
    /// Kernel: the convention of two leading underscores (<c>kvmppc_svm_page_out</c> and <c>__kvmppc_svm_page_out</c>) or of a <c>_locked</c> suffix.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [LockedVariant(nameof(PageOutLocked))]
    /// public Errno PageOut(Gfn gfn) { ... }
    /// 
    /// [RequiresLock(nameof(UvmemLock))]
    /// public Errno PageOutLocked(Gfn gfn) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = false, Inherited = true)]
    sealed partial class LockedVariantAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="method">Name of the method, of the same type, that expects the lock to be held.</param>
        public LockedVariantAttribute(string method)
        {
            Method = method;
        }

        /// <summary>Name of the method, of the same type, that expects the lock to be held.</summary>
        public string Method { get; }
    }
}
