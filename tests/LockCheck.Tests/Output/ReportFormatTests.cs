using System.Diagnostics;
using System.Text.Json;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Output;

/// <summary>The forms of a report: each says the same, in its own way, and the same bytes each time.</summary>
public sealed class ReportFormatTests(ReportFormatTests.OneChange change) : IClassFixture<ReportFormatTests.OneChange>
{
    const string Before = """
        using LockDiscipline;

        class Counter
        {
            private readonly object _gate = new();
            private readonly object _inner = new();

            [GuardedBy(nameof(_gate))]
            private int _value;

            private int _free;

            public void Add()
            {
                lock (_gate)
                {
                    _value++;
                }
            }

            public void Free()
            {
                lock (_gate)
                {
                    lock (_inner)
                    {
                        _free++;
                    }
                }
            }

            public int Read() => _value;
        }

        """;

    readonly Dictionary<string, string> _reports = change.Reports;

    /// <summary>A change, judged once in every form.</summary>
    public sealed class OneChange : IAsyncLifetime
    {
        public GitFolder Repository { get; } = new GitFolder().Add("P/Counter.cs", Before).Commit("Count under a lock");

        public Dictionary<string, string> Reports { get; } = [];

        public async Task InitializeAsync()
        {
            Repository.Add("P/Counter.cs", Before
                .Replace("        lock (_gate)\n        {\n            _value++;\n        }\n", "        _value++;\n", StringComparison.Ordinal)
                .Replace("            lock (_inner)\n            {\n                _free++;\n            }\n", "            lock (_inner)\n            {\n            }\n            _free++;\n", StringComparison.Ordinal));
            foreach (var format in (string[])["text", "review", "github", "gitlab", "json", "sarif", "html"])
            {
                var run = await Tool.Patch(Repository, "", "--format", format, "--all");
                Assert.Equal("", run.Error);
                Assert.Equal(ExitCode.Findings, run.ExitCode);
                Reports[format] = run.Output;
            }
        }

        public Task DisposeAsync()
        {
            Repository.Dispose();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task AllForms_SayTheSame_AndAreTheirOwn()
    {
        var text = _reports["text"];
        Assert.Contains("introduced (1)\n\nP/Counter.cs:15:9: warning LCK1001", text, StringComparison.Ordinal);
        Assert.Contains("weakened: '_free' was written under '_inner' here and is now written without it", text, StringComparison.Ordinal);
        Assert.Contains("pre-existing (1)\n  P/Counter.cs:29: LCK1001", text, StringComparison.Ordinal);
        Assert.EndsWith("1 introduced, 1 weakened, 1 pre-existing in 1 project.\n", text, StringComparison.Ordinal);

        Assert.Equal("""
            > work tree

            > --- a/P/Counter.cs
            > +++ b/P/Counter.cs
            > @@ -12,10 +12,7 @@ class Counter
            >
            >      public void Add()
            >      {
            > -        lock (_gate)

            With this gone or changed, P/Counter.cs:15:

                _value++;

            '_value' is guarded by '_gate', which is not held here (LCK1001).

            Would it help to take _gate around it, or state [RequiresLock] on the
            method?

            """.ReplaceLineEndings("\n"), _reports["review"][..(_reports["review"].IndexOf("method?\n", StringComparison.Ordinal) + 8)]);

        Assert.StartsWith("::warning file=P/Counter.cs,line=15,endLine=15,col=9,endColumn=15,title=LCK1001::'_value' is guarded by '_gate'", _reports["github"], StringComparison.Ordinal);
        using var gitlab = JsonDocument.Parse(_reports["gitlab"]);
        Assert.Equal("LCK1001", gitlab.RootElement[0].GetProperty("check_name").GetString());

        using var sarif = JsonDocument.Parse(_reports["sarif"]);
        var results = sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["new LCK1001", "unchanged LCK1001", "new LCKweakened"], results.Select(r => $"{r.GetProperty("baselineState").GetString()} {r.GetProperty("ruleId").GetString()}"));
        Assert.Equal(3, results.Select(r => r.GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash").GetString()).Distinct().Count());

        var html = _reports["html"];
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.Contains("<desc>_inner is acquired under _gate</desc>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);

        Assert.Equal(text, (await Tool.Patch(change.Repository, "", "--all")).Output);
    }

    [Fact]
    public async Task Json_FollowsItsSchema()
    {
        using var schema = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Support.Repository.Root, "analyzers", "docs", "patch-report.schema.json")));
        using var report = JsonDocument.Parse(_reports["json"]);
        Assert.Empty(JsonSchema.Violations(schema.RootElement, report.RootElement));
        // The check itself can fail.
        using var wrong = JsonDocument.Parse(_reports["json"].Replace("\"introduced\",", "\"invented\",", StringComparison.Ordinal));
        Assert.NotEmpty(JsonSchema.Violations(schema.RootElement, wrong.RootElement));
    }

    [MultitoolFact]
    public async Task Sarif_PassesTheRulesOfCodeScanning()
    {
        using var folder = new TempFolder().Add("report.sarif", _reports["sarif"]);
        using var process = Process.Start(new ProcessStartInfo(MultitoolFactAttribute.Tool!, ["validate", folder.Path("report.sarif"), "--rule-kind", "Sarif;Ghas"]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && !output.Contains("error", StringComparison.OrdinalIgnoreCase) && !output.Contains("warning", StringComparison.OrdinalIgnoreCase), output);
    }
}
