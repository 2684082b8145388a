using System;

namespace LockDiscipline
{
    /// <summary>
    /// Readable only where success has been tested.
    /// </summary>
    /// <remarks>
    /// On a member of a result type.
    /// <para>
    /// Kernel: dereferencing a pointer only after <c>IS_ERR</c> (smatch's check). Clang: the <c>consumed</c> attributes (<c>callable_when("unconsumed")</c>).
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [OnSuccess]
    /// public T Value =&gt; ...;
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Method, AllowMultiple = false, Inherited = true)]
    sealed partial class OnSuccessAttribute : Attribute
    {
    }
}
