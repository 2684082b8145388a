using LockDiscipline.Tests.Rules;
using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>
/// Verifies sources whose locks are public, unneeded in their mode, or held over foreign code, where none of that is what the test is about.
/// </summary>
internal static class LocksOnly
{
    public static Task VerifyAsync(string source)
    {
        var test = new VerifyCS.Test { TestCode = Flows.Complete(source) };
        test.DisabledDiagnostics.AddRange(["LCK1011", "LCK1012", "LCK2003", "LCK2007", Flows.Offers]);
        return test.RunAsync();
    }

    public static Task VerifyMembersAsync(string members) => VerifyAsync(Flows.WithMembers(members));
}
