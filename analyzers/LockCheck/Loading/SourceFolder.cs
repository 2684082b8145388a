namespace LockCheck.Loading;

/// <summary>What lies in a project's folder, as far as file names and times tell.</summary>
internal static class SourceFolder
{
    /// <summary>Whether a built assembly is older than something that it was built from, or not there at all.</summary>
    /// <remarks>
    /// Only the project's own folder is looked at. A file from elsewhere that changed is not noticed, as with any check by
    /// time; the price of a wrong answer is a stale reference, never a missing one.
    /// </remarks>
    public static bool IsNewerThan(string assembly, string project)
    {
        if (!File.Exists(assembly))
            return true;
        var built = File.GetLastWriteTimeUtc(assembly);
        if (File.GetLastWriteTimeUtc(project) > built)
            return true;
        var folder = Path.GetDirectoryName(project)!;
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.cs", options))
        {
            if (file.LastWriteTimeUtc > built && !IsBuildOutput(Path.GetRelativePath(folder, file.FullName)))
                return true;
        }
        return false;
    }

    /// <summary>Whether a path, relative to some folder of sources, leads through a folder that a build writes.</summary>
    public static bool IsBuildOutput(string relative)
    {
        foreach (var part in relative.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            if (part is "bin" or "obj" or "artifacts" or "node_modules")
                return true;
        }
        return false;
    }
}
