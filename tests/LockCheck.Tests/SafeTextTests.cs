using LockCheck.Output;
using Xunit;

namespace LockCheck.Tests;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain ü 漢 😀", "plain ü 漢 😀")]
    [InlineData("a\u001b[2Jb", @"a\u001B[2Jb")]
    [InlineData("a\r\nb", @"a\u000D\u000Ab")]
    [InlineData("a\u202eb\u2066", @"a\u202Eb\u2066")]
    [InlineData("a\u2028b", @"a\u2028b")]
    [InlineData("a\ue000b", @"a\uE000b")]
    public void Escape_LeavesNothingInvisible(string text, string expected) => Assert.Equal(expected, SafeText.Escape(text));

    [Fact]
    public void Escape_ShowsUnpairedSurrogates() => Assert.Equal(@"a\uD83Db", SafeText.Escape("a\ud83db"));
}
