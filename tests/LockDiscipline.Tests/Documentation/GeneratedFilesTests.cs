namespace LockDiscipline.Tests.Documentation;

/// <summary>Generated files are checked in; a stale one fails here, and is written anew where the command says so.</summary>
public sealed class GeneratedFilesTests
{
    public const string Command = "LOCKDISCIPLINE_UPDATE=1 dotnet test tests/LockDiscipline.Tests --filter GeneratedFilesTests";

    public static TheoryData<string> Files => new(GeneratedFiles.All.Keys);

    [Theory]
    [MemberData(nameof(Files))]
    public void GeneratedFile_IsUpToDate(string file)
    {
        var actual = RepositoryFiles.Read(file);
        var expected = GeneratedFiles.All[file](actual);
        if (Environment.GetEnvironmentVariable("LOCKDISCIPLINE_UPDATE") == "1")
            File.WriteAllText(RepositoryFiles.PathTo(file), expected);
        else
            Assert.True(expected == actual, $"{file} is stale. Write it anew with\n{Command}\n\nIt should be\n{expected}");
    }
}
