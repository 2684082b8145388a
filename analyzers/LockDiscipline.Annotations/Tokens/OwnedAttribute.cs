using System;

namespace LockDiscipline
{
    /// <summary>
    /// The caller owns the value and must hand it to a consumer of the same kind: on every path, once.
    /// </summary>
    /// <remarks>
    /// On <c>return:</c> or a parameter: of what is stored through it, or, on one by value, of the object given, for which a reference is counted.
    /// Where an error test is true, or the result is null, nothing is owned, unless <see cref="Always"/> or <see cref="WhenReturns"/> says so.
    /// <para>
    /// Clang: <c>ownership_returns</c>, <c>acquire_handle</c>. Kernel: Coccinelle and smatch lists of get and put. Java: <c>@MustCall</c>, <c>@Owning</c> of the Checker Framework.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// [return: Owned("page reference")]
    /// public Result&lt;Page&gt; GetPage(Gfn gfn) { ... }
    /// </code>
    /// </example>
    [AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter, AllowMultiple = false, Inherited = true)]
    sealed partial class OwnedAttribute : Attribute
    {
        /// <summary>States the contract.</summary>
        /// <param name="kind">What is owned, such as "page reference"; owner and consumer agree on it.</param>
        public OwnedAttribute(string kind)
        {
            Kind = kind;
        }

        /// <summary>What is owned, such as "page reference"; owner and consumer agree on it.</summary>
        public string Kind { get; }

        /// <summary>On a parameter: the result of the method on which the value is owned; false: where it fails. Of a result that is no flag, true stands for success. Left out of the attribute: unless it fails.</summary>
        public bool WhenReturns { get; set; }

        /// <summary>On a parameter: true where the value is owned whatever the method returns, as what is counted before anything can fail.</summary>
        public bool Always { get; set; }
    }
}
