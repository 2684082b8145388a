using LockDiscipline.Tests.Rules;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.Tests.Fixes;

/// <summary>Fixes tried on the small memory API that the rules about lifetimes and sequences are tested on.</summary>
internal static class LifetimeFix<TFix>
    where TFix : CodeFixProvider, new()
{
    /// <summary>The members of the class before and after the fix.</summary>
    public static Task VerifyAsync(string before, string after, string? key = null) =>
        FixTest<TFix>.VerifyAsync(Lifetimes.WithMembers(before), Lifetimes.WithMembers(after), key);

    /// <summary>No fix is offered.</summary>
    public static Task VerifyNoneAsync(string members, string? key = null) => VerifyAsync(members, members, key);
}
