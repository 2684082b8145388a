using System;

namespace LockDiscipline
{
    /// <summary>
    /// The caller has tested this on every path to the call, or it is evident.
    /// </summary>
    /// <remarks>
    /// On a method. The condition is a C# expression over its parameters and the members of <c>this</c>.
    /// <para>
    /// Clang: <c>diagnose_if</c> comes nearest. Java: KeY or JML <c>requires</c>. .NET: Code Contracts' <c>Contract.Requires</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [RequiresTest("!slot.IsInvalid")]
    /// public Hva GfnToHva(Memslot slot, Gfn gfn) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class RequiresTestAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="condition">A boolean C# expression that must be established.</param>
        public RequiresTestAttribute(string condition)
        {
            Condition = condition;
        }

        /// <summary>A boolean C# expression that must be established.</summary>
        public string Condition { get; }
    }
}
