using System;

namespace LockDiscipline
{
    /// <summary>
    /// Releases: the locks are held on entry and not on exit.
    /// </summary>
    /// <remarks>
    /// On a method. <see cref="Shared"/> names the mode that it releases; when it is left out the method releases either mode.
    /// <para>
    /// Clang: <c>release_capability</c>, <c>release_shared_capability</c>, and <c>release_generic_capability</c> when <c>Shared</c> is left out. Kernel: <c>__releases</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ReleasesLock("MmapLock", Shared = true)]
    /// public void MmapReadUnlock() =&gt; MmapLock.ReadUnlock();
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
    sealed partial class ReleasesLockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="locks">Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</param>
        public ReleasesLockAttribute(params string[] locks)
        {
            Locks = locks;
        }

        /// <summary>Lock expressions, read where the attribute stands; none, on a member of a lock type: <c>this</c>.</summary>
        public string[] Locks { get; }

        /// <summary>True: releases the shared mode; false: the exclusive one. Left out of the attribute: either. (What counts is whether it is written, so read the argument, not this value.)</summary>
        public bool Shared { get; set; }
    }
}
