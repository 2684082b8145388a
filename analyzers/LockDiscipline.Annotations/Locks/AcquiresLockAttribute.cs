using System;

namespace LockDiscipline
{
    /// <summary>
    /// Acquires: the locks are held on exit and were not on entry.
    /// </summary>
    /// <remarks>
    /// On a method, lambda, delegate type, or the constructor of a <see cref="ScopedLockAttribute"/> type; on a method that returns such a scope the hold is in the scope.
    /// <para>
    /// Clang: <c>acquire_capability</c>, <c>acquire_shared_capability</c>. Kernel: <c>__acquires</c>, <c>__acquires_shared</c>. Java: the Checker Framework's <c>@EnsuresLockHeld</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [AcquiresLock("MmapLock", Shared = true), MaySleep]
    /// public void MmapReadLock() =&gt; MmapLock.ReadLock();
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Delegate, AllowMultiple = true, Inherited = true)]
    sealed partial class AcquiresLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public AcquiresLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }

        /// <summary>True: the shared (reading) mode is meant; false, the default: the exclusive mode.</summary>
        public bool Shared { get; set; }
    }
}
