using System;

namespace LockDiscipline
{
    /// <summary>
    /// True means: the object contains what it was looked up by.
    /// </summary>
    /// <remarks>
    /// On a <c>bool</c> method or property of what a <see cref="NearestMatchAttribute"/> lookup returns.
    /// <para>
    /// Kernel: <c>vma->vm_start &lt;= addr</c> after <c>find_vma</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ContainmentTest]
    /// public bool Contains(Hva addr) =&gt; Start &lt;= addr &amp;&amp; addr &lt; End;
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
    sealed partial class ContainmentTestAttribute : Attribute
    {
    }
}
