using System;

namespace LockDiscipline
{
    /// <summary>
    /// An instance holds a lock for its lifetime: disposing it releases what creating it acquired.
    /// </summary>
    /// <remarks>
    /// On a disposable class or struct (a <c>ref struct</c> too). The constructor, or the method that returns the scope, carries <see cref="AcquiresLockAttribute"/>
    /// with the lock it takes. On its other members a lock attribute without an argument means the lock that the scope was created over.
    /// <para>
    /// Clang: <c>scoped_lockable</c>. Kernel: <c>DEFINE_GUARD</c> and <c>guard(mutex)</c> of <c>linux/cleanup.h</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [ScopedLock]
    /// public readonly struct Held : IDisposable
    /// {
    ///     [AcquiresLock("gate")] public Held(Gate gate) { ... }
    ///     [ReleasesLock] public void Dispose() { ... }
    /// }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false, Inherited = true)]
    sealed partial class ScopedLockAttribute : Attribute
    {
    }
}
