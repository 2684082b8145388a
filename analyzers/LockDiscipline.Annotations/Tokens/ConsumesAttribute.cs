using System;

namespace LockDiscipline
{
    /// <summary>
    /// Takes the value over from the caller, who must not use it afterwards.
    /// </summary>
    /// <remarks>
    /// On a parameter. With <see cref="WhenReturns"/>: only on that result, as of a call that leaves the value to its caller where it fails; left out: always.
    /// <para>
    /// Clang: <c>ownership_takes</c>, <c>release_handle</c>. Java: <c>@Owning</c> on a parameter. Rust: passing by value.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// public void PutPage([Consumes("page reference")] Page page) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.Parameter, AllowMultiple = true, Inherited = true)]
    sealed partial class ConsumesAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="kind">What is taken over; the same word as in the attribute of its source.</param>
        public ConsumesAttribute(string kind)
        {
            Kind = kind;
        }

        /// <summary>What is taken over; the same word as in the attribute of its source.</summary>
        public string Kind { get; }

        /// <summary>The result of the method on which the value is taken over. Of a result that is no flag, true stands for success: no error, not null. Left out of the attribute: whatever it returns.</summary>
        public bool WhenReturns { get; set; }
    }
}
