using System.Text;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary><c>--fix-patch</c>: a patch that goes on top of the change and mends what it introduces, or none.</summary>
public sealed class FixPatchTests : IDisposable
{
    const string Code = """
        using LockDiscipline;

        class Counter
        {
            private readonly object _gate = new();

            [GuardedBy(nameof(_gate))]
            private int _value;

            public void Add() { lock (_gate) { _value++; } }

            public int Read()
            {
                lock (_gate)
                {
                    return _value;
                }
            }
        }

        """;

    readonly GitFolder _repository = new GitFolder().Add("P/C.cs", Code).Commit("base");
    readonly TempFolder _elsewhere = new("out");

    public void Dispose()
    {
        _repository.Dispose();
        _elsewhere.Dispose();
    }

    Task<Tool.Run> Fix(string input = "", params string[] arguments) => Tool.Patch(_repository, input, ["--fix-patch", _elsewhere.Path("fix.patch"), "--format", "line", .. arguments]);

    [Theory]
    [InlineData("\n", false)]
    [InlineData("\r\n", true)]
    public async Task Patch_AppliesOnTopAndMends(string lineEnd, bool withMark)
    {
        var without = Code.Replace("lock (_gate) { _value++; }", "_value++;", StringComparison.Ordinal).ReplaceLineEndings(lineEnd);
        File.WriteAllText(_repository.Folder.Path("P/C.cs"), without, new UTF8Encoding(withMark));
        var state = _repository.State();

        var run = await Fix();

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("mends 1 of 1 finding", run.Error, StringComparison.Ordinal);
        Assert.Equal(state, _repository.State());
        _repository.Git("apply", _elsewhere.Path("fix.patch"));
        var bytes = File.ReadAllBytes(_repository.Folder.Path("P/C.cs"));
        Assert.Equal(withMark, bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        Assert.Equal(lineEnd == "\r\n", !Encoding.UTF8.GetString(bytes).Replace("\r\n", "", StringComparison.Ordinal).Contains('\n'));
        Assert.Equal(ExitCode.Clean, (await Tool.Patch(_repository)).ExitCode);
    }

    [Fact]
    public async Task SeveralFindings_AreMendedTogether()
    {
        _repository.Add("P/C.cs", Code.Replace("lock (_gate) { _value++; }", "_value++; _value--;", StringComparison.Ordinal))
            .Add("P/D.cs", Code.Replace("class Counter", "class Other", StringComparison.Ordinal).Replace("lock (_gate) { _value++; }", "_value++;", StringComparison.Ordinal));

        var run = await Fix();

        Assert.Contains("mends 3 of 3 findings", run.Error, StringComparison.Ordinal);
        _repository.Git("apply", _elsewhere.Path("fix.patch"));
        Assert.Equal(ExitCode.Clean, (await Tool.Patch(_repository)).ExitCode);
    }

    [Fact]
    public async Task WhatNoFixMends_WritesNothing()
    {
        _repository.Add("P/C.cs", Code.Replace("lock (_gate) { _value++; }", "System.Threading.Monitor.Exit(_gate);", StringComparison.Ordinal));

        var run = await Fix();

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("no patch was written, since no code fix mends", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_elsewhere.Root));
    }

    [Fact]
    public async Task NothingIntroduced_WritesNothing()
    {
        _repository.Add("P/C.cs", Code + "// more\n");

        var run = await Fix();

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Contains("nothing is introduced", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_elsewhere.Root));
    }

    [Fact]
    public async Task PatchOfAPatch_GoesOnTopOfIt()
    {
        _repository.Add("P/C.cs", Code.Replace("lock (_gate) { _value++; }", "_value++;", StringComparison.Ordinal));
        var change = _repository.Git("diff");
        _repository.Git("checkout", "--quiet", "P/C.cs");

        var run = await Fix(change, "-");

        Assert.Contains("mends 1 of 1 finding", run.Error, StringComparison.Ordinal);
        _elsewhere.Add("change.patch", change);
        _repository.Git("apply", _elsewhere.Path("change.patch"));
        _repository.Git("apply", _elsewhere.Path("fix.patch"));
        Assert.Equal(ExitCode.Clean, (await Tool.Patch(_repository)).ExitCode);
    }

    Task<Tool.Run> FixCheck(params string[] arguments) =>
        Tool.InProcess(_repository.Folder, [.. Analysis.OwnAnalyzers.Create()], ["check", _repository.Folder.Path("P"), "--fix-patch", _elsewhere.Path("fix.patch"), "--format", "line", .. arguments]);

    [Theory]
    [InlineData("\n", false)]
    [InlineData("\r\n", true)]
    public async Task Check_WritesWhatMendsTheWorkTree(string lineEnd, bool withMark)
    {
        var without = Code.Replace("lock (_gate) { _value++; }", "_value++;", StringComparison.Ordinal).ReplaceLineEndings(lineEnd);
        File.WriteAllText(_repository.Folder.Path("P/C.cs"), without, new UTF8Encoding(withMark));
        // One that is committed already, and one that git does not know yet: a check tells of both.
        _repository.Commit("flawed").Add("P/D.cs", Code.Replace("class Counter", "class Other", StringComparison.Ordinal).Replace("lock (_gate) { _value++; }", "_value++;", StringComparison.Ordinal));
        var index = File.ReadAllBytes(_repository.Folder.Path(".git/index"));

        var run = await FixCheck();

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("mends 2 of 2 findings. Use it on top of the work tree", run.Error, StringComparison.Ordinal);
        Assert.Equal(index, File.ReadAllBytes(_repository.Folder.Path(".git/index")));
        Assert.Equal("?? P/D.cs\n", _repository.Git("status", "--porcelain"));
        _repository.Git("apply", _elsewhere.Path("fix.patch"));
        var bytes = File.ReadAllBytes(_repository.Folder.Path("P/C.cs"));
        Assert.Equal(withMark, bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        Assert.Equal(lineEnd == "\r\n", !Encoding.UTF8.GetString(bytes).Replace("\r\n", "", StringComparison.Ordinal).Contains('\n'));
        Assert.Equal((ExitCode.Clean, ""), ((await FixCheck()).ExitCode, (await FixCheck()).Output));
        Assert.Contains("nothing is reported", (await FixCheck()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_MendsNothingAtTheCostOfAnotherProject()
    {
        // To take the lock is a finding of its own, as everybody can take it; to ask the callers for it is one in the other project.
        _repository.Add("P/C.cs", """
            using LockDiscipline;

            public class Counter
            {
                public readonly object Gate = new();

                [GuardedBy(nameof(Gate))]
                private int _value;

                public void Add() => _value++;
            }
            """);
        _repository.Folder.AddProject("Q/Q.csproj", items: "<ProjectReference Include=\"../P/P.csproj\" />").Add("Q/Q.cs", "class Q { void M(Counter c) => c.Add(); }\n");

        var run = await FixCheck();

        Assert.Equal("P/C.cs:10:26: warning LCK1001: '_value' is guarded by 'Gate', which is not held here\n", run.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_elsewhere.Root));
        Assert.Contains("no patch was written", run.Error, StringComparison.Ordinal);
        File.Delete(_repository.Folder.Path("Q/Q.cs"));
        Assert.Contains("mends 1 of 1", (await FixCheck()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsLeft_IsNamed()
    {
        _repository.Add("P/C.cs", Code.Replace("lock (_gate) { _value++; }", "_value++; System.Threading.Monitor.Exit(_gate);", StringComparison.Ordinal));

        var run = await FixCheck();

        Assert.Contains("mends 1 of 2 findings", run.Error, StringComparison.Ordinal);
        Assert.Contains("left as it is: P/C.cs:10: LCK1005", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OutsideOfARepository_SaysWhatToDo()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", "class C;\n");

        var run = await Tool.InProcess(folder, [new BadCallAnalyzer()], "check", folder.Root, "--fix-patch", _elsewhere.Path("fix.patch"));

        Assert.Equal((ExitCode.NotAnalyzed, ""), (run.ExitCode, run.Output));
        Assert.Contains("--fix-patch makes its patch with git.", run.Error, StringComparison.Ordinal);
        Assert.Contains("'git init'", run.Error, StringComparison.Ordinal);
    }
}
