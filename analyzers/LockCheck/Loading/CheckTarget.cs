using System.Collections.Immutable;

namespace LockCheck.Loading;

/// <summary>What a path on the command line turned out to mean.</summary>
/// <param name="Path">Full path of the project or solution file.</param>
/// <param name="Projects">Full paths of the C# projects, in the order of the solution.</param>
/// <param name="LeftOut">What the solution names and is not analysed.</param>
internal sealed record CheckTarget(string Path, ImmutableArray<string> Projects, ImmutableArray<LeftOut> LeftOut)
{
    const int NamedInMessage = 8;
    const int SearchDepth = 4;

    static readonly string[] s_solutionExtensions = [".sln", ".slnx"];

    /// <summary>Whether <see cref="Path"/> is a solution.</summary>
    public bool IsSolution => IsSolutionFile(Path);

    /// <summary>Finds out what <paramref name="path"/> means: a project, a solution, or a folder that holds one.</summary>
    /// <exception cref="LockCheckException">Nothing, or more than one thing, is meant, or it is not C#.</exception>
    public static CheckTarget Resolve(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full))
            full = OnlyFileIn(full, path);
        else if (!File.Exists(full))
            throw new LockCheckException(ExitCode.Usage, $"'{path}' does not exist. Give a .csproj, .sln or .slnx file, or a folder that holds one.");

        if (IsSolutionFile(full))
            return FromSolution(full);
        if (IsCSharpProject(full))
            return new(full, [full], []);
        if (IsProjectFile(full))
            throw new LockCheckException(ExitCode.NotAnalyzed, $"'{path}' is not a C# project, and only C# can be checked. Give a .csproj file or a solution that holds one.");
        throw new LockCheckException(ExitCode.Usage, $"'{path}' is neither a project nor a solution. Give a .csproj, .sln or .slnx file, or a folder that holds one.");
    }

    static CheckTarget FromSolution(string solution)
    {
        ImmutableArray<string> all;
        try
        {
            all = SolutionFile.ReadProjects(solution);
        }
        catch (Exception e) when (e is System.Xml.XmlException or IOException or UnauthorizedAccessException)
        {
            throw new LockCheckException(ExitCode.NotAnalyzed, $"The solution '{solution}' cannot be read: {e.Message}");
        }
        var projects = all.Where(IsCSharpProject).ToImmutableArray();
        if (projects.IsEmpty)
            throw new LockCheckException(ExitCode.NotAnalyzed, $"The solution '{solution}' holds no C# project, so there is nothing to check.");
        return new(solution, projects, [.. all.Where(p => !IsCSharpProject(p)).Select(p => new LeftOut(p, "not a C# project"))]);
    }

    static string OnlyFileIn(string folder, string asGiven)
    {
        var solutions = Files(folder).Where(IsSolutionFile).ToList();
        var projects = Files(folder).Where(IsProjectFile).ToList();

        // A solution that was converted usually stays beside its successor: the newer format speaks for both.
        if (solutions.Count == 2 && Stem(solutions[0]) == Stem(solutions[1]))
            solutions.RemoveAll(s => s.EndsWith(".sln", StringComparison.OrdinalIgnoreCase));
        // A solution beside its own projects means all of them; beside a stranger it is not clear what is meant.
        if (solutions.Count == 1 && (projects.Count == 0 || Holds(solutions[0], projects)))
            return solutions[0];
        if (solutions.Count == 0 && projects.Count == 1)
            return projects[0];

        if (solutions.Count + projects.Count == 0)
        {
            var below = FilesBelow(folder, SearchDepth).Take(NamedInMessage).ToList();
            throw new LockCheckException(ExitCode.Usage, below.Count == 0
                ? $"'{asGiven}' holds no project and no solution. Give the path of a .csproj, .sln or .slnx file."
                : $"'{asGiven}' itself holds no project and no solution. Name one of those below it:{Listed(below)}");
        }
        throw new LockCheckException(ExitCode.Usage, $"'{asGiven}' holds several projects or solutions. Name the one to check:{Listed(solutions.Concat(projects))}");
    }

    static bool Holds(string solution, List<string> projects)
    {
        try
        {
            var held = SolutionFile.ReadProjects(solution).ToHashSet(PathComparer);
            return projects.TrueForAll(held.Contains);
        }
        catch (Exception e) when (e is System.Xml.XmlException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static IEnumerable<string> FilesBelow(string folder, int depth)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = depth, IgnoreInaccessible = true };
        return Directory.EnumerateFiles(folder, "*.*", options)
            .Where(f => (IsSolutionFile(f) || IsCSharpProject(f)) && !SourceFolder.IsBuildOutput(System.IO.Path.GetRelativePath(folder, f)))
            .Order(StringComparer.Ordinal);
    }

    static IEnumerable<string> Files(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LockCheckException(ExitCode.Usage, $"'{folder}' cannot be read: {e.Message}");
        }
    }

    static string Listed(IEnumerable<string> files) =>
        string.Concat(files.Take(NamedInMessage).Select(f => $"\n  lockcheck check \"{System.IO.Path.GetRelativePath(Environment.CurrentDirectory, f)}\""));

    static string Stem(string path) => System.IO.Path.GetFileNameWithoutExtension(path);

    static bool IsSolutionFile(string path) => s_solutionExtensions.Contains(System.IO.Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    static bool IsCSharpProject(string path) => System.IO.Path.GetExtension(path).Equals(".csproj", StringComparison.OrdinalIgnoreCase);

    static bool IsProjectFile(string path)
    {
        var extension = System.IO.Path.GetExtension(path);
        return extension.EndsWith("proj", StringComparison.OrdinalIgnoreCase) && extension.Length > ".proj".Length;
    }

    /// <summary>How paths are compared where the tool runs.</summary>
    public static StringComparer PathComparer { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
}
