using System;

namespace LockDiscipline
{
    /// <summary>
    /// The flag says what is pending already; the method takes it over, and the flag that it returns includes it.
    /// </summary>
    /// <remarks>
    /// On a <c>bool</c> parameter.
    /// <para>
    /// Kernel: <c>flush = kvm_tdp_mmu_unmap_gfn_range(kvm, range, flush)</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [LeavesPending("TLB flush", WhenReturns = true)]
    /// public bool Zap(GfnRange range, [TakesPending("TLB flush")] bool flush) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Parameter, AllowMultiple = true, Inherited = true)]
    sealed partial class TakesPendingAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="what">The work, in words that leaver and settler share, such as "TLB flush".</param>
        public TakesPendingAttribute(string what)
        {
            What = what;
        }

        /// <summary>The work, in words that leaver and settler share, such as "TLB flush".</summary>
        public string What { get; }
    }
}
