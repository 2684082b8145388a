using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using LockCheck.Commands;
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
            var report = await Tool.Judge(Repository, findsFixes: true);
            foreach (var (format, write) in ReportTarget.Formats)
            {
                using var output = new StringWriter { NewLine = "\n" };
                write(report, new(output, TextWriter.Null, Color: false, ShowsProgress: false, Width: 100), true);
                Reports[format] = output.ToString();
            }
            // Here places are named from the folder that the tool runs in.
            var run = await Tool.PatchAsProcess(Repository, "", "--all");
            Assert.Equal((ExitCode.Findings, ""), (run.ExitCode, run.Error));
            Reports["text"] = run.Output;
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

        var again = await Tool.PatchAsProcess(change.Repository, "", "--format", "sarif");
        Assert.Equal((ExitCode.Findings, "", _reports["sarif"]), (again.ExitCode, again.Error, again.Output));
    }

    [Fact]
    public void Lists_HaveEachProblemOnce()
    {
        const string message = "'_value' is guarded by '_gate', which is not held here";
        const string weakened = "'_free' was written under '_inner' here and is now written without it";
        Assert.Equal($"P/Counter.cs:15:9: warning LCK1001: {message}\nP/Counter.cs:25:1: info weakened: {weakened}\n", _reports["line"]);

        Assert.StartsWith("TAP version 13\n1..2\nnot ok 1 - P/Counter.cs:15:9 LCK1001\n", _reports["tap"], StringComparison.Ordinal);
        Assert.Contains($"\nok 2 - P/Counter.cs:25:1 weakened # SKIP {weakened}\n", _reports["tap"], StringComparison.Ordinal);

        var junit = XDocument.Parse(_reports["junit"]).Descendants("testsuite").Single();
        Assert.Equal(("2", "1", "0", "1"), ((string?)junit.Attribute("tests"), (string?)junit.Attribute("failures"), (string?)junit.Attribute("errors"), (string?)junit.Attribute("skipped")));
        Assert.Equal(message, (string?)junit.Descendants("failure").Single().Attribute("message"));

        var checkstyle = XDocument.Parse(_reports["checkstyle"]).Descendants("error").ToList();
        Assert.Equal([("15", "9", "warning", "lockcheck.LCK1001"), ("25", "1", "info", "lockcheck.weakened")],
            checkstyle.Select(e => ((string)e.Attribute("line")!, (string)e.Attribute("column")!, (string)e.Attribute("severity")!, (string)e.Attribute("source")!)));

        using var rdjson = JsonDocument.Parse(_reports["rdjson"]);
        var diagnostics = rdjson.RootElement.GetProperty("diagnostics").EnumerateArray().ToList();
        Assert.Equal(["LCK1001", "weakened"], diagnostics.Select(d => d.GetProperty("code").GetProperty("value").GetString()));
        Assert.Contains("lock (_gate)", diagnostics[0].GetProperty("suggestions")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sarif_SaysWhatWouldMendIt()
    {
        using var sarif = JsonDocument.Parse(_reports["sarif"]);
        var fixes = sarif.RootElement.GetProperty("runs")[0].GetProperty("results")[0].GetProperty("fixes");
        Assert.Equal("Wrap in 'lock (_gate)'.", fixes[0].GetProperty("description").GetProperty("text").GetString());
        var change = fixes[0].GetProperty("artifactChanges")[0];
        Assert.Equal("P/Counter.cs", change.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(15, change.GetProperty("replacements")[0].GetProperty("deletedRegion").GetProperty("startLine").GetInt32());
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
