using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.LCK9006UnknownOption>;

namespace LockDiscipline.Tests.Rules;

/// <summary>LCK9006: an option of ours that does not exist, or a value that it does not have.</summary>
public sealed class LCK9006Tests
{
    static Task VerifyAsync(string options, params string[] messages)
    {
        var test = new VerifyCS.Test { TestCode = "class Empty { }" };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\n" + options));
        foreach (var message in messages)
            test.ExpectedDiagnostics.Add(VerifyCS.Diagnostic().WithSpan(1, 1, 1, 1).WithArguments(message));
        return test.RunAsync();
    }

    [Theory]
    [InlineData("lock_discipline.exceptional_paths = none")]
    [InlineData("lock_discipline.exceptional_paths = throws")]
    [InlineData("lock_discipline.exceptional_paths = calls")]
    [InlineData("lock_discipline.exceptional_paths = Calls")]
    [InlineData("LOCK_DISCIPLINE.EXCEPTIONAL_PATHS = none")]
    [InlineData("dotnet_diagnostic.LCK1001.severity = error")]
    [InlineData("other.exceptional_paths = maybe")]
    [InlineData("")]
    public Task KnownOrForeign_Silent(string option) => VerifyAsync(option);

    [Fact]
    public Task UnknownKey_NearestIsNamed() => VerifyAsync(
        "lock_discipline.exceptional_path = none",
        "There is no option 'lock_discipline.exceptional_path'; did you mean 'lock_discipline.exceptional_paths'?");

    [Fact]
    public Task UnknownValue_AllowedOnesAreNamed() => VerifyAsync(
        "lock_discipline.exceptional_paths = sometimes",
        "'sometimes' is no value of 'lock_discipline.exceptional_paths'; it takes none, throws, calls");

    [Fact]
    public Task SeveralProblems_OneFindingEach() => VerifyAsync(
        "lock_discipline.exceptional_paths =\nlock_discipline.exceptional_pathz = none",
        "There is no option 'lock_discipline.exceptional_pathz'; did you mean 'lock_discipline.exceptional_paths'?",
        "'' is no value of 'lock_discipline.exceptional_paths'; it takes none, throws, calls");

    [Fact]
    public Task EveryFileItAppliesTo_HasTheFinding()
    {
        var test = new VerifyCS.Test();
        test.TestState.Sources.Add(("/a/A.cs", "class A { }"));
        test.TestState.Sources.Add(("/b/B.cs", "class B { }"));
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[/a/*.cs]\nlock_discipline.nothing_like_it = 1\n"));
        test.ExpectedDiagnostics.Add(VerifyCS.Diagnostic().WithSpan("/a/A.cs", 1, 1, 1, 1)
            .WithMessage("There is no option 'lock_discipline.nothing_like_it'"));
        return test.RunAsync();
    }
}
