using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Commands;
using LockCheck.Output;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Pages on the terminal, and rules that have none.</summary>
public sealed class ExplainTests
{
    static (int ExitCode, string Output) Explain(string? id, params (string Id, string Page)[] pages)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, TextWriter.Null, Color: false, ShowsProgress: false, Width: 40);
        var explanation = new ExplainCommand.Explanation(OwnAnalyzers.Rules([new BadCallAnalyzer()]),
            pages.ToImmutableSortedDictionary(p => p.Id, p => p.Page, StringComparer.OrdinalIgnoreCase), terminal);
        var exitCode = id is null ? explanation.List() : explanation.Explain(id);
        return (exitCode, output.ToString());
    }

    [Fact]
    public void Page_ReadsAsPlainText()
    {
        var (exitCode, output) = Explain("lckt001", ("LCKT001", """
            # LCKT001: Bad call

            A call of `Bad` is **never** good, as
            [the thread](https://example.org/t) says; see [LCKT002](LCKT002.md).

            ## Code

            ```csharp
            lock (_gate)
            {
                Bad();
            }
            ```

            - one
            - two, which is long enough to be broken into lines
              1. inner

            > quoted

            | option | meaning of it |
            |---|---|
            | `a` | the first of all options, explained at some length |
            """));

        Assert.Equal(ExitCode.Clean, exitCode);
        Assert.Equal("""
            LCKT001: Bad call
            =================

            A call of `Bad` is never good, as the
            thread (https://example.org/t) says; see
            LCKT002.

            Code
            ----

                lock (_gate)
                {
                    Bad();
                }

            - one
            - two, which is long enough to be broken
              into lines
              1. inner

            | quoted

            option  meaning of it
            ------  --------------------------------
            `a`     the first of all options,
                    explained at some length

            """.ReplaceLineEndings("\n"), output);
    }

    [Fact]
    public void RuleWithoutPage_ShowsItsDescriptor()
    {
        var (exitCode, output) = Explain("LCKT001");

        Assert.Equal(ExitCode.Clean, exitCode);
        Assert.Equal("LCKT001: Bad call\n=================\n\nBad is never good.\n\nhttps://example.org/LCKT001\n", output);
    }

    [Fact]
    public void List_HasIdSeverityAndTitleOfEachRule()
    {
        var (exitCode, output) = Explain(null);

        Assert.Equal(ExitCode.Clean, exitCode);
        Assert.Equal("LCKT001  warning  Bad call\nLCKT002  info     Poor call\n", output);
    }

    [Fact]
    public async Task UnknownId_NamesTheNearestAndExitsTwo()
    {
        using var folder = new TempFolder();

        var run = await Tool.InProcess(folder, [new BadCallAnalyzer()], "explain", "LKCT001");

        Assert.StartsWith("lockcheck: There is no rule 'LKCT001'. Did you mean LCKT001", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("LCK1001", "LCK1010", 2)]
    public void Distance_CountsEdits(string from, string to, int expected)
    {
        Assert.Equal(expected, NearestIds.Distance(from, to));
        Assert.Equal(expected, NearestIds.Distance(to, from));
    }

    [Fact]
    public void EmbeddedPages_AreThoseOfTheRulesFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Analyzers.sln")))
            folder = folder.Parent;
        Assert.NotNull(folder);
        var rules = Path.Combine(folder.FullName, "analyzers", "docs", "rules");

        var files = Directory.Exists(rules) ? Directory.EnumerateFiles(rules, "*.md").Select(Path.GetFileNameWithoutExtension) : [];
        Assert.Equal(files.Order(StringComparer.OrdinalIgnoreCase), RulePages.Read().Keys);
    }
}
