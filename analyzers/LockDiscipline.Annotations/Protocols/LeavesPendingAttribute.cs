using System;

namespace LockDiscipline
{
    /// <summary>
    /// Leaves work behind that someone must do, such as a TLB flush.
    /// </summary>
    /// <remarks>
    /// On a method. With <see cref="WhenReturns"/>: only when it returns that value; left out: always.
    /// <para>
    /// Kernel: the flush return value of <c>kvm_unmap_gfn_range</c>. None elsewhere.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [LeavesPending("TLB flush", WhenReturns = true)]
    /// public bool Unmap(GfnRange range) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class LeavesPendingAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="what">The work, in words that leaver and settler share, such as "TLB flush".</param>
        public LeavesPendingAttribute(string what)
        {
            What = what;
        }

        /// <summary>The work, in words that leaver and settler share, such as "TLB flush".</summary>
        public string What { get; }

        /// <summary>The result that means work is pending. Left out of the attribute: work is pending whatever it returns.</summary>
        public bool WhenReturns { get; set; }
    }
}
