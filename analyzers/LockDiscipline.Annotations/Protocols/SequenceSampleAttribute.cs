using System;

namespace LockDiscipline
{
    /// <summary>
    /// First step of a sequence-checked install: samples the count.
    /// </summary>
    /// <remarks>
    /// On a property or method. Then follow <see cref="SequenceFetchAttribute"/>, the lock, <see cref="SequenceRecheckAttribute"/>, <see cref="SequenceCommitAttribute"/>, in that order.
    /// <para>
    /// Kernel: <c>mmu_seq = kvm->mmu_invalidate_seq; smp_rmb()</c>; <c>read_seqbegin</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [SequenceSample("invalidate")]
    /// public ulong InvalidateSeq { get; }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class SequenceSampleAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="name">Name of the protocol, shared by its four steps.</param>
        public SequenceSampleAttribute(string name)
        {
            Name = name;
        }

        /// <summary>Name of the protocol, shared by its four steps.</summary>
        public string Name { get; }
    }
}
