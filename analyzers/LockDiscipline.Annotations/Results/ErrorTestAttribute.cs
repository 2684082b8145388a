using System;

namespace LockDiscipline
{
    /// <summary>
    /// True means: this result is an error.
    /// </summary>
    /// <remarks>
    /// On a <c>bool</c> property or method of a result type, or a <c>bool</c> method with one parameter of such a type.
    /// <para>
    /// Kernel: <c>IS_ERR</c>, <c>is_error_noslot_pfn</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ErrorTest]
    /// public bool IsError =&gt; _code != 0;
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = false, Inherited = true)]
    sealed partial class ErrorTestAttribute : Attribute
    {
    }
}
