namespace LockCheck.Revisions;

/// <summary>Which files decide how projects are made up, as opposed to what is in their sources.</summary>
internal static class ProjectShape
{
    static readonly string[] s_extensions = [".csproj", ".props", ".targets", ".sln", ".slnx", ".slnf", ".rsp", ".ruleset", ".shproj", ".projitems"];

    static readonly string[] s_names = ["global.json", "nuget.config", "packages.lock.json", "packages.config", "dotnet-tools.json"];

    /// <summary>Whether a change of this file asks for the projects to be loaded anew.</summary>
    public static bool IsPart(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        return s_names.Contains(name, StringComparer.OrdinalIgnoreCase)
            || s_extensions.Contains(System.IO.Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a file can matter to the analysis at all.</summary>
    public static bool Matters(string path) =>
        IsPart(path)
        || System.IO.Path.GetExtension(path).ToUpperInvariant() is ".CS" or ".CONTRACTS" or ".RAZOR" or ".CSHTML" or ".RESX"
        || System.IO.Path.GetFileName(path) is ".editorconfig" or ".globalconfig"
        || path.EndsWith(".globalconfig", StringComparison.OrdinalIgnoreCase);
}
