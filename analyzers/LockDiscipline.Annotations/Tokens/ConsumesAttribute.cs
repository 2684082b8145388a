using System;

namespace LockDiscipline
{
    /// <summary>
    /// Takes the value over from the caller, who must not use it afterwards.
    /// </summary>
    /// <remarks>
    /// On a parameter.
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
    }
}
