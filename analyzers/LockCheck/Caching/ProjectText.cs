using System.Text.RegularExpressions;

namespace LockCheck.Caching;

/// <summary>Reads from the text of a project file what a build may look at, beside the files that it imports.</summary>
internal static partial class ProjectText
{
    /// <summary>Names of files that hold for whatever lies below their folder, and are looked for in every folder above a project.</summary>
    public static string[] FromAbove { get; } =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "Directory.Solution.props", "Directory.Solution.targets",
        "MSBuild.rsp", "global.json", "nuget.config", "NuGet.config", "NuGet.Config", ".editorconfig", ".globalconfig",
    ];

    /// <summary>
    /// What the text asks after, by full path. Null where it can look at something that is not named there: at files through functions, at the clock,
    /// at a path that is put together from properties.
    /// </summary>
    /// <param name="file">The file's full path.</param>
    /// <param name="project">The project that is built.</param>
    public static IReadOnlyList<string>? Asked(string text, string file, string project)
    {
        if (Opaque().IsMatch(text))
            return null;
        foreach (Match above in Above().Matches(text))
        {
            if (!FromAbove.Any(n => above.Groups[1].Value.Contains(n, StringComparison.OrdinalIgnoreCase)))
                return null;
        }
        var asked = new List<string>();
        foreach (Match exists in Exists().Matches(text))
        {
            var path = exists.Groups[1].Value
                .Replace("$(MSBuildThisFileDirectory)", Path.GetDirectoryName(file) + "/", StringComparison.OrdinalIgnoreCase)
                .Replace("$(MSBuildProjectDirectory)", Path.GetDirectoryName(project)!, StringComparison.OrdinalIgnoreCase)
                .Replace('\\', Path.DirectorySeparatorChar);
            if (path.Length == 0 || path.Contains("$(", StringComparison.Ordinal) || path.Contains("%(", StringComparison.Ordinal) || path.Contains("@(", StringComparison.Ordinal))
                return null;
            asked.Add(Path.GetFullPath(path, Path.GetDirectoryName(project)!));
            asked.Add(Path.GetFullPath(path, Path.GetDirectoryName(file)!));
        }
        return asked;
    }

    [GeneratedRegex(@"\[\s*(System\.IO\.(File|Directory)\w*|System\.DateTime\w*|System\.TimeZone\w*|System\.Guid|System\.Random|System\.Diagnostics\.\w+|Microsoft\.\w+(\.\w+)*)\s*\]\s*::|GetRegistryValue", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Opaque();

    [GeneratedRegex(@"(?:Get(?:PathOf|DirectoryNameOf)FileAbove)\s*\(([^)]*(?:\([^)]*\)[^)]*)*)\)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Above();

    [GeneratedRegex("""exists\s*\(\s*(?:'([^']*)')?""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Exists();
}
