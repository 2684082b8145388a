using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using LockCheck.Loading;

namespace LockCheck.Revisions;

/// <summary>
/// Which projects a file belongs to and which projects build on which, read from the project files alone: asking the SDK about every
/// project of a large solution would take longer than the whole check. Errs towards too many projects.
/// </summary>
internal sealed partial class ProjectGraph
{
    readonly Dictionary<string, HashSet<string>> _references = new(CheckTarget.PathComparer);
    readonly Dictionary<string, List<string>> _included = new(CheckTarget.PathComparer);
    readonly Dictionary<string, List<string>> _named = new(CheckTarget.PathComparer);
    readonly ImmutableArray<string> _projects;

    /// <summary>Reads the project files.</summary>
    /// <param name="projects">Full paths of all projects.</param>
    /// <param name="imported">Full paths of other files that can hold references: <c>Directory.Build.props</c> and the like.</param>
    /// <param name="read">The text of a file; null where it cannot be read.</param>
    public ProjectGraph(IEnumerable<string> projects, IEnumerable<string> imported, Func<string, string?> read)
    {
        _projects = [.. projects.Order(StringComparer.Ordinal)];
        var shared = imported.Select(i => (Folder: Path.GetDirectoryName(i)! + Path.DirectorySeparatorChar, Items: Items(read(i), Path.GetDirectoryName(i)!))).ToList();
        foreach (var project in _projects)
        {
            var folder = Path.GetDirectoryName(project)!;
            var own = Items(read(project), folder);
            foreach (var (root, items) in shared)
            {
                if (project.StartsWith(root, StringComparison.Ordinal))
                    own.References.AddRange(items.References);
            }
            _references[project] = [.. own.References.SelectMany(Resolve)];
            _included[project] = own.Included;
            _named[project] = [.. own.References, .. own.Included.Select(i => Full(i, folder)), .. own.Imported.Select(i => Full(i, folder))];
        }
    }

    /// <summary>The projects that a changed file belongs to, or decides about.</summary>
    public IEnumerable<string> OwnersOf(string file)
    {
        var name = Path.GetFileName(file);
        if (_references.ContainsKey(file))
            return [file];
        // These hold for everything below their folder; a file that is imported by name may stand anywhere.
        if (ProjectShape.IsPart(file))
            return Path.GetExtension(name) is ".sln" or ".slnx" or ".slnf" ? [] : Below(Path.GetDirectoryName(file)!);
        if (name is ".editorconfig" || name.EndsWith(".globalconfig", StringComparison.OrdinalIgnoreCase))
            return Below(Path.GetDirectoryName(file)!);
        return _projects.Where(p => IsBelow(file, Path.GetDirectoryName(p)!) || _included[p].Exists(i => CompileGlobs.Matches(i, Path.GetRelativePath(Path.GetDirectoryName(p)!, file).Replace('\\', '/'))));
    }

    /// <summary>Projects that reference one of these, directly or through others; without these themselves.</summary>
    public ImmutableArray<string> DependentsOf(IReadOnlyCollection<string> projects)
    {
        var reached = projects.ToHashSet(CheckTarget.PathComparer);
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var project in _projects)
            {
                if (!reached.Contains(project) && _references[project].Overlaps(reached))
                    grew |= reached.Add(project);
            }
        }
        return [.. _projects.Where(p => reached.Contains(p) && !projects.Contains(p, CheckTarget.PathComparer))];
    }

    /// <summary>Projects whose files name something in a folder: a project, sources, a file to import.</summary>
    public IEnumerable<string> ReachingInto(string folder) => _projects.Where(p => _named[p].Exists(n => IsBelow(n, folder)));

    IEnumerable<string> Below(string folder) => _projects.Where(p => IsBelow(p, folder));

    static bool IsBelow(string file, string folder) => file.StartsWith(folder + Path.DirectorySeparatorChar, CheckTarget.PathComparer == StringComparer.Ordinal ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    // A reference whose path holds a property that we do not know is taken for every project of that file name.
    IEnumerable<string> Resolve(string reference)
    {
        if (!reference.Contains("$(", StringComparison.Ordinal))
            return _references.ContainsKey(reference) || _projects.Contains(reference, CheckTarget.PathComparer) ? [reference] : [];
        var name = reference[(reference.LastIndexOfAny(['/', '\\', ')']) + 1)..];
        return _projects.Where(p => name.Length == 0 || name.Contains('$', StringComparison.Ordinal) || Path.GetFileName(p).Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    static (List<string> References, List<string> Included, List<string> Imported) Items(string? text, string folder)
    {
        var references = new List<string>();
        var included = new List<string>();
        var imported = new List<string>();
        if (text is null)
            return (references, included, imported);
        try
        {
            foreach (var element in XDocument.Parse(text).Descendants())
            {
                var values = ((string?)element.Attribute("Include") ?? "").Replace('\\', '/').Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                if (element.Name.LocalName == "Import" && (string?)element.Attribute("Project") is { } import)
                    imported.Add(import.Replace('\\', '/'));
                else if (element.Name.LocalName == "ProjectReference")
                    references.AddRange(values.Select(v => Full(v, folder)));
                else if (element.Name.LocalName is "Compile" or "AdditionalFiles" or "EmbeddedResource")
                    included.AddRange(values);
            }
        }
        catch (XmlException)
        {
            // The SDK will say what is wrong with it.
        }
        return (references, included, imported);
    }

    static string Full(string path, string folder)
    {
        path = ThisDirectory().Replace(path, folder + "/");
        return path.Contains("$(", StringComparison.Ordinal) ? path : Path.GetFullPath(path.Replace('/', Path.DirectorySeparatorChar), folder);
    }

    [GeneratedRegex(@"\$\((MSBuildThisFileDirectory|MSBuildProjectDirectory|ProjectDir)\)/?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ThisDirectory();
}
