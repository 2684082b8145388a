using System;

namespace LockDiscipline
{
    /// <summary>
    /// The locks are held on entry and on exit, but dropped in between: what was read under them before the call is stale after it.
    /// </summary>
    /// <remarks>
    /// On a method.
    /// <para>
    /// Clang: none. Kernel: comments such as "drops and retakes uvmem_lock"; <c>cond_resched_lock</c> is one.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ReleasesTemporarily("UvmemLock")]
    /// private void FaultBack(Gfn gfn) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class ReleasesTemporarilyAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public ReleasesTemporarilyAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
