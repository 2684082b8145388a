using System;

namespace LockDiscipline
{
    /// <summary>
    /// The result must be tested, returned or passed on; an explicit discard, <c>_ = F()</c>, counts as meant.
    /// </summary>
    /// <remarks>
    /// On a type (then: wherever a method returns it), a method, its <c>return:</c>, or a delegate type.
    /// <para>
    /// Clang and kernel: <c>warn_unused_result</c>, <c>__must_check</c>, C++ <c>[[nodiscard]]</c>. Java: <c>@CheckReturnValue</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [MustCheck]
    /// public readonly struct Errno { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Delegate | AttributeTargets.Method | AttributeTargets.ReturnValue, AllowMultiple = false, Inherited = true)]
    sealed partial class MustCheckAttribute : Attribute
    {
    }
}
