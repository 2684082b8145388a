using System;

namespace LockDiscipline
{
    /// <summary>
    /// True means: this result is a success.
    /// </summary>
    /// <remarks>
    /// On a <c>bool</c> property or method of a result type, or a <c>bool</c> method with one parameter of such a type.
    /// <para>
    /// Kernel: <c>!IS_ERR(p)</c>. Rust: <c>Result::is_ok</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [SuccessTest]
    /// public bool IsOk =&gt; _code == 0;
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = false, Inherited = true)]
    sealed partial class SuccessTestAttribute : Attribute
    {
    }
}
