using System;

namespace LockDiscipline
{
    /// <summary>
    /// Declared order: where both are held, this lock is acquired first and the named ones while it is held.
    /// </summary>
    /// <remarks>
    /// On a field or property that is a lock. It is <see cref="AcquiredAfterAttribute"/> seen from the outer lock.
    /// <para>
    /// Clang: <c>acquired_before</c>. Kernel: documented lock hierarchy, <c>might_lock_nested</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [AcquiredBefore(nameof(SlotsArchLock))]
    /// public Mutex SlotsLock { get; }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = true, Inherited = true)]
    sealed partial class AcquiredBeforeAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">The locks that come later.</param>
        public AcquiredBeforeAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>The locks that come later.</summary>
        public string[] Locks { get; }
    }
}
