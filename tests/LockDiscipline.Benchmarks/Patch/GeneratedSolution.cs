using System.Diagnostics;
using System.Globalization;
using LockDiscipline.Benchmarks.Code;

namespace LockDiscipline.Benchmarks.Patch;

/// <summary>A repository with a solution of generated projects, each building on the one before, and changes of it.</summary>
sealed class GeneratedSolution : IDisposable
{
    const int LockFreeFiles = 7;

    readonly string _root = Directory.CreateTempSubdirectory("lockcheck-bench-").FullName;

    /// <summary>Writes the solution, restores and builds it, and commits it.</summary>
    /// <param name="projects">How many projects of about 5,200 lines.</param>
    /// <param name="patches">How many changes the series has.</param>
    public GeneratedSolution(int projects, int patches)
    {
        Root = Directory.CreateDirectory(Path.Combine(_root, "solution")).FullName;
        File.WriteAllText(Path.Combine(Root, ".gitignore"), "bin/\nobj/\n");
        File.WriteAllText(Path.Combine(Root, "All.slnx"), $"<Solution>{string.Concat(Enumerable.Range(0, projects).Select(p => $"<Project Path=\"{Name(p)}/{Name(p)}.csproj\" />"))}</Solution>");
        for (int project = 0; project < projects; project++)
            Write(project);
        // In the middle: something is below it, and something builds on it.
        Touched = Path.Combine(Root, Name(projects / 2), Name(projects / 2) + ".csproj");
        Run("git", "init", "--quiet", "--initial-branch=main");
        Run("git", "config", "user.name", "Benchmark");
        Run("git", "config", "user.email", "benchmark@example.org");
        Run("git", "add", "--all");
        Run("git", "commit", "--quiet", "--message", "base");
        Run("dotnet", "build", "All.slnx", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v:quiet", "-nologo");
        OnePatch = WriteSeries("one", 1);
        Series = WriteSeries("series", patches);
    }

    /// <summary>The work tree.</summary>
    public string Root { get; }

    /// <summary>The project whose code the changes change.</summary>
    public string Touched { get; }

    /// <summary>A folder with one patch, which takes a lock away in one file.</summary>
    public string OnePatch { get; }

    /// <summary>A folder with a series of patches, each of which changes a file of the touched project.</summary>
    public string Series { get; }

    /// <summary>All lines of code.</summary>
    public int Lines { get; private set; }

    static string Name(int project) => string.Create(CultureInfo.InvariantCulture, $"Part{project:D2}");

    void Write(int project)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, Name(project))).FullName;
        var reference = project == 0 ? "" : $"<ItemGroup><ProjectReference Include=\"../{Name(project - 1)}/{Name(project - 1)}.csproj\" /></ItemGroup>";
        File.WriteAllText(Path.Combine(folder, Name(project) + ".csproj"),
            $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><NoWarn>$(NoWarn);CS8632;CS0649;CS0169;CS0414;CS0067;CS8618;CS8604;CS8602;CS8603;CS8600;CS1998;CS4014</NoWarn></PropertyGroup>{reference}</Project>");
        var files = LockFreeCode.Of(LockFreeFiles).Projects[0].Files.Concat(LockHeavyCode.Of(1).Projects[0].Files);
        foreach (var file in files)
        {
            // Each project has names of its own, so that it can refer to the others.
            var text = file.Text.ToString().Replace("namespace ", $"namespace {Name(project)}.", StringComparison.Ordinal);
            Lines += text.Count(c => c == '\n');
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file.Path)), text);
        }
        File.WriteAllText(Path.Combine(folder, "Counter.cs"), $$"""
            namespace {{Name(project)}};
            public sealed class Counter
            {
                private readonly object _gate = new();
                private readonly Dictionary<string, int> _values = [];
                public void Add(string name)
                {
                    lock (_gate)
                    {
                        _values[name] = _values.GetValueOrDefault(name) + 1;
                    }
                }
                public int Read(string name) { lock (_gate) { return _values.GetValueOrDefault(name); } }
            {{string.Concat(Enumerable.Range(0, 40).Select(i => $"    public int Step{i}() {{ lock (_gate) {{ return {i}; }} }}\n"))}}
            }

            """);
    }

    string WriteSeries(string name, int patches)
    {
        var file = Path.Combine(Path.GetDirectoryName(Touched)!, "Counter.cs");
        for (int patch = 0; patch < patches; patch++)
        {
            var text = File.ReadAllText(file);
            File.WriteAllText(file, patch == 0
                ? text.Replace("        lock (_gate)\n        {\n            _values[name] = _values.GetValueOrDefault(name) + 1;\n        }\n", "        _values[name] = _values.GetValueOrDefault(name) + 1;\n", StringComparison.Ordinal)
                : text.Replace($"lock (_gate) {{ return {patch}; }}", $"lock (_gate) {{ return {patch} + 1; }}", StringComparison.Ordinal));
            Run("git", "commit", "--quiet", "--all", "--message", $"change {patch}");
        }
        var folder = Path.Combine(_root, name);
        Run("git", "format-patch", "--quiet", "--output-directory", folder, $"-{patches}");
        Run("git", "reset", "--quiet", "--hard", $"HEAD~{patches}");
        return folder;
    }

    /// <summary>Makes the touched project out of date, as the patch would.</summary>
    public void Touch() => File.SetLastWriteTimeUtc(Path.Combine(Path.GetDirectoryName(Touched)!, "Counter.cs"), DateTime.UtcNow);

    /// <summary>Runs a program in the work tree.</summary>
    /// <exception cref="InvalidOperationException">It fails.</exception>
    public void Run(string program, params string[] arguments) => Time(program, [0], arguments);

    /// <summary>The time that a program takes in the work tree, and what it writes.</summary>
    /// <exception cref="InvalidOperationException">It ends otherwise than it should.</exception>
    public (TimeSpan Time, string Output) Time(string program, int[] exitCodes, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        // What surrounds this process ties a child to its own build.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || k == "DOTNET_TieredCompilation").ToList())
            start.Environment.Remove(name);
        start.Environment["LOCKCHECK_CACHE"] = Path.Combine(_root, "kept");
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (!exitCodes.Contains(process.ExitCode))
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{error.Result}");
        return (watch.Elapsed, output);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
