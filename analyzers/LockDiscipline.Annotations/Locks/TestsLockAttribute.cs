using System;

namespace LockDiscipline
{
    /// <summary>
    /// A test: it returns <see cref="Result"/> only when the caller holds the locks.
    /// </summary>
    /// <remarks>
    /// On a method or property of type <c>bool</c>.
    /// <para>
    /// .NET: <c>Monitor.IsEntered</c>. Kernel: <c>lockdep_is_held</c>. Clang: none.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [TestsLock]
    /// public bool IsHeldByMe { get; }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true, Inherited = true)]
    sealed partial class TestsLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public TestsLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }

        /// <summary>The result that means held. Default true.</summary>
        public bool Result { get; set; } = true;

        /// <summary>True: the shared (reading) mode is meant; false, the default: the exclusive mode.</summary>
        public bool Shared { get; set; }
    }
}
