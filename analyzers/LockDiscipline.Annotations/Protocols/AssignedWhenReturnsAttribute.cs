using System;

namespace LockDiscipline
{
    /// <summary>
    /// On every path that returns this value, each of the expressions has been assigned.
    /// </summary>
    /// <remarks>
    /// On a method. The value is a constant: a number, a <c>bool</c>, a string, an enum member or null.
    /// <para>
    /// .NET: <c>[MemberNotNullWhen]</c> for any member and any value. Java: <c>@EnsuresNonNullIf</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [AssignedWhenReturns(false, "exit.Gpa", "exit.Size", "exit.Flags")]
    /// public bool FaultInPrivate(MemoryFaultExit exit) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class AssignedWhenReturnsAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="value">The returned value that the promise is about.</param>
        /// <param name="expressions">What was assigned: access paths over the parameters and the members of <c>this</c>.</param>
        public AssignedWhenReturnsAttribute(object value, params string[] expressions)
        {
            Value = value;
            Expressions = expressions;
        }

        /// <summary>The returned value that the promise is about.</summary>
        public object Value { get; }

        /// <summary>What was assigned: access paths over the parameters and the members of <c>this</c>.</summary>
        public string[] Expressions { get; }
    }
}
