using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace LockCheck.Loading;

/// <summary>
/// Which files, beside those that are there, a project would compile: the SDK's own rule, that every source below the
/// project's folder counts, and what the project file includes and removes. Conditions in the project file are not evaluated.
/// </summary>
/// <param name="UsesDefaults">Whether sources below the project's folder are compiled without being named.</param>
/// <param name="Excludes">Patterns, relative to the project's folder, of what is not compiled.</param>
internal sealed record CompileGlobs(bool UsesDefaults, ImmutableArray<string> Excludes)
{
    static readonly RegexOptions s_options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
        | (CheckTarget.PathComparer == StringComparer.OrdinalIgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);

    /// <summary>Whether the project would compile a file.</summary>
    /// <param name="projectText">The project file's text.</param>
    public bool Includes(string project, string projectText, string file)
    {
        if (!file.EndsWith(".cs", StringComparison.OrdinalIgnoreCase))
            return false;
        var relative = Path.GetRelativePath(Path.GetDirectoryName(project)!, file).Replace('\\', '/');
        var below = !relative.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(relative);
        var (included, removed) = Named(projectText);
        if (removed.Any(p => Matches(p, relative)))
            return false;
        if (included.Any(p => Matches(p, relative)))
            return true;
        return UsesDefaults && below && !SourceFolder.IsBuildOutput(relative) && !Excludes.Any(p => Matches(p, relative));
    }

    /// <summary>Whether a path matches a pattern of MSBuild.</summary>
    internal static bool Matches(string pattern, string relative)
    {
        if (pattern.Contains("$(", StringComparison.Ordinal) || pattern.Contains("@(", StringComparison.Ordinal))
            return false;
        var parts = pattern.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToArray();
        var expression = new StringBuilder("^");
        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            if (parts[i] == "**")
            {
                expression.Append(last ? ".*" : "(?:.*/)?");
                continue;
            }
            expression.Append(Regex.Escape(parts[i]).Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal));
            if (!last)
                expression.Append('/');
        }
        return Regex.IsMatch(relative, expression.Append('$').ToString(), s_options);
    }

    static (List<string> Included, List<string> Removed) Named(string projectText)
    {
        try
        {
            var items = XDocument.Parse(projectText).Descendants().Where(e => e.Name.LocalName == "Compile").ToList();
            return (Values(items, "Include"), Values(items, "Remove"));
        }
        catch (XmlException)
        {
            return ([], []);
        }
    }

    static List<string> Values(List<XElement> items, string attribute) =>
        [.. items.SelectMany(e => ((string?)e.Attribute(attribute) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
