using System;

namespace LockDiscipline
{
    /// <summary>
    /// A token of one acquire: the value that an acquire returned is the one to give to its own release.
    /// </summary>
    /// <remarks>
    /// On <c>return:</c> of an acquire method and on the parameter of its release.
    /// <para>
    /// Kernel: the index of <c>srcu_read_lock</c>, the flags of <c>spin_lock_irqsave</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [AcquiresLock(Shared = true)]
    /// [return: LockToken]
    /// public int ReadLock();
    /// 
    /// [ReleasesLock(Shared = true)]
    /// public void ReadUnlock([LockToken] int index);
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter, AllowMultiple = false, Inherited = true)]
    sealed partial class LockTokenAttribute : Attribute
    {
    }
}
