using System;

namespace LockDiscipline
{
    /// <summary>
    /// The caller holds the locks, on entry and on exit.
    /// </summary>
    /// <remarks>
    /// On a method, accessor, constructor, lambda, or a delegate type (then: whoever invokes the delegate). Without <see cref="Shared"/> the exclusive mode is needed.
    /// <para>
    /// Clang: <c>requires_capability</c>, <c>requires_shared_capability</c>. Kernel: <c>__must_hold</c>, <c>lockdep_assert_held</c>. Java: <c>@GuardedBy</c> on methods, <c>@Holding</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [RequiresLock("MmapLock", Shared = true)]
    /// public Vma? FindVma(Hva addr) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Delegate, AllowMultiple = true, Inherited = true)]
    sealed partial class RequiresLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public RequiresLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }

        /// <summary>True: the shared (reading) mode is meant; false, the default: the exclusive mode.</summary>
        public bool Shared { get; set; }
    }
}
