using System;

namespace LockDiscipline
{
    /// <summary>
    /// Turns an exclusive hold into a shared one, without a moment in which nothing is held.
    /// </summary>
    /// <remarks>
    /// On a method. The caller must remember which release is due afterwards; the analysis does.
    /// <para>
    /// Clang: release and acquire on one function. Kernel: <c>downgrade_write</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [DowngradesLock]
    /// public void DowngradeWrite() { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class DowngradesLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public DowngradesLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
