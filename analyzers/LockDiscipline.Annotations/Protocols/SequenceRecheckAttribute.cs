using System;

namespace LockDiscipline
{
    /// <summary>
    /// Third step, under the lock: tells whether what was fetched has gone stale since the sample.
    /// </summary>
    /// <remarks>
    /// On a <c>bool</c> property or method.
    /// <para>
    /// Kernel: <c>mmu_invalidate_retry_gfn</c>, <c>read_seqretry</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [SequenceRecheck("invalidate"), RequiresLock("MmuLock")]
    /// public bool InvalidateRetry(ulong seq, Gfn gfn) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class SequenceRecheckAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="name">Name of the protocol, shared by its four steps.</param>
        public SequenceRecheckAttribute(string name)
        {
            Name = name;
        }

        /// <summary>Name of the protocol, shared by its four steps.</summary>
        public string Name { get; }

        /// <summary>The result that means stale, so that the caller must start over. Default true.</summary>
        public bool Stale { get; set; } = true;
    }
}
