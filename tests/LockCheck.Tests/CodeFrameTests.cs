using LockCheck.Analysis;
using LockCheck.Output;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace LockCheck.Tests;

/// <summary>The mark stands under what is meant, whatever the line holds.</summary>
public sealed class CodeFrameTests
{
    static List<string> Frame(string text, string marked)
    {
        var source = SourceText.From(text);
        var start = text.IndexOf(marked, StringComparison.Ordinal);
        var span = source.Lines.GetLinePositionSpan(new(start, marked.Length));
        return [.. CodeFrame.Lines(new("f.cs", span.Start, span.End, source), '^', 2, t => t)];
    }

    [Fact]
    public void Tabs_AreExpanded() =>
        Assert.Equal([" 1 |     a   b", "   |         ^"], Frame("\ta\tb", "b"));

    [Fact]
    public void WideCharacters_TakeTwoColumns() =>
        Assert.Equal([" 1 | \"漢字\" x", "   |        ^"], Frame("\"漢字\" x", "x"));

    [Fact]
    public void CombiningMarks_TakeNone() =>
        Assert.Equal([" 1 | e\u0301 x", "   |   ^"], Frame("e\u0301 x", "x"));

    [Fact]
    public void ControlCharacters_AreMarkedAsWideAsTheyAreShown() =>
        Assert.Equal([@" 1 | \u0007x", "   | ^^^^^^"], Frame("\u0007x", "\u0007"));

    [Fact]
    public void SpanOverLines_IsMarkedOnEachOfTheFirst()
    {
        Assert.Equal(
            [" 1 | a(", "   | ^^", " 2 |   b,", "   |   ^^", " 3 |   c,", "   |   ^^", "   | ... (2 more lines)"],
            Frame("a(\n  b,\n  c,\n  d,\n  e);\n", "a(\n  b,\n  c,\n  d,\n  e)"));
    }

    [Fact]
    public void LongLine_IsCutAroundTheMark()
    {
        var line = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i:D3}"));

        var frame = Frame(line, "word100");

        Assert.Equal(2, frame.Count);
        Assert.All(frame, l => Assert.InRange(l.Length, 1, 140));
        Assert.Contains("...", frame[0], StringComparison.Ordinal);
        Assert.Equal("word100", frame[0].Substring(frame[1].IndexOf('^', StringComparison.Ordinal), frame[1].Count(c => c == '^')));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(199)]
    public void LongLine_KeepsTheMarkAtEitherEnd(int word)
    {
        var line = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i:D3}"));
        var marked = $"word{word:D3}";

        var frame = Frame(line, marked);

        Assert.Equal(marked, frame[0].Substring(frame[1].IndexOf('^', StringComparison.Ordinal), frame[1].Count(c => c == '^')));
        Assert.All(frame, l => Assert.InRange(l.Length, 1, 140));
    }

    [Fact]
    public void EndOfFile_HasAMark()
    {
        var source = SourceText.From("x");

        var frame = CodeFrame.Lines(new("f.cs", new(0, 1), new(0, 1), source), '^', 1, t => t);

        Assert.Equal(["1 | x", "  |  ^"], frame);
    }

    [Fact]
    public void PlaceOutsideTheText_HasNoFrame() =>
        Assert.Empty(CodeFrame.Lines(new("f.cs", new(9, 0), new(9, 1), SourceText.From("x")), '^', 1, t => t));
}
