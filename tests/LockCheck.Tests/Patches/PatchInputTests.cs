using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Patches;

/// <summary>Every form in which a change can be given, and what it leaves behind: nothing.</summary>
public sealed class PatchInputTests : IDisposable
{
    const string Locked = """
        using LockDiscipline;

        class Counter
        {
            private readonly object _gate = new();

            [GuardedBy(nameof(_gate))]
            private int _value;

            public void Add()
            {
                lock (_gate)
                {
                    _value++;
                }
            }
        }

        """;

    const string Introduced = "introduced (1)\n\nP/Counter.cs:12:9: warning LCK1001: '_value' is guarded by '_gate'";

    static readonly string s_unlocked = Locked.Replace("        lock (_gate)\n        {\n            _value++;\n        }\n", "        _value++;\n", StringComparison.Ordinal);

    readonly GitFolder _repository = new GitFolder().Add("P/Counter.cs", Locked).Commit("Count under a lock");

    public void Dispose() => _repository.Dispose();

    async Task AssertIntroduced(string input, params string[] arguments)
    {
        var state = _repository.State();
        var run = await Tool.Patch(_repository, input, arguments);
        Assert.Equal("", run.Error);
        Assert.Contains(Introduced, run.Output, StringComparison.Ordinal);
        Assert.Contains("= removed: lock (_gate)", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Equal(state, _repository.State());
    }

    string Posted()
    {
        _repository.Add("P/Counter.cs", s_unlocked).Commit("Count without it");
        var mail = _repository.Git("format-patch", "--stdout", "-1");
        _repository.Git("reset", "--quiet", "--hard", "HEAD^");
        return mail;
    }

    [Fact]
    public async Task NoArgument_TakesTheWorkTree()
    {
        _repository.Add("P/Counter.cs", s_unlocked);
        await AssertIntroduced("");
    }

    [Fact]
    public async Task BuiltTool_ReadsItsStandardInput_AndRestoresInACopy()
    {
        Directory.Delete(_repository.Folder.Path("P/obj"), recursive: true);
        var mail = Posted();
        var state = _repository.State();
        var run = await Tool.PatchAsProcess(_repository, mail, "-");
        Assert.Equal((ExitCode.Findings, ""), (run.ExitCode, run.Error));
        Assert.Contains(Introduced, run.Output, StringComparison.Ordinal);
        Assert.Equal(state, _repository.State());
    }

    [Fact]
    public async Task FirstProjectOfARepository_IsAnalyzedCompletely()
    {
        using var repository = new GitFolder(withProject: false).Add("README", "x").Commit("nothing yet");
        repository.Folder.AddProject("P/P.csproj").Add("P/Attributes.cs", GitFolder.Attributes).Add("P/Counter.cs", s_unlocked);
        var run = await Tool.Patch(repository);
        Assert.Contains(Introduced, run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Fact]
    public async Task Staged_TakesTheIndexAndNotTheWorkTree()
    {
        _repository.Add("P/Counter.cs", s_unlocked);
        _repository.Git("add", "P/Counter.cs");
        _repository.Add("P/Counter.cs", "class Broken {");
        await AssertIntroduced("", "--staged");
    }

    [Fact]
    public async Task RangesAndCommits_AreResolved()
    {
        _repository.Add("P/Counter.cs", s_unlocked).Commit("Count without it");
        // What lies in the work tree has no part in it.
        _repository.Add("P/Counter.cs", "class Broken {").Add("P/New.cs", "class {");
        await AssertIntroduced("", "HEAD~1..HEAD");
        await AssertIntroduced("", "HEAD");
        await AssertIntroduced("", "HEAD-1");
    }

    [Fact]
    public async Task Mail_IsTakenFromStandardInputFileAndFolder()
    {
        var mail = Posted();
        await AssertIntroduced(mail, "-");
        using var elsewhere = new TempFolder().Add("0000-cover-letter.patch", "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\nFrom: a <a@b>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nSubject: [PATCH 0/1] The series\n\nWords.\n").Add("0001-x.patch", mail);
        await AssertIntroduced("", elsewhere.Path("0001-x.patch"));
        await AssertIntroduced("", elsewhere.Root);
    }

    [Theory]
    [InlineData("> ")]
    [InlineData("> > > ")]
    public async Task QuotedMail_IsUnquotedAndRemarksAreLeftOut(string mark)
    {
        var mail = Posted();
        var quoted = string.Concat(mail.Split('\n').Select(l => (mark + l).TrimEnd() + "\n" + (l.StartsWith("-    ", StringComparison.Ordinal) ? "\nIs this right?\n\n" : "")));
        await AssertIntroduced("Re: [PATCH] Count\n\nOn Thursday somebody wrote:\n" + quoted, "-");
    }

    [Fact]
    public async Task MangledMail_IsPutInOrder()
    {
        var mail = Posted();
        // No-break spaces, as archives have them.
        await AssertIntroduced(string.Join('\n', mail.Split('\n').Select(l => l.StartsWith(' ') || l.StartsWith('+') ? l[..1] + l[1..].Replace("    ", "\u00A0 \u00A0 ", StringComparison.Ordinal) : l)), "-");
        // Every run of white space collapsed.
        var collapsed = mail.Replace("        ", " ", StringComparison.Ordinal).Replace("    ", " ", StringComparison.Ordinal);
        Assert.Contains("P/Counter.cs:12:2: warning LCK1001", (await Tool.Patch(_repository, collapsed, "-")).Output, StringComparison.Ordinal);
        // The indentation gone altogether, and the first column of context with it.
        var bare = string.Join('\n', mail.Split('\n').Select(l => l.StartsWith(' ') ? l.TrimStart() : l.Length > 1 && l[0] is '+' or '-' && l[1] == ' ' && !l.StartsWith("-- ", StringComparison.Ordinal) ? l[..1] + l[1..].TrimStart() : l));
        Assert.Contains("P/Counter.cs:12:1: warning LCK1001", (await Tool.Patch(_repository, bare, "-")).Output, StringComparison.Ordinal);
        // Transported with the line ends of mail.
        await AssertIntroduced(mail.Replace("\n", "\r\n", StringComparison.Ordinal), "-");
        await AssertIntroduced("\uFEFF" + mail, "-");
    }

    [Fact]
    public async Task QuotedPrintableMail_IsDecoded()
    {
        var mail = Posted();
        var body = mail.Replace("=", "=3D", StringComparison.Ordinal).Replace("    ", "=20=20=20=20", StringComparison.Ordinal);
        body = body.Replace("\nSubject: ", "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\nSubject: ", StringComparison.Ordinal);
        await AssertIntroduced(body, "-");
    }

    [Fact]
    public async Task FlowedMail_IsUnflowed()
    {
        var mail = Posted();
        var end = mail.IndexOf("\n\n", StringComparison.Ordinal);
        var flowed = mail[..end] + "\nContent-Type: text/plain; charset=utf-8; format=flowed" + string.Join('\n', mail[end..].Split('\n').Select(l => l.StartsWith(' ') ? " " + l : l));
        await AssertIntroduced(flowed, "-");
    }

    [Fact]
    public async Task NoPrefixAndCrLfSources_Apply()
    {
        _repository.Add("P/Counter.cs", s_unlocked);
        var diff = _repository.Git("diff", "--no-prefix");
        _repository.Git("checkout", "--quiet", "--", ".");
        await AssertIntroduced(diff, "-");
        _repository.Add("P/Counter.cs", Locked.Replace("\n", "\r\n", StringComparison.Ordinal)).Commit("Windows");
        await AssertIntroduced(diff, "-");
    }

    [Fact]
    public async Task BaseCommitLine_IsTheBase()
    {
        var mail = Posted() + $"\nbase-commit: {_repository.Git("rev-parse", "HEAD").Trim()}\n";
        _repository.Add("P/Counter.cs", "class Other { }\n").Commit("Went on");
        await AssertIntroduced(mail, "-");
        await AssertIntroduced(mail.Replace("base-commit", "nothing", StringComparison.Ordinal), "-");
    }

    [Fact]
    public async Task RenamedFile_IsFollowed()
    {
        _repository.Git("mv", "P/Counter.cs", "P/Clock.cs");
        _repository.Add("P/Clock.cs", s_unlocked);
        var run = await Tool.Patch(_repository);
        Assert.Contains("P/Clock.cs:12:9: warning LCK1001", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 introduced in 1 project.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DocumentsOnly_AreNothingToAnalyse()
    {
        _repository.Add("README.md", "Words.\n");
        var run = await Tool.Patch(_repository);
        Assert.Contains("The change touches nothing that is analysed.", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }
}
