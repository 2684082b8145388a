using LockCheck.Caching;
using LockCheck.Loading;
using Xunit;

namespace LockCheck.Tests.Caching;

/// <summary>What a build looked at, read from its log and from the texts of project files.</summary>
public sealed class EvaluationTests
{
    const string Sdk = "/sdks/sdk/10.0.100/";

    static Evaluation Parse(params string[] lines) => Evaluation.Parse(string.Join('\n', lines), "/r/P/P.csproj", Sdk, "/packages/");

    [Fact]
    public void Imports_AreWhatWasReadAndWhatWasLookedFor()
    {
        var evaluation = Parse(
            """Importing project "/sdks/sdk/10.0.100/Sdk.props" into project "/r/P/P.csproj" at (0,0).""",
            """    Importing project "/r/P/../Own.props" into project "/r/P/P.csproj" at (2,1).""",
            """Project "../../no.props" was not imported by "/r/Own.props" at (4,1), due to false condition; (Exists('../../no.props')) was evaluated as (Exists('../../no.props')).""",
            """Project "../more*.props" was not imported by "/r/P/P.csproj" at (3,1), due to no matching files.""",
            """Project "$(Other)" was not imported by "/r/P/P.csproj" at (3,1), due to false condition; ('$(Other)' != '' and exists('/home/u\Other')) was evaluated as ('/home/u\Other' != '' and exists('/home/u\Other')).""");

        Assert.Equal("/r/Own.props /r/P/P.csproj /sdks/sdk/10.0.100/Sdk.props", string.Join(' ', evaluation.Imported));
        Assert.Equal("/home/u/Other /no.props /r", string.Join(' ', evaluation.Asked));
        Assert.True(evaluation.IsFollowed);
        Assert.Equal("/sdks", evaluation.Sdk);
    }

    [Theory]
    [InlineData("""Using "Csc" task from assembly "/sdks/sdk/10.0.100/Roslyn/Tasks.dll".""", true)]
    [InlineData("""Using "MakeDir" task from assembly "Microsoft.Build.Tasks.Core, Version=15.1.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a".""", true)]
    [InlineData("""Using "FromAPackage" task from assembly "/packages/some/1.0.0/build/Tasks.dll".""", true)]
    [InlineData("""Using "Exec" task from assembly "Microsoft.Build.Tasks.Core, Version=15.1.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a".""", false)]
    [InlineData("""Using "Microsoft.Build.Tasks.ReadLinesFromFile" task from assembly "Microsoft.Build.Tasks.Core".""", false)]
    [InlineData("""Using "Own" task from the task factory "Roslyn Code Task Factory".""", false)]
    [InlineData("""Using "Own" task from assembly "/r/tools/Own.dll".""", false)]
    public void TaskThatCanLookAtAnything_CannotBeFollowed(string line, bool isFollowed) =>
        Assert.Equal(isFollowed, Parse(line).IsFollowed);

    [Fact]
    public void UnknownSdk_CannotBeFollowed() => Assert.False(Evaluation.Parse("", "/r/P/P.csproj", "", "").IsFollowed);

    [Theory]
    [InlineData("<Project />", "")]
    [InlineData("<A Condition=\"Exists('x.txt')\" />", "/r/P/x.txt /r/x.txt")]
    [InlineData("<A Condition=\"'$(B)' == '' and !exists('$(MSBuildThisFileDirectory)x.txt')\" />", "/r/x.txt /r/x.txt")]
    [InlineData("<A>$([System.IO.Path]::Combine('a', 'b'))</A>", "")]
    [InlineData("<Import Project=\"$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))\" />", "")]
    [InlineData("<Import Project=\"$([MSBuild]::GetPathOfFileAbove('my.props', '$(MSBuildThisFileDirectory)../'))\" />", null)]
    [InlineData("<A Condition=\"Exists('$(Somewhere)/x.txt')\" />", null)]
    [InlineData("<A>$([System.IO.File]::ReadAllText('x'))</A>", null)]
    [InlineData("<A>$([System.IO.Directory]::GetFiles('.'))</A>", null)]
    [InlineData("<A>$([System.DateTime]::UtcNow)</A>", null)]
    [InlineData("<A>$([System.Guid]::NewGuid())</A>", null)]
    public void TextOfAProject_SaysWhatItAsksAfter(string text, string? asked) =>
        Assert.Equal(asked, ProjectText.Asked(text, "/r/Own.props", "/r/P/P.csproj") is { } paths ? string.Join(' ', paths) : null);
}
