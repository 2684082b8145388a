using System;

namespace LockDiscipline
{
    /// <summary>
    /// The object that the member refers to belongs to the locks; the reference itself does not.
    /// </summary>
    /// <remarks>
    /// On a field or property of a reference type. Reading through the reference needs the locks at least shared, changing the object needs them exclusive.
    /// A copy of the reference that is used after the release is reported as well.
    /// <para>
    /// Clang: <c>pt_guarded_by</c>. Kernel: <c>__rcu</c> pointers come nearest. Java: the Checker Framework's <c>@GuardedBy</c> on the type.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [TargetGuardedBy("_gate")]
    /// private readonly List&lt;int&gt; _items = new();
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = true, Inherited = true)]
    sealed partial class TargetGuardedByAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public TargetGuardedByAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }
    }
}
