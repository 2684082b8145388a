using System;

namespace LockDiscipline
{
    /// <summary>
    /// The method must leave its walk with the error of the first call of this delegate that fails, and call it no further.
    /// </summary>
    /// <remarks>
    /// On a parameter of delegate type whose result is <see cref="MustCheckAttribute"/>.
    /// <para>
    /// None elsewhere. Kernel: the loops that <c>goto out</c> on the first non-zero return.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// public Errno ForEach(HvaRange range, [StopsAtFirstError] HvaRangeOperation handler)
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Parameter, AllowMultiple = false, Inherited = true)]
    sealed partial class StopsAtFirstErrorAttribute : Attribute
    {
    }
}
