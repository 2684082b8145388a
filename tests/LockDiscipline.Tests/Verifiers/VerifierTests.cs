using Microsoft.CodeAnalysis;
using Xunit.Sdk;
using TwoIds = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Tests.Verifiers.TwoIdAnalyzer>;
using VerifyCS = LockDiscipline.Tests.CSharpCodeFixVerifier<LockDiscipline.Tests.Verifiers.SampleAnalyzer, LockDiscipline.Tests.Verifiers.SampleFix>;

namespace LockDiscipline.Tests.Verifiers;

/// <summary>A verifier that lets a wrong expectation pass would make every other test worthless.</summary>
public sealed class VerifierTests
{
    static async Task FailsAsync(Func<Task> test, string because)
    {
        var failure = await Assert.ThrowsAnyAsync<XunitException>(test);
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task MarkedFinding_Passes() => VerifyCS.VerifyAnalyzerAsync("class C { int [|bad|]; int {|TST0001:bad2|}; int fine; }");

    [Fact]
    public Task UnmarkedFinding_Fails() =>
        FailsAsync(() => VerifyCS.VerifyAnalyzerAsync("class C { int bad; }"), "unexpected: /0/Test0.cs(1,15)");

    [Fact]
    public Task MarkWithoutFinding_Fails() =>
        FailsAsync(() => VerifyCS.VerifyAnalyzerAsync("class C { int [|fine|]; }"), "missing:    TST0001 at /0/Test0.cs(1,15)");

    [Fact]
    public Task MarkOfWrongSpan_Fails() =>
        FailsAsync(() => VerifyCS.VerifyAnalyzerAsync("class C { int [|bad = 1|]; }"), "missing:");

    [Fact]
    public Task MarkOfWrongId_Fails() =>
        FailsAsync(() => VerifyCS.VerifyAnalyzerAsync("class C { int {|TST0009:bad|}; }"), "missing:    TST0009");

    [Fact]
    public Task PlaceWithArgumentsAndAdditionalLocation_Passes() =>
        VerifyCS.VerifyAnalyzerAsync(
            "class {|#1:C|} { int {|#0:bad|}; }",
            VerifyCS.Diagnostic("TST0001").WithLocation(0).WithLocation(1).WithArguments("bad", "C").WithMessage("'bad' in 'C' is bad"));

    [Fact]
    public Task WrongArgument_Fails() =>
        FailsAsync(
            () => VerifyCS.VerifyAnalyzerAsync(
                "class {|#1:C|} { int {|#0:bad|}; }", VerifyCS.Diagnostic().WithLocation(0).WithLocation(1).WithArguments("bad", "D")),
            "arguments: bad, D");

    [Fact]
    public Task AdditionalLocationLeftOut_Fails() =>
        FailsAsync(() => VerifyCS.VerifyAnalyzerAsync("class C { int {|#0:bad|}; }", VerifyCS.Diagnostic().WithLocation(0)), "missing:");

    [Fact]
    public Task WrongSeverity_Fails() =>
        FailsAsync(
            () => VerifyCS.VerifyAnalyzerAsync(
                "class C { int {|#0:bad|}; }",
                VerifyCS.Diagnostic().WithLocation(0).WithSeverity(DiagnosticSeverity.Error).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)),
            "missing:");

    [Fact]
    public Task AdditionalLocationIgnoredByOption_Passes() =>
        VerifyCS.VerifyAnalyzerAsync(
            "class C { int {|#0:bad|}; }", VerifyCS.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task CompilerError_FailsUnlessMarked() =>
        FailsAsync(() => VerifyCS.VerifyAnalyzerAsync("class C { int M() => unknown; }"), "CS0103");

    [Fact]
    public Task CompilerErrorMarked_Passes() => VerifyCS.VerifyAnalyzerAsync("class C { int M() => {|CS0103:unknown|}; }");

    [Fact]
    public Task CompilerErrorSwitchedOff_Passes() =>
        new VerifyCS.Test { TestCode = "class C { int M() => unknown; }", CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync();

    [Fact]
    public Task CrashOfTheAnalyzer_Fails() => FailsAsync(() => VerifyCS.VerifyAnalyzerAsync("class C { int badCrash; }"), "AD0001");

    [Fact]
    public Task UnnumberedMark_IsRefused() => Assert.ThrowsAsync<FormatException>(() => VerifyCS.VerifyAnalyzerAsync("class C { int [|bad; }"));

    [Fact]
    public Task MarkWithoutIdOfTwo_NeedsTheIdStated() =>
        Assert.ThrowsAsync<InvalidOperationException>(() => TwoIds.VerifyAnalyzerAsync("class [|C|];"));

    [Fact]
    public Task MarkWithoutId_MeansTheStatedId() => TwoIds.VerifyAnalyzerAsync("TST0002", "class [|C|]; struct {|TST0003:S|};");

    [Fact]
    public Task SeveralFilesAndOptions_AreSeen()
    {
        var test = new VerifyCS.Test
        {
            TestState =
            {
                Sources = { ("A.cs", "class A { int [|bad|]; }"), ("b/B.cs", "class B { int bad; }") },
                AnalyzerConfigFiles = { (".editorconfig", "root = true\n[b/*.cs]\ndotnet_diagnostic.TST0001.severity = none\n") },
                OutputKind = OutputKind.DynamicallyLinkedLibrary,
            },
        };
        return test.RunAsync();
    }

    [Fact]
    public Task TopLevelStatements_NeedTheOutputKind() =>
        new VerifyCS.Test { TestCode = "System.Console.WriteLine();", TestState = { OutputKind = OutputKind.ConsoleApplication } }.RunAsync();

    [Fact]
    public Task OtherProject_IsReferredTo()
    {
        var test = new VerifyCS.Test
        {
            TestCode = "class C : Base;",
            TestState = { AdditionalProjectReferences = { "Library" } },
        };
        test.TestState.AdditionalProjects["Library"] = new SolutionState { Sources = { ("/1/Base.cs", "public class Base { int [|bad|]; }") } };
        return test.RunAsync();
    }

    [Fact]
    public Task Annotations_AreReferenced() => VerifyCS.VerifyAnalyzerAsync("using LockDiscipline; class C { [MaySleep] void M() { } }");

    [Fact]
    public Task Fix_IsAppliedToEveryFinding() =>
        VerifyCS.VerifyCodeFixAsync("class C { int [|bad1|]; int [|bad2|]; }", "class C { int good1; int good2; }");

    [Fact]
    public Task FixByEquivalenceKeyOrIndex_IsApplied() => Task.WhenAll(
        VerifyCS.VerifyCodeFixAsync("class C { int [|bad1|]; }", "class C { int fine1; }", "fine"),
        VerifyCS.VerifyCodeFixAsync("class C { int [|bad1|]; }", "class C { int fine1; }", 1));

    [Fact]
    public Task FixInSeveralProjects_IsAppliedByFixAllInSolution()
    {
        var test = new VerifyCS.Test { TestCode = "class C { int [|bad|]; }", FixedCode = "class C { int good; }" };
        test.TestState.AdditionalProjects["Library"] = new SolutionState { Sources = { ("/1/A.cs", "class D { int [|bad|]; }") } };
        test.FixedState.AdditionalProjects["Library"] = new SolutionState { Sources = { ("/1/A.cs", "class D { int good; }") } };
        return test.RunAsync();
    }

    [Fact]
    public Task FixGivesOtherSource_Fails() =>
        FailsAsync(() => VerifyCS.VerifyCodeFixAsync("class C { int [|bad1|]; }", "class C { int better1; }"), "fixed one at a time");

    [Fact]
    public Task FixWithoutFixAll_Fails() =>
        FailsAsync(
            () => CSharpCodeFixVerifier<SampleAnalyzer, FixWithoutFixAll>.VerifyCodeFixAsync("class C { int [|bad1|]; }", "class C { int good1; }"),
            "has no Fix All");

    [Fact]
    public Task FixedSourceThatDoesNotCompile_Fails() =>
        FailsAsync(
            () => VerifyCS.VerifyCodeFixAsync("class C { int [|bad1|]; int M() => {|CS0103:good1|} + bad1; }", "class C { int good1; int M() => good1 + bad1; }"),
            "CS0103");
}
