using System;

namespace LockDiscipline
{
    /// <summary>
    /// What it returns is that lock: locking the result is locking the named one.
    /// </summary>
    /// <remarks>
    /// On a method or property.
    /// <para>
    /// Clang: <c>lock_returned</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ReturnsLock("Mm.MmapLock")]
    /// public RwSemaphore MmapLock =&gt; Mm.MmapLock;
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
    sealed partial class ReturnsLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public ReturnsLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
