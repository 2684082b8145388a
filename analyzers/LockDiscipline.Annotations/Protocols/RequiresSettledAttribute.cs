using System;

namespace LockDiscipline
{
    /// <summary>
    /// Nothing of this may be pending here.
    /// </summary>
    /// <remarks>
    /// On a method: at its call. On a field or property of a lock type: at the release of that lock.
    /// <para>
    /// Kernel: flush before the page is freed, and before <c>mmu_lock</c> is dropped.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [RequiresSettled("TLB flush")]
    /// public RwSpinLock MmuLock { get; }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = true, Inherited = true)]
    sealed partial class RequiresSettledAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="what">The work, in words that leaver and settler share, such as "TLB flush".</param>
        public RequiresSettledAttribute(string what)
        {
            What = what;
        }

        /// <summary>The work, in words that leaver and settler share, such as "TLB flush".</summary>
        public string What { get; }
    }
}
