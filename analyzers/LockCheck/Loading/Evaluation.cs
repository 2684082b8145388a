using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace LockCheck.Loading;

/// <summary>What the SDK looked at to describe a project, as its own log tells it.</summary>
/// <param name="Imported">Full paths of the files that it read.</param>
/// <param name="Asked">Full paths of what it asked after: whether they exist decided what was read. Of a pattern, the folder.</param>
/// <param name="IsFollowed">Whether that is all: no program was run and no task of the project's own, which can look at anything.</param>
/// <param name="Sdk">The folder of the SDK and all that is installed with it; empty where it is not known.</param>
/// <param name="Packages">The folder of the restored packages; empty where there is none.</param>
internal sealed partial record Evaluation(ImmutableArray<string> Imported, ImmutableArray<string> Asked, bool IsFollowed, string Sdk, string Packages)
{
    // Tasks that run a program, or read a file that is named nowhere else.
    static readonly string[] s_opaque = ["Exec", "ReadLinesFromFile", "XmlPeek", "GetFileHash", "DownloadFile"];

    /// <summary>Reads a log of detailed verbosity that names imports, in English.</summary>
    /// <param name="project">The project that was evaluated.</param>
    /// <param name="extensions">The SDK's own folder, of one version.</param>
    public static Evaluation Parse(string log, string project, string extensions, string packages)
    {
        var sdk = extensions.Length == 0 ? "" : Path.GetDirectoryName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(extensions))) ?? "";
        var imported = new SortedSet<string>(StringComparer.Ordinal) { project };
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        var isFollowed = sdk.Length > 0;
        foreach (var line in log.Split('\n'))
        {
            if (Import().Match(line) is { Success: true } import)
            {
                imported.Add(Path.GetFullPath(import.Groups[1].Value));
            }
            else if (NoImport().Match(line) is { Success: true } none)
            {
                var folders = new[] { Path.GetDirectoryName(project)!, Path.GetDirectoryName(none.Groups[2].Value) ?? "" };
                if (none.Groups[1].Value is var pattern && !pattern.Contains("$(", StringComparison.Ordinal) && pattern.Contains('*', StringComparison.Ordinal))
                    Ask(Path.GetDirectoryName(pattern[..pattern.IndexOf('*', StringComparison.Ordinal)] + "x") ?? "", folders);
                else if (!pattern.Contains("$(", StringComparison.Ordinal))
                    Ask(pattern, folders);
                foreach (Match question in Exists().Matches(none.Groups[3].Value))
                    Ask(question.Groups[1].Value, folders);
            }
            else if (Task().Match(line) is { Success: true } task)
            {
                var from = task.Groups[3].Value;
                isFollowed &= task.Groups[2].Value.Length == 0
                    && !s_opaque.Contains(task.Groups[1].Value.Split('.')[^1], StringComparer.OrdinalIgnoreCase)
                    && (!Path.IsPathRooted(from) || IsBelow(Path.GetFullPath(from), sdk) || IsBelow(Path.GetFullPath(from), packages));
            }
        }
        return new([.. imported], [.. asked], isFollowed, sdk, packages);

        void Ask(string path, string[] folders)
        {
            if (path.Length > 0)
                asked.UnionWith(folders.Where(f => f.Length > 0).Select(f => Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), f)));
        }
    }

    /// <summary>Whether a file came with the SDK or in a package, and so never changes.</summary>
    public bool IsInstalled(string path) => IsBelow(path, Sdk) || IsBelow(path, Packages);

    /// <summary>Whether a full path lies in a folder.</summary>
    public static bool IsBelow(string path, string folder) =>
        folder.Length > 0 && path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    [GeneratedRegex("""^\s*Importing project "([^"]+)" into project "[^"]+" at \(""", RegexOptions.CultureInvariant)]
    private static partial Regex Import();

    [GeneratedRegex("""^\s*Project "([^"]*)" was not imported by "([^"]+)" at \(\d+,\d+\), due to (.*)""", RegexOptions.CultureInvariant)]
    private static partial Regex NoImport();

    [GeneratedRegex("""exists\s*\(\s*'([^'$]+)'\s*\)""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Exists();

    [GeneratedRegex("""^\s*Using "([^"]+)" task from (?:(the task factory)|assembly) "([^"]*)"\.""", RegexOptions.CultureInvariant)]
    private static partial Regex Task();
}
