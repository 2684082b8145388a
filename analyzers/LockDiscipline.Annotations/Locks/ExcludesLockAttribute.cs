using System;

namespace LockDiscipline
{
    /// <summary>
    /// The caller must not hold the locks: the method takes them itself, or waits for someone who does.
    /// </summary>
    /// <remarks>
    /// On a method, lambda or delegate type.
    /// <para>
    /// Clang: <c>locks_excluded</c>. Kernel: <c>lockdep_assert_not_held</c>, <c>__must_not_hold</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ExcludesLock("kvm.MmuLock")]
    /// public delegate Errno HvaRangeOperation(Kvm kvm, in GfnRangeArgs range);
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate, AllowMultiple = true, Inherited = true)]
    sealed partial class ExcludesLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public ExcludesLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
