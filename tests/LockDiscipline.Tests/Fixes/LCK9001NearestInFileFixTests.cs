using LockDiscipline.CodeFixes;
using Microsoft.CodeAnalysis.CodeFixes;
using Verify = LockDiscipline.Tests.CSharpCodeFixVerifier<LockDiscipline.Analyzers.Rules.LCK9001ContractDoesNotBind, LockDiscipline.CodeFixes.LCK9001NearestInFileFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK9001NearestInFileFixTests
{
    const string Library = """
        namespace Third.Party
        {
            public class Latch { public void Take() { } public void Give() { } }
            public class Store { public readonly Latch Latch = new(); public void Add(int item) { } public void Flush() { } }
        }
        """;

    static Task VerifyAsync(string before, string after)
    {
        var test = new Verify.Test();
        test.TestState.Sources.Add(("/A.cs", Library));
        test.TestState.AdditionalFiles.Add(("/0/third.contracts", before));
        test.FixedState.AdditionalFiles.Add(("/0/third.contracts", after));
        return test.RunAsync();
    }

    [Fact]
    public Task MemberClauseOrLock_NearestNameWritten() => VerifyAsync("""
        # a latch of others
        Third.Party.Latch: Lock("latch")
        {|LCK9001:Third.Party.Latch.Tak: AcquiresLock|}
        {|LCK9001:Third.Party.Latch.Give: ReleaseLock|}
        {|LCK9001:Third.Party.Store.Add: RequiresLock("Lach")|}
        """, """
        # a latch of others
        Third.Party.Latch: Lock("latch")
        Third.Party.Latch.Take: AcquiresLock
        Third.Party.Latch.Give: ReleasesLock
        Third.Party.Store.Add: RequiresLock("Latch")
        """);

    [Fact]
    public Task NothingNear_NoFix() => VerifyAsync("""
        {|LCK9001:Third.Party.Missing.Take: MaySleep|}
        {|LCK9001:Third.Party.Store.Flush(Func<bool>): MaySleep|}
        {|LCK9001:Third.Party.Store.Flush MaySleep|}
        """, """
        {|LCK9001:Third.Party.Missing.Take: MaySleep|}
        {|LCK9001:Third.Party.Store.Flush(Func<bool>): MaySleep|}
        {|LCK9001:Third.Party.Store.Flush MaySleep|}
        """);

    [Fact]
    public void FixAll_InDocumentProjectAndSolution()
    {
        var scopes = new LCK9001NearestInFileFix().GetFixAllProvider().GetSupportedFixAllScopes();
        Assert.Contains(FixAllScope.Document, scopes);
        Assert.Contains(FixAllScope.Project, scopes);
        Assert.Contains(FixAllScope.Solution, scopes);
    }
}
