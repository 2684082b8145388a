using System;

namespace LockDiscipline
{
    /// <summary>
    /// Last step: installs what was fetched, under the same hold of the lock as the recheck.
    /// </summary>
    /// <remarks>
    /// On a property or method.
    /// <para>
    /// Kernel: <c>kvm_tdp_mmu_map</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [SequenceCommit("invalidate"), RequiresLock("MmuLock")]
    /// public void MapSpte(Gfn gfn, Pfn pfn) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class SequenceCommitAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="name">Name of the protocol, shared by its four steps.</param>
        public SequenceCommitAttribute(string name)
        {
            Name = name;
        }

        /// <summary>Name of the protocol, shared by its four steps.</summary>
        public string Name { get; }
    }
}
