using System;

namespace LockDiscipline
{
    /// <summary>
    /// Must not block: its body is checked, and so is what is passed where it says so.
    /// </summary>
    /// <remarks>
    /// On a method, lambda, delegate type, or a parameter of delegate type.
    /// <para>
    /// Clang: <c>nonblocking</c>. Kernel: <c>non_block_start()</c>, and what <c>CONFIG_DEBUG_ATOMIC_SLEEP</c> enforces.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [NoSleep, RequiresLock("kvm.MmuLock")]
    /// public delegate bool GfnHandler(Kvm kvm, in GfnRangeArgs range);
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Parameter, AllowMultiple = false, Inherited = true)]
    sealed partial class NoSleepAttribute : Attribute
    {
    }
}
