using System;

namespace LockDiscipline
{
    /// <summary>
    /// The member belongs to the locks: reading it needs every one of them at least shared, writing it needs every one exclusive.
    /// </summary>
    /// <remarks>
    /// On a field or property. Several attributes, or several arguments, mean all of them. Constructors of the same object, and objects that no other task can see yet, are exempt.
    /// <para>
    /// Clang: <c>guarded_by</c>. Kernel: <c>__guarded_by</c> of the context-analysis series; sparse has no counterpart. Java: <c>@GuardedBy</c> (JCIP, Error Prone, Checker Framework).
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [GuardedBy("_gate")]
    /// private int _count;
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = true, Inherited = true)]
    sealed partial class GuardedByAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">The locks, all of which are needed.</param>
        public GuardedByAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>The locks, all of which are needed.</summary>
        public string[] Locks { get; }
    }
}
