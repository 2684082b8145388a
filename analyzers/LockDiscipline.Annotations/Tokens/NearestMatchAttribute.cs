using System;

namespace LockDiscipline
{
    /// <summary>
    /// The result is the nearest one and may not contain what was asked for: test it first.
    /// </summary>
    /// <remarks>
    /// On <c>return:</c>. Null alone is not the test: a <see cref="ContainmentTestAttribute"/>, or a comparison of its start with the address, is.
    /// <para>
    /// Kernel: <c>find_vma</c>, against <c>vma_lookup</c>. None elsewhere.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [return: NearestMatch(nameof(addr))]
    /// public Vma? FindVma(Hva addr) { ... }   // the first area that ends above addr; it may start above it
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.ReturnValue, AllowMultiple = false, Inherited = true)]
    sealed partial class NearestMatchAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="parameter">The parameter that the result was looked up by.</param>
        public NearestMatchAttribute(string parameter)
        {
            Parameter = parameter;
        }

        /// <summary>The parameter that the result was looked up by.</summary>
        public string Parameter { get; }
    }
}
