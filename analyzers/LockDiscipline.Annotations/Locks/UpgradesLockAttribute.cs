using System;

namespace LockDiscipline
{
    /// <summary>
    /// Turns a shared (or upgradeable) hold into an exclusive one.
    /// </summary>
    /// <remarks>
    /// On a method.
    /// <para>
    /// Clang: as for downgrades. .NET: <c>ReaderWriterLockSlim</c> in upgradeable mode. The kernel's semaphores cannot.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [UpgradesLock]
    /// public void Upgrade() { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class UpgradesLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public UpgradesLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
