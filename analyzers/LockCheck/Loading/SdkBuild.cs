using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace LockCheck.Loading;

/// <summary>Asks the SDK about projects: a design-time build, as an editor runs it, that compiles nothing.</summary>
internal sealed class SdkBuild(LoadOptions options)
{
    /// <summary>How the message begins that says so.</summary>
    public const string NotRestored = "Its packages are not restored.";

    const int ErrorsShown = 5;
    const int LinesShown = 10;

    readonly ConcurrentDictionary<ProjectKey, ProjectDescription> _known = new();
    readonly ConcurrentDictionary<ProjectKey, bool> _several = new();

    /// <summary>Restores the packages of a project or solution, and of all that it references.</summary>
    /// <returns>Null, or what the SDK said against it.</returns>
    public async Task<string?> RestoreAsync(string path, CancellationToken cancellationToken)
    {
        var result = await DotnetCommand.RunAsync(Path.GetDirectoryName(path)!, ["msbuild", path, "-t:Restore", .. Common()], cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? null : "The packages could not be restored:\n" + Errors(result.Output);
    }

    /// <summary>The builds that a project consists of: one, or one for each of its target frameworks.</summary>
    public async Task<Answer<ImmutableArray<ProjectKey>>> FindBuildsAsync(string project, CancellationToken cancellationToken)
    {
        // Mostly there is one, and then asking about it tells as much, and saves a question.
        if (options.Framework is null && !MayHaveSeveral(project))
        {
            var only = new ProjectKey(project, "");
            var description = await DescribeAsync(only, cancellationToken).ConfigureAwait(false);
            if (description.Error is null && !_several.ContainsKey(only))
            {
                _known[only] = description.Value;
                return new([only], null);
            }
        }
        var answer = await QueryAsync(project, ["-getProperty:TargetFramework", "-getProperty:TargetFrameworks"], cancellationToken).ConfigureAwait(false);
        if (answer.Error is not null)
            return new([], answer.Error);
        var properties = answer.Value.GetProperty("Properties");
        var own = Text(properties, "TargetFramework");
        var all = Text(properties, "TargetFrameworks").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        if (options.Framework is { } wanted)
        {
            if (all.Length == 0 ? !own.Equals(wanted, StringComparison.OrdinalIgnoreCase) : !all.Contains(wanted, StringComparer.OrdinalIgnoreCase))
                return new([], $"The project is not built for '{wanted}', but for {string.Join(", ", all.DefaultIfEmpty(own))}.");
            return new([new(project, all.Length == 0 ? "" : wanted)], null);
        }
        return new(all.Length == 0 ? [new(project, "")] : [.. all.Select(f => new ProjectKey(project, f))], null);
    }

    /// <summary>The compiler's arguments and the project references of one build.</summary>
    public async Task<Answer<ProjectDescription>> DescribeAsync(ProjectKey key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out var known))
            return new(known, null);
        var arguments = new List<string>
        {
            "-t:Compile",
            "-p:DesignTimeBuild=true",
            // The whole project is analysed, as in a build, not one document as in an editor.
            "-p:LockDisciplineLive=false",
            "-p:SkipCompilerExecution=true",
            "-p:ProvideCommandLineArgs=true",
            "-p:BuildProjectReferences=false",
            // The compile target counts this among its outputs. As it never exists, the target is never
            // skipped as up to date, which would leave no arguments to read.
            "-p:NonExistentFile=__lockcheck__/__never_written__",
            "-getItem:CscCommandLineArgs",
            "-getItem:ReferencePathWithRefAssemblies",
            "-getItem:PackageReference",
            "-getItem:ProjectReference",
            "-getProperty:TargetFramework",
            "-getProperty:TargetFrameworks",
            "-getProperty:UsingMicrosoftNETSdk",
            "-getProperty:ProjectAssetsFile",
            "-getProperty:EnableDefaultItems",
            "-getProperty:EnableDefaultCompileItems",
            "-getProperty:DefaultItemExcludes",
            "-getProperty:DefaultExcludesInProjectFolder",
            "-getProperty:MSBuildExtensionsPath",
            "-getProperty:NuGetPackageRoot",
        };
        var folder = "";
        if (options.Intermediates is { } intermediates)
        {
            folder = Path.Combine(intermediates, Guid.NewGuid().ToString("N"));
            arguments.Add($"-p:IntermediateOutputPath={folder}{Path.DirectorySeparatorChar}");
            // Its place would be looked for in that folder too.
            arguments.Add("-p:ProduceReferenceAssembly=false");
        }
        if (key.Framework.Length > 0)
            arguments.Add("-p:TargetFramework=" + key.Framework);
        var log = options.Judgements.IsOn ? Path.GetTempFileName() : null;
        if (log is not null)
            arguments.AddRange(["-fl", $"-flp:logfile={log};verbosity=detailed;encoding=utf-8"]);
        Answer<JsonElement> answer;
        Evaluation? evaluation = null;
        try
        {
            answer = await QueryAsync(key.Path, arguments, cancellationToken).ConfigureAwait(false);
            if (answer.Error is not null)
                return new(null!, answer.Error);
            if (log is not null)
                evaluation = Evaluation.Parse(await File.ReadAllTextAsync(log, cancellationToken).ConfigureAwait(false), key.Path, Text(answer.Value.GetProperty("Properties"), "MSBuildExtensionsPath"), Text(answer.Value.GetProperty("Properties"), "NuGetPackageRoot"));
        }
        finally
        {
            if (log is not null)
                File.Delete(log);
        }

        if (key.Framework.Length == 0 && Text(answer.Value.GetProperty("Properties"), "TargetFrameworks").Length > 0)
            _several[key] = true;
        // A design-time build goes on without packages, as if none were asked for.
        var properties = answer.Value.GetProperty("Properties");
        if (Text(properties, "UsingMicrosoftNETSdk").Equals("true", StringComparison.OrdinalIgnoreCase)
            && Text(properties, "ProjectAssetsFile") is { Length: > 0 } assets && !File.Exists(Path.GetFullPath(assets, Path.GetDirectoryName(key.Path)!)))
        {
            return new(null!, NotRestored + " Leave out --no-restore, or run 'dotnet restore' on it.");
        }
        var items = answer.Value.GetProperty("Items");
        var stale = Stale(key, properties, items);
        var compiler = items.GetProperty("CscCommandLineArgs").EnumerateArray().Select(i => Text(i, "Identity")).ToImmutableArray();
        var references = ImmutableArray.CreateBuilder<ProjectReferenceOutput>();
        foreach (var item in items.GetProperty("ReferencePathWithRefAssemblies").EnumerateArray())
        {
            if (Text(item, "ReferenceSourceTarget") != "ProjectReference" || Text(item, "MSBuildSourceProjectFile") is not { Length: > 0 } source)
                continue;
            var original = Text(item, "OriginalPath");
            references.Add(new(Text(item, "FullPath"), original.Length > 0 ? original : Text(item, "FullPath"), new(Path.GetFullPath(source, Path.GetDirectoryName(key.Path)!), FrameworkOf(item))));
        }
        return new(new(key, Text(properties, "TargetFramework"), compiler, references.ToImmutable(), Globs(properties)) { Stale = stale, Intermediates = folder, Evaluation = evaluation }, null);
    }

    // What has changed since its packages were restored; null where nothing has, or where there was nothing to restore.
    static string? Stale(ProjectKey key, JsonElement properties, JsonElement items)
    {
        var folder = Path.GetDirectoryName(key.Path)!;
        if (Text(properties, "ProjectAssetsFile") is not { Length: > 0 } assets || !File.Exists(Path.GetFullPath(assets, folder)))
            return null;
        var packages = items.GetProperty("PackageReference").EnumerateArray().Where(p => !Text(p, "IsImplicitlyDefined").Equals("true", StringComparison.OrdinalIgnoreCase))
            .Select(p => (Text(p, "Identity"), Text(p, "VersionOverride") is { Length: > 0 } version ? version : Text(p, "Version")));
        var projects = items.GetProperty("ProjectReference").EnumerateArray().Where(p => !Text(p, "ReferenceOutputAssembly").Equals("false", StringComparison.OrdinalIgnoreCase))
            .Select(p => Path.GetFullPath(Text(p, "Identity").Replace('\\', Path.DirectorySeparatorChar), folder)).Where(p => p.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) && File.Exists(p));
        return RestoredPackages.Changed(Path.GetFullPath(assets, folder), Text(properties, "TargetFramework"), packages, projects);
    }

    // A guess, since an imported file may say it; a wrong one costs a question.
    static bool MayHaveSeveral(string project)
    {
        try
        {
            return File.ReadAllText(project).Contains("TargetFrameworks", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    static CompileGlobs Globs(JsonElement properties) => new(
        IsNotFalse(properties, "EnableDefaultItems") && IsNotFalse(properties, "EnableDefaultCompileItems") && Text(properties, "UsingMicrosoftNETSdk").Equals("true", StringComparison.OrdinalIgnoreCase),
        [.. $"{Text(properties, "DefaultItemExcludes")};{Text(properties, "DefaultExcludesInProjectFolder")}".Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);

    static bool IsNotFalse(JsonElement properties, string name) => !Text(properties, name).Equals("false", StringComparison.OrdinalIgnoreCase);

    // What a reference sets for its project; empty where that has one framework only.
    static string FrameworkOf(JsonElement item)
    {
        const string prefix = "TargetFramework=";
        var set = Text(item, "SetTargetFramework");
        return set.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? set[prefix.Length..].Split(';')[0] : "";
    }

    async Task<Answer<JsonElement>> QueryAsync(string project, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        // Through a file, since whatever a project's own targets print would stand between the answer's lines.
        var file = Path.GetTempFileName();
        try
        {
            var result = await DotnetCommand.RunAsync(Path.GetDirectoryName(project)!,
                ["msbuild", project, .. arguments, .. Common(), "-getResultOutputFile:" + file], cancellationToken).ConfigureAwait(false);
            if (result.ExitCode != 0)
                return new(default, Errors(result.Output));
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false));
            return new(document.RootElement.Clone(), null);
        }
        catch (JsonException)
        {
            return new(default, "The SDK did not answer as expected; 'dotnet msbuild' of .NET SDK 8 or later is needed.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    IEnumerable<string> Common()
    {
        yield return "-nologo";
        yield return "-verbosity:quiet";
        yield return "-m:1";
        yield return "-nodeReuse:false";
        yield return "-terminalLogger:off";
        if (options.Configuration is { } configuration)
            yield return "-p:Configuration=" + configuration;
    }

    static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    // MSBuild ends a line with the project that it was building; the same error of a reference would be told once for each.
    static string WithoutProject(string line)
    {
        var start = line.EndsWith("proj]", StringComparison.Ordinal) ? line.LastIndexOf(" [", StringComparison.Ordinal) : -1;
        return start < 0 ? line : line[..start];
    }

    static string Errors(string output)
    {
        if (output.Contains("No .NET SDKs were found", StringComparison.Ordinal) || output.Contains("A compatible .NET SDK was not found", StringComparison.Ordinal))
        {
            var asked = output.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith("Requested SDK version", StringComparison.Ordinal));
            var by = output.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith("global.json file", StringComparison.Ordinal));
            return asked is null
                ? "There is no .NET SDK here, and projects are loaded through it: install it (https://dot.net), or see that DOTNET_ROOT and PATH lead to it."
                : $"The .NET SDK that is asked for is not installed. {asked}; {by}. Install it (https://dot.net), or change that file.";
        }
        var lines = output.Split('\n').Select(l => WithoutProject(l.Trim())).Where(l => l.Length > 0).Distinct().ToList();
        var errors = lines.Where(l => l.Contains(" error ", StringComparison.Ordinal) || l.StartsWith("error ", StringComparison.Ordinal) || l.StartsWith("MSBUILD : error", StringComparison.Ordinal)).ToList();
        var shown = errors.Count > 0 ? errors.Take(ErrorsShown).ToList() : lines.Take(LinesShown).ToList();
        if (errors.Count > shown.Count)
            shown.Add($"(and {errors.Count - shown.Count} more)");
        return shown.Count == 0 ? "The SDK gave no reason." : string.Join('\n', shown);
    }
}

/// <summary>An answer of the SDK, or what it said against the question.</summary>
internal readonly record struct Answer<T>(T Value, string? Error);
