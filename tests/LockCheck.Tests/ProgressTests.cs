using LockCheck.Output;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Progress is for who watches, and gone afterwards.</summary>
public sealed class ProgressTests
{
    static string Shown(bool watched, bool redraws, int width = 80)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using (var progress = new Progress(new(TextWriter.Null, error, Color: false, watched, width, redraws)))
        {
            progress.Report("reading");
            progress.Report("analysing a\u001b[2Jb", 1, 4);
        }
        return error.ToString();
    }

    [Fact]
    public void NobodyWatches_NothingIsWritten() => Assert.Equal("", Shown(watched: false, redraws: false));

    [Fact]
    public void Terminal_HasABarThatIsErased() => Assert.Equal(
        "\r\u001b[2Klockcheck: reading\r\u001b[2Klockcheck: [######..................] 1/4 analysing a\\u001B[2Jb\r\u001b[2K", Shown(watched: true, redraws: true));

    [Fact]
    public void TerminalWithoutEscapes_HasLines() => Assert.Equal("lockcheck: reading ...\nlockcheck: analysing a\\u001B[2Jb ...\n", Shown(watched: true, redraws: false));

    [Fact]
    public void TerminalWithoutRoomForTheBar_ShowsWhatGoesOn() =>
        Assert.Contains("\u001b[2Klockcheck: analysing a\\u001B[2Jb\r", Shown(watched: true, redraws: true, width: 50), StringComparison.Ordinal);

    [Fact]
    public void NarrowTerminal_IsNotWrapped() =>
        Assert.All(Shown(watched: true, redraws: true, width: 30).Split("\r\u001b[2K"), line => Assert.True(line.Length < 30, line));
}
