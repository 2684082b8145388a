using Verify = LockDiscipline.Tests.CSharpCodeFixVerifier<LockDiscipline.Analyzers.Rules.LCK9006UnknownOption, LockDiscipline.CodeFixes.LCK9006NearestOptionFix>;

namespace LockDiscipline.Tests.Fixes;

/// <summary>The finding stands in sources, the edit is made in the configuration files that belong to the project.</summary>
public sealed class LCK9006NearestOptionFixTests
{
    static Verify.Test Test(string before, string after, int findings, int remaining = 0)
    {
        var test = new Verify.Test();
        test.TestState.Sources.Add(("/A.cs", "class A { }"));
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", before));
        test.FixedState.AnalyzerConfigFiles.Add(("/.editorconfig", after));
        for (int i = 0; i < findings; i++)
            test.TestState.ExpectedDiagnostics.Add(Verify.Diagnostic().WithSpan("/A.cs", 1, 1, 1, 1));
        for (int i = 0; i < remaining; i++)
            test.FixedState.ExpectedDiagnostics.Add(Verify.Diagnostic().WithSpan("/A.cs", 1, 1, 1, 1));
        return test;
    }

    [Fact]
    public Task Key_ReplacedWhereItIsSet() => Test("""
        root = true
        # lock_discipline.exceptional_path in a comment
        [*.cs]
            Lock_Discipline.Exceptional_Path = calls # all of them
        """, """
        root = true
        # lock_discipline.exceptional_path in a comment
        [*.cs]
            lock_discipline.exceptional_paths = calls # all of them
        """, 1).RunAsync();

    [Fact]
    public Task Value_ReplacedWhereItIsSet() => Test("""
        root = true
        [*.cs]
        lock_discipline.exceptional_paths=Cals
        """, """
        root = true
        [*.cs]
        lock_discipline.exceptional_paths=calls
        """, 1).RunAsync();

    [Fact]
    public Task SeveralMistakes_EachMended()
    {
        var test = Test("""
            root = true
            [*.cs]
            lock_discipline.exeptional_paths : trows
            """, """
            root = true
            [*.cs]
            lock_discipline.exceptional_paths : throws
            """, 1);
        // The key mended, its value is found to be wrong, too.
        test.NumberOfIncrementalIterations = 2;
        test.NumberOfFixAllIterations = 2;
        return test.RunAsync();
    }

    [Fact]
    public Task NothingLikeIt_NoFix() => Test("""
        root = true
        [*.cs]
        lock_discipline.nothing_of_the_kind = 1
        """, """
        root = true
        [*.cs]
        lock_discipline.nothing_of_the_kind = 1
        """, 1, 1).RunAsync();

    [Fact]
    public Task SeveralFilesOfSeveralProjects_MendedOnce()
    {
        const string Before = "root = true\n[*.cs]\nlock_discipline.exceptional_path = none\n";
        const string After = "root = true\n[*.cs]\nlock_discipline.exceptional_paths = none\n";
        var test = Test(Before, After, 1);
        var other = new SolutionState();
        other.Sources.Add(("/Other/B.cs", "class B { }"));
        other.Sources.Add(("/Other/C.cs", "class C { }"));
        other.AnalyzerConfigFiles.Add(("/.editorconfig", Before));
        test.TestState.AdditionalProjects.Add("Other", other);
        var mended = new SolutionState();
        mended.Sources.AddRange(other.Sources);
        mended.AnalyzerConfigFiles.Add(("/.editorconfig", After));
        test.FixedState.AdditionalProjects.Add("Other", mended);
        test.TestState.ExpectedDiagnostics.Add(Verify.Diagnostic().WithSpan("/Other/B.cs", 1, 1, 1, 1));
        test.TestState.ExpectedDiagnostics.Add(Verify.Diagnostic().WithSpan("/Other/C.cs", 1, 1, 1, 1));
        return test.RunAsync();
    }
}
