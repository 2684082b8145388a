using System;

namespace LockDiscipline
{
    /// <summary>
    /// Does the work that was left pending.
    /// </summary>
    /// <remarks>
    /// On a method. With <see cref="WhenReturns"/>: only on that result; left out: always.
    /// <para>
    /// Kernel: <c>kvm_flush_remote_tlbs</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [Settles("TLB flush")]
    /// public void FlushRemoteTlbs() { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class SettlesAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="what">The work, in words that leaver and settler share, such as "TLB flush".</param>
        public SettlesAttribute(string what)
        {
            What = what;
        }

        /// <summary>The work, in words that leaver and settler share, such as "TLB flush".</summary>
        public string What { get; }

        /// <summary>The result on which the work is done. Of a result that is no flag, true stands for success: no error, not null. Left out of the attribute: whatever it returns.</summary>
        public bool WhenReturns { get; set; }
    }
}
