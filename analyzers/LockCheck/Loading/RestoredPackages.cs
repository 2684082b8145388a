using System.Text.Json;
using System.Text.RegularExpressions;

namespace LockCheck.Loading;

/// <summary>
/// Tells whether what a restore wrote is of the project as it is now. A design-time build takes it as it finds it: a package that was added since is
/// simply missing, and one that was changed is there in its old version. Compared by content, since a checkout gives files any time.
/// </summary>
internal static partial class RestoredPackages
{
    /// <summary>What has changed since the restore, in a few words; null where nothing has, or where that cannot be told.</summary>
    /// <param name="assets">Full path of <c>project.assets.json</c>.</param>
    /// <param name="framework">The target framework that was asked about.</param>
    /// <param name="packages">The packages that the project names now; an empty version for one that stands elsewhere.</param>
    /// <param name="projects">Full paths of the projects that it refers to now.</param>
    public static string? Changed(string assets, string framework, IEnumerable<(string Name, string Version)> packages, IEnumerable<string> projects)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(assets));
            if (Framework(document.RootElement, framework) is not { } restored)
                return framework.Length > 0 && NamesAll(document.RootElement) ? $"the target framework {framework} was added" : null;
            var known = new Dictionary<string, (string Version, bool IsImplicit)>(StringComparer.OrdinalIgnoreCase);
            if (restored.TryGetProperty("dependencies", out var dependencies))
            {
                foreach (var dependency in dependencies.EnumerateObject().Where(d => Text(d.Value, "target") == "Package"))
                    known[dependency.Name] = (Text(dependency.Value, "version"), dependency.Value.TryGetProperty("autoReferenced", out var auto) && auto.ValueKind == JsonValueKind.True);
            }
            var named = packages.ToList();
            foreach (var (name, version) in named)
            {
                if (!known.TryGetValue(name, out var old))
                    return $"the package {name} was added";
                if (Plain().IsMatch(version) && LowestOf(old.Version) is { } lowest && Normalized(version) != Normalized(lowest))
                    return $"the package {name} was {lowest} and is {version}";
            }
            var now = named.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (known.FirstOrDefault(k => !k.Value.IsImplicit && !now.Contains(k.Key)).Key is { } gone)
                return $"the package {gone} was removed";
            var there = Projects(document.RootElement, Path.GetDirectoryName(Path.GetDirectoryName(assets))!);
            return projects.FirstOrDefault(p => !there.Contains(p)) is { } added ? $"the reference to {Path.GetFileName(added)} was added" : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // The SDK reads it too, and says what is wrong with it.
            return null;
        }
    }

    static JsonElement? Framework(JsonElement root, string framework)
    {
        if (!root.TryGetProperty("project", out var project) || !project.TryGetProperty("frameworks", out var frameworks))
            return null;
        foreach (var entry in frameworks.EnumerateObject())
        {
            if (entry.Name.Equals(framework, StringComparison.OrdinalIgnoreCase) || Text(entry.Value, "targetAlias").Equals(framework, StringComparison.OrdinalIgnoreCase))
                return entry.Value;
        }
        return null;
    }

    // Whether each framework is there as a project names it. Where it is not, one may go by another name.
    static bool NamesAll(JsonElement root) =>
        root.TryGetProperty("project", out var project) && project.TryGetProperty("frameworks", out var frameworks)
        && frameworks.EnumerateObject().Any() && frameworks.EnumerateObject().All(f => Text(f.Value, "targetAlias").Length > 0);

    // Named from the project's folder. The restore follows references, so it has those of references as well.
    static HashSet<string> Projects(JsonElement root, string folder)
    {
        var found = new HashSet<string>(CheckTarget.PathComparer);
        if (root.TryGetProperty("libraries", out var libraries))
        {
            foreach (var library in libraries.EnumerateObject().Where(l => Text(l.Value, "type") == "project"))
                found.Add(Path.GetFullPath(Text(library.Value, "msbuildProject").Replace('\\', Path.DirectorySeparatorChar), folder));
        }
        return found;
    }

    // "[1.2.3, )" is how a restore writes "1.2.3".
    static string? LowestOf(string range) => Range().Match(range) is { Success: true } match ? match.Groups[1].Value : null;

    // 1.0, 1.0.0 and 1.0.0.0 are one version; what stands behind a plus sign is no part of it.
    static string Normalized(string version)
    {
        var numbers = version.Split('+')[0].Split('-', 2);
        var parts = numbers[0].Split('.').Select(p => p.TrimStart('0')).Select(p => p.Length == 0 ? "0" : p).ToList();
        while (parts.Count > 1 && parts[^1] == "0")
            parts.RemoveAt(parts.Count - 1);
        return (string.Join('.', parts) + (numbers.Length > 1 ? "-" + numbers[1] : "")).ToLowerInvariant();
    }

    static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    [GeneratedRegex(@"^\d+(\.\d+){0,3}(-[0-9A-Za-z.-]+)?(\+.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^\[([^,\[\]*]+), \)$", RegexOptions.CultureInvariant)]
    private static partial Regex Range();
}
