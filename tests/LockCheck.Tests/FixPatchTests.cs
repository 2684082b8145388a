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
}
