using System;

namespace LockDiscipline
{
    /// <summary>
    /// The body is not analysed. Callers still see its contracts.
    /// </summary>
    /// <remarks>
    /// On a method, constructor, property, lambda or a whole type. The reason is for the reader; an empty one is reported.
    /// <para>
    /// Clang: <c>no_thread_safety_analysis</c>. Kernel: <c>__no_context_analysis</c>, <c>data_race()</c>. Java: <c>@SuppressWarnings("GuardedBy")</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [NoLockAnalysis("double-checked read: a stale value only costs a second look")]
    /// private bool LooksReady =&gt; _ready;
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, AllowMultiple = false, Inherited = true)]
    sealed partial class NoLockAnalysisAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="reason">Why the body is right although it cannot be analysed.</param>
        public NoLockAnalysisAttribute(string reason)
        {
            Reason = reason;
        }

        /// <summary>Why the body is right although it cannot be analysed.</summary>
        public string Reason { get; }
    }
}
