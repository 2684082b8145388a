using System;

namespace LockDiscipline
{
    /// <summary>
    /// The reference is good only while that lock is held without a break: taking the lock again does not revive it.
    /// </summary>
    /// <remarks>
    /// On <c>return:</c> or an <c>out</c> parameter.
    /// <para>
    /// Kernel: what <c>mmap_lock</c>, RCU and SRCU give their readers; <c>srcu_dereference</c>. Clang: <c>lifetimebound</c> comes nearest.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [RequiresLock("MmapLock", Shared = true)]
    /// [return: ValidUnder("MmapLock")]
    /// public Vma? VmaLookup(Hva addr) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter, AllowMultiple = true, Inherited = true)]
    sealed partial class ValidUnderAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public ValidUnderAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
