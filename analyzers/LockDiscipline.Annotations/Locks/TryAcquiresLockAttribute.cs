using System;

namespace LockDiscipline
{
    /// <summary>
    /// Tries to acquire: the locks are held on exit only when it returns <see cref="Result"/> (of a method that returns a reference: anything but null).
    /// </summary>
    /// <remarks>
    /// On a method that returns <c>bool</c>, a reference, such as a scope or null, or an error number, of which zero means that it is held. A result that is not looked at is reported.
    /// <para>
    /// Clang: <c>try_acquire_capability</c>. Kernel: <c>__cond_acquires</c>, <c>__cond_lock</c>. Java: <c>@EnsuresLockHeldIf</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [TryAcquiresLock]
    /// public bool TryLock() { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class TryAcquiresLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public TryAcquiresLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }

        /// <summary>The result that means acquired. Default true.</summary>
        public bool Result { get; set; } = true;

        /// <summary>True: the shared (reading) mode is meant; false, the default: the exclusive mode.</summary>
        public bool Shared { get; set; }
    }
}
