using LockCheck.Output;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Colour belongs to the terminal and to nothing else.</summary>
public sealed class TerminalTests
{
    static Terminal With(bool color) => new(TextWriter.Null, TextWriter.Null, color, ShowsProgress: false, Width: 80);

    [Fact]
    public void Paint_WithoutColour_IsTheText() => Assert.Equal("x", With(color: false).Paint("x", Style.Red));

    [Fact]
    public void Paint_WithColour_EndsTheStyle() => Assert.Equal("\u001b[31mx\u001b[0m", With(color: true).Paint("x", Style.Red));

    [Fact]
    public void WrappedText_CountsNoColumnsForColour()
    {
        var text = new StyledText();
        text.Add("one two", Style.Red);
        text.Add(" three", null);

        Assert.Equal([7, 5], text.Wrap(9, With(color: true)).Select(l => l.Width));
    }
}
