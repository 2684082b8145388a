using System;

namespace LockDiscipline
{
    /// <summary>
    /// Waits on a condition: releases the locks, waits to be woken, and takes them again.
    /// </summary>
    /// <remarks>
    /// On a method. It implies <see cref="ReleasesTemporarilyAttribute"/>; the wait belongs in a loop that tests its condition again.
    /// <para>
    /// .NET: <c>Monitor.Wait</c>. POSIX: <c>pthread_cond_wait</c>. Kernel: <c>wait_event_lock_irq</c>. Java: Error Prone <c>WaitNotInLoop</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ConditionWait]
    /// public void Wait() { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class ConditionWaitAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public ConditionWaitAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
