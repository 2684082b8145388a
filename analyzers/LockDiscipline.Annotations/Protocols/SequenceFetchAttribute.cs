using System;

namespace LockDiscipline
{
    /// <summary>
    /// Second step: fetches what may go stale, without the lock.
    /// </summary>
    /// <remarks>
    /// On a property or method.
    /// <para>
    /// Kernel: <c>kvm_faultin_pfn</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [SequenceFetch("invalidate"), MaySleep]
    /// public Result&lt;Pfn&gt; FaultInPfn(Gfn gfn) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class SequenceFetchAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="name">Name of the protocol, shared by its four steps.</param>
        public SequenceFetchAttribute(string name)
        {
            Name = name;
        }

        /// <summary>Name of the protocol, shared by its four steps.</summary>
        public string Name { get; }
    }
}
