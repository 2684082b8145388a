using System.Text.Json;
using LockCheck.Commands;
using LockCheck.Output;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary><c>lockcheck explain</c> of one finding: what holds there, why it is one, what can be done.</summary>
public sealed class ExplainFindingTests : IDisposable
{
    const string Code = """
        using LockDiscipline;

        class Counter
        {
            private readonly object _gate = new();

            [GuardedBy(nameof(_gate))]
            private int _value;

            public void Add(bool careful)
            {
                if (careful) { lock (_gate) { _value++; } }
            }

            [RequiresLock(nameof(_gate))]
            private void Reset() => _value = 0;

            public void Clear() { lock (_gate) { Reset(); } }
        }

        """;

    // The first without its lock, the second half of the time.
    static readonly string s_flawed = Code.Replace("lock (_gate) { _value++; }", "_value++;", StringComparison.Ordinal);

    readonly GitFolder _repository = new GitFolder().Add("P/C.cs", Code).Commit("base");

    public void Dispose() => _repository.Dispose();

    async Task<Tool.Run> Explain(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(["explain", "-C", _repository.Folder.Root, .. arguments], new Terminal(output, error, Color: false, ShowsProgress: false, Width: 100));
        var root = _repository.Folder.Root + Path.DirectorySeparatorChar;
        return new(exitCode, output.ToString().Replace(root, "", StringComparison.Ordinal), error.ToString().Replace(root, "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Place_TellsWhatHoldsAndWhatIsNeeded()
    {
        _repository.Add("P/C.cs", s_flawed);

        var run = await Explain("P/C.cs:12");

        Assert.Equal(("", ExitCode.Clean), (run.Error, run.ExitCode));
        Assert.Equal("""
            P/C.cs:12:24: warning LCK1001: '_value' is guarded by '_gate', which is not held here
             12 |         if (careful) { _value++; }
                |                        ^^^^^^
                = needed: _gate (exclusive)
                = held: nothing
                = help: take _gate around it, or state [RequiresLock] on the method

            What the rule says
              A member declared [GuardedBy] or [GuardedByAny], or the object behind a
              [TargetGuardedBy] reference, is read or written where the lock is not held.
              The whole page: lockcheck explain LCK1001

            What is known there
              on entry:    no contract says that a lock is held
              held:        nothing, on the one path that leads there
              contracts:   Counter._value: GuardedBy("_gate"), which is this._gate
                           [P/C.cs:7]

            What can be done
              light bulb:  Wrap in 'lock (_gate)'
              light bulb:  Require '_gate' of callers of 'Add'
              by hand:     take _gate around it, or state [RequiresLock] on the method
              waive it:    #pragma warning disable LCK1001 // why it is right
                           or in a baseline (lockcheck check --baseline FILE), under
            """.ReplaceLineEndings("\n"), run.Output[..run.Output.IndexOf("\n               \"waivers\"", StringComparison.Ordinal)]);
        Assert.All(run.Output.Split('\n').Skip(1), l => Assert.True(l.Length <= 80, l));
    }

    [Fact]
    public async Task EveryWayToNameAFinding_LeadsToIt()
    {
        _repository.Add("P/C.cs", s_flawed);
        var expected = await Explain("P/C.cs:12:24");
        var line = (await Tool.InProcess(_repository.Folder, [.. Analysis.OwnAnalyzers.Create()], "check", _repository.Folder.Path("P"), "--format", "line")).Output.TrimEnd();
        var json = (await Tool.InProcess(_repository.Folder, [.. Analysis.OwnAnalyzers.Create()], "check", _repository.Folder.Path("P"), "--format", "json")).Output;
        using var document = JsonDocument.Parse(json);
        var fingerprint = document.RootElement.GetProperty("findings")[0].GetProperty("fingerprint").GetString()!;

        Assert.Contains("LCK1001", expected.Output, StringComparison.Ordinal);
        Assert.Equal(expected, await Explain(line));
        Assert.Equal(expected, await Explain("lck1001", "P/C.cs:12"));
        Assert.Equal(expected, await Explain("P/C.cs(12,24)", "LCK1001"));
        Assert.Equal(expected, await Explain(fingerprint, "--project", "P"));
        Assert.Equal(expected, await Explain(fingerprint[..8], "--project", "P"));
        Assert.Contains("fingerprint: " + fingerprint, expected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindingOfAChange_SaysWhatTheChangeDid()
    {
        _repository.Add("P/C.cs", s_flawed);

        var run = await Explain("P/C.cs:12", "--change");

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Contains("= verdict: the change introduces it\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("= cause: P/C.cs, -9,7 +9,7: the line itself\n", run.Output, StringComparison.Ordinal);
        _repository.Commit("flawed").Add("P/C.cs", Code);
        // Mended, so it stands in the code before.
        run = await Explain("LCK1001", "P/C.cs:12", "--change", "--base", "HEAD");
        Assert.Contains("= verdict: the change mends it; this is the code before\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("light bulb:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlaceWithoutAFinding_TellsWhatIsHeldThere()
    {
        var run = await Explain("P/C.cs:12");
        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.StartsWith("Nothing is reported at P/C.cs:12.\n", run.Output, StringComparison.Ordinal);

        run = await Explain("P/C.cs:16");
        Assert.Contains("on entry:    _gate (exclusive), as the contract says\n  held:        _gate (exclusive), held by the caller\n", run.Output, StringComparison.Ordinal);
        run = await Explain("P/C.cs:18");
        Assert.Contains("held:        nothing, on the one path that leads there\n", run.Output, StringComparison.Ordinal);
        _repository.Add("P/C.cs", Code.Replace("{ Reset(); }", "{\n        Reset();\n    }", StringComparison.Ordinal));
        run = await Explain("P/C.cs:19");
        // Full paths, which are longer than what they become here, are broken into lines.
        Assert.Contains("held: _gate (exclusive), taken at P/C.cs:18:33 contracts:", string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("Counter.Reset(): RequiresLock(\"_gate\"), which is this._gate\n               [P/C.cs:15]\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaivedFinding_IsExplainedToo()
    {
        _repository.Add("P/C.cs", s_flawed.Replace("class Counter", "#pragma warning disable LCK1001\nclass Counter", StringComparison.Ordinal));

        var run = await Explain("P/C.cs:13");

        Assert.Contains("waived:      the code hides it, by a pragma or an attribute\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }

    [Theory]
    [InlineData("No finding has the fingerprint '0123456789abcdef'", "0123456789abcdef", "--project", "P")]
    [InlineData("LCK1004 is not reported at P/C.cs:12. There is LCK1001.", "LCK1004", "P/C.cs:12")]
    [InlineData("LCK1001 is not reported at P/C.cs:3. In this file there is LCK1001 at P/C.cs:12.", "LCK1001", "P/C.cs:3")]
    [InlineData("There is no rule 'LCK1099'.", "LCK1099", "P/C.cs:12")]
    [InlineData("The file 'Gone.cs' does not exist", "Gone.cs:1")]
    [InlineData("'P/C.cs' has 20 lines, and no line 99", "P/C.cs:99")]
    [InlineData("No project lies above", "X.cs:1")]
    [InlineData("is not compiled by the project that was looked at", "X.cs:1", "--project", "P")]
    [InlineData("'so and so' names neither a rule nor a finding", "so", "and", "so")]
    public async Task WhatNamesNothing_IsUsage(string message, params string[] arguments)
    {
        _repository.Add("P/C.cs", s_flawed).Add("X.cs", "class X;\n");

        var run = await Explain(arguments);

        Assert.Equal(("", ExitCode.Usage), (run.Output, run.ExitCode));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectThatCannotBeAnalysed_IsSaid()
    {
        _repository.Add("P/P.csproj", "<Project>");

        var run = await Explain("P/C.cs:12");

        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("could not be loaded", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.cs:3", null, "a.cs", 3, null)]
    [InlineData("a.cs:3:7", null, "a.cs", 3, 7)]
    [InlineData("a.cs(3,7)", null, "a.cs", 3, 7)]
    [InlineData("a.cs(3,7,3,9): warning LCK1002: text", "LCK1002", "a.cs", 3, 7)]
    [InlineData("dir with space/a.cs:3:7: warning LCK1002: 'x:9' is text", "LCK1002", "dir with space/a.cs", 3, 7)]
    [InlineData(@"C:\a.cs:3", null, @"C:\a.cs", 3, null)]
    public void Place_IsRead(string word, string? rule, string file, int line, int? column) =>
        Assert.Equal(new FindingReference(rule, file, line, column, null), FindingReference.Parse([word]));

    [Theory]
    [InlineData("LCK1001")]
    [InlineData("1001")]
    [InlineData("nothing")]
    public void Rule_IsNoPlace(string word) => Assert.Null(FindingReference.Parse([word]));
}
