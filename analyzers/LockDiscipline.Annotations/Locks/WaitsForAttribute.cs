using System;

namespace LockDiscipline
{
    /// <summary>
    /// Blocks until every hold of the locks that began before the call has ended.
    /// </summary>
    /// <remarks>
    /// On a method. It implies <see cref="MaySleepAttribute"/>. Calling it inside such a hold, or under a lock that is also taken inside one, never ends.
    /// <para>
    /// Kernel: <c>synchronize_srcu</c>, <c>synchronize_rcu</c>, <c>flush_work</c>, as lockdep models them.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [WaitsFor, MaySleep]
    /// public void Synchronize() { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class WaitsForAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public WaitsForAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
