using System;

namespace LockDiscipline
{
    /// <summary>
    /// Instances of the type are locks: something that a task holds and lets go of.
    /// </summary>
    /// <remarks>
    /// On a class, struct or interface. Its acquire and release methods carry <see cref="AcquiresLockAttribute"/> and
    /// <see cref="ReleasesLockAttribute"/> without an argument, which then mean <c>this</c>. Types that derive from it are locks as well.
    /// <para>
    /// Clang: <c>capability("mutex")</c> and, with <see cref="Reentrant"/>, <c>reentrant_capability</c>. Kernel: a lockdep lock class; <see cref="Spinning"/> is what
    /// separates <c>spinlock_t</c> from <c>struct mutex</c> in its wait-context checks.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [Lock("mutex")]
    /// public sealed class Mutex
    /// {
    ///     [AcquiresLock, MaySleep] public void Lock();
    ///     [ReleasesLock] public void Unlock();
    /// }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, AllowMultiple = false, Inherited = true)]
    sealed partial class LockAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="name">What this kind of lock is called in messages, such as "mutex" or "spin lock".</param>
        public LockAttribute(string name)
        {
            Name = name;
        }

        /// <summary>What this kind of lock is called in messages, such as "mutex" or "spin lock".</summary>
        public string Name { get; }

        /// <summary>True: who waits burns a processor, so the holder must not sleep. Default false.</summary>
        public bool Spinning { get; set; }

        /// <summary>True: the holder may acquire it again; holds are counted. Default false.</summary>
        public bool Reentrant { get; set; }

        /// <summary>True, the default: the thread that acquired it must release it, so it may not be held over <c>await</c> or <c>yield</c>.</summary>
        public bool ThreadBound { get; set; } = true;
    }
}
