using System;

namespace LockDiscipline
{
    /// <summary>
    /// Fails at run time unless the caller holds the locks: from the call on they count as held.
    /// </summary>
    /// <remarks>
    /// On a method that throws or ends the process when its claim is false.
    /// <para>
    /// Clang: <c>assert_capability</c>, <c>assert_shared_capability</c>. Kernel: <c>lockdep_assert_held</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [AssertsLock]
    /// public void AssertHeld() { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class AssertsLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public AssertsLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }

        /// <summary>True: the shared (reading) mode is meant; false, the default: the exclusive mode.</summary>
        public bool Shared { get; set; }
    }
}
