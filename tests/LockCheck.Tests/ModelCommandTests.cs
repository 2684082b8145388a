using LockCheck.Commands;
using LockCheck.Output;
using LockCheck.Tests.Support;
using MemoryModel.Scenarios;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Scenarios of the reference model on the terminal, and as pictures.</summary>
public sealed class ModelCommandTests
{
    static async Task<(int ExitCode, string Output, string Error)> RunAsync(bool color, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(["model", .. arguments], new Terminal(output, error, color, ShowsProgress: false, Width: 120));
        return (exitCode, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task WithoutAScenario_ListsThemAll()
    {
        var (exitCode, output, _) = await RunAsync(color: false);

        Assert.Equal(ExitCode.Clean, exitCode);
        Assert.Equal(ScenarioCatalog.All.Select(s => s.Name), output.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task Scenario_IsDrawnInEightyColumns_PlainWithoutColour()
    {
        var (exitCode, output, _) = await RunAsync(color: false, "gup-posted");

        Assert.Equal(ExitCode.Clean, exitCode);
        Assert.Contains("takes mmu_lock", output);
        Assert.DoesNotContain('\u001b', output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(output, (await RunAsync(color: false, "GUP-POSTED")).Output);
    }

    [Fact]
    public async Task Scenario_OnATerminalWithColours_HasHeadingsThatStandOut() =>
        Assert.Contains("\u001b[1mBefore\u001b[0m", (await RunAsync(color: true, "ab-ba")).Output);

    [Fact]
    public async Task Svg_IsWrittenToTheFile_TheSameEachTime()
    {
        using var folder = new TempFolder();
        var file = folder.Path("race.svg");
        var (exitCode, output, _) = await RunAsync(color: false, "free-before-flush", "--svg", file);
        var first = await File.ReadAllBytesAsync(file);
        _ = await RunAsync(color: false, "free-before-flush", "--svg", file);

        Assert.Equal(ExitCode.Clean, exitCode);
        Assert.Empty(output);
        Assert.Equal(first, await File.ReadAllBytesAsync(file));
        Assert.StartsWith("<svg xmlns=", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no scenario 'gup'. Did you mean gup-posted or gup-late or gup-checked?", "gup")]
    [InlineData("There is no scenario 'x'. 'lockcheck model' lists all scenarios.", "x")]
    [InlineData("--svg needs a scenario.", "--svg", "a.svg")]
    [InlineData("Cannot write", "ab-ba", "--svg", "no/such/folder/a.svg")]
    public async Task WrongArguments_AreAUsageError(string message, params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(color: false, arguments);

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Empty(output);
        Assert.Contains(message, error);
    }
}
