using System;

namespace LockDiscipline
{
    /// <summary>
    /// Can block: it must not be called while a spinning lock is held, nor where sleeping is forbidden.
    /// </summary>
    /// <remarks>
    /// On a method, lambda or delegate type.
    /// <para>
    /// Kernel: <c>might_sleep()</c>. Clang: <c>blocking</c> against <c>nonblocking</c> (function effects). Java: none.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [MaySleep]
    /// public Result&lt;Pfn&gt; GetUserPage(Hva addr) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate, AllowMultiple = false, Inherited = true)]
    sealed partial class MaySleepAttribute : Attribute
    {
    }
}
