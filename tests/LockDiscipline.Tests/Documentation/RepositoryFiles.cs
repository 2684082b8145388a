using System.Reflection;

namespace LockDiscipline.Tests.Documentation;

/// <summary>The files of the repository that the tests hold against the code.</summary>
static class RepositoryFiles
{
    public static readonly string Root =
        typeof(RepositoryFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "RepositoryRoot").Value!;

    public static string PathTo(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathTo(file)).ReplaceLineEndings("\n");

    /// <summary>The pages of the rules, by id.</summary>
    public static SortedDictionary<string, string> Pages { get; } = new(
        Directory.CreateDirectory(PathTo("analyzers/docs/rules")).GetFiles("*.md").ToDictionary(f => Path.GetFileNameWithoutExtension(f.Name), f => Read(f.FullName)),
        StringComparer.Ordinal);
}
