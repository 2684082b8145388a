using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LockCheck.Loading;

/// <summary>Reads which projects a solution names, in either format. Nothing else of a solution matters here.</summary>
internal static partial class SolutionFile
{
    // The kind of entry that is a folder of the solution and no project.
    const string SolutionFolder = "{2150E333-8FDC-42A3-9474-1A3956D46DE8}";

    /// <summary>Full paths of the projects, in the order of the file, whether they exist or not.</summary>
    public static ImmutableArray<string> ReadProjects(string solution)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(solution))!;
        var relative = Path.GetExtension(solution).Equals(".slnx", StringComparison.OrdinalIgnoreCase)
            ? ReadXml(solution)
            : ReadClassic(solution);
        return [.. relative.Select(p => Path.GetFullPath(p.Replace('\\', Path.DirectorySeparatorChar), folder)).Distinct(CheckTarget.PathComparer)];
    }

    static IEnumerable<string> ReadClassic(string solution)
    {
        foreach (var line in File.ReadLines(solution))
        {
            var match = ProjectLine().Match(line);
            if (match.Success && !match.Groups["kind"].Value.Equals(SolutionFolder, StringComparison.OrdinalIgnoreCase))
                yield return match.Groups["path"].Value;
        }
    }

    static IEnumerable<string> ReadXml(string solution) =>
        from project in XDocument.Load(solution).Descendants()
        where project.Name.LocalName == "Project"
        let path = (string?)project.Attribute("Path")
        where path is not null
        select path;

    [GeneratedRegex("""^\s*Project\("(?<kind>[^"]*)"\)\s*=\s*"[^"]*"\s*,\s*"(?<path>[^"]*)"\s*,""", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectLine();
}
