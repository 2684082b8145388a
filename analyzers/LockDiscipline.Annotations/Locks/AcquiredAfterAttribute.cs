using System;

namespace LockDiscipline
{
    /// <summary>
    /// Declared order: where both are held, this lock is acquired while the named ones are already held, never the other way round.
    /// </summary>
    /// <remarks>
    /// On a field or property that is a lock. Order is transitive; one that contradicts itself is reported.
    /// <para>
    /// Clang: <c>acquired_after</c>. Kernel: the order that <c>locking.rst</c> documents and lockdep learns while running.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [AcquiredAfter("Mm.MmapLock")]
    /// public Mutex UvmemLock { get; }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = true, Inherited = true)]
    sealed partial class AcquiredAfterAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">The locks that come first.</param>
        public AcquiredAfterAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>The locks that come first.</summary>
        public string[] Locks { get; }
    }
}
