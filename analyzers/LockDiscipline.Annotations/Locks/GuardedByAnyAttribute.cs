using System;

namespace LockDiscipline
{
    /// <summary>
    /// Several locks protect the member together: reading it needs any one of them, writing it needs all of them exclusive.
    /// </summary>
    /// <remarks>
    /// On a field or property. A lock that can only be held shared, such as SRCU, needs not be held for a write.
    /// <para>
    /// Clang: none, several <c>guarded_by</c> mean all of them for reading too. Kernel: <c>rcu_dereference_check(p, lockdep_is_held(...))</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [GuardedByAny("SlotsLock", "Srcu")]
    /// private MemslotSet _active;   // readers come through either, the writer holds SlotsLock
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = true, Inherited = true)]
    sealed partial class GuardedByAnyAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">The locks, any of which admits a reader.</param>
        public GuardedByAnyAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>The locks, any of which admits a reader.</summary>
        public string[] Locks { get; }
    }
}
