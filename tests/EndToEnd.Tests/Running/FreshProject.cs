using System.Text.RegularExpressions;

namespace EndToEnd.Tests.Running;

/// <summary>A warning as <c>dotnet build</c> prints it.</summary>
sealed record BuildWarning(string File, int Line, string Id, string Message, string HelpLink);

/// <summary>A library that a user has just made, with the packages installed from the folder feed and a package cache of its own.</summary>
sealed partial class FreshProject
{
    [GeneratedRegex(@"^\s*(?<file>[^(\r\n]+?)(\((?<line>\d+),\d+(,\d+,\d+)?\))?\s*: (warning|error) (?<id>LCK\d+): (?<message>.*?)( \((?<link>https://[^)]+)\))?( \[[^\]]+\])?\r?$", RegexOptions.Multiline)]
    private static partial Regex Warning();

    FreshProject(string folder) => Folder = folder;

    public string Folder { get; }

    /// <param name="files">Name and content of each file.</param>
    /// <param name="annotations">More on the reference to the annotations, as XML attributes.</param>
    /// <param name="properties">Properties of the project, as XML.</param>
    /// <param name="items">Items of the project, as XML.</param>
    public static async Task<FreshProject> CreateAsync(
        IEnumerable<(string Name, string Content)> files, string annotations = "", string properties = "", string items = "")
    {
        var project = new FreshProject(ScratchFolder.Create());
        project.Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="{await Feed.GetAsync()}" />
              </packageSources>
              <config>
                <add key="globalPackagesFolder" value="{Path.Combine(project.Folder, ".packages")}" />
              </config>
            </configuration>
            """);
        project.Write("Fresh.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="LockDiscipline.Analyzers" Version="{Repository.Version}" />
                <PackageReference Include="LockDiscipline.Annotations" Version="{Repository.Version}" {annotations} />
                {items}
              </ItemGroup>
            </Project>
            """);
        foreach (var (name, content) in files)
            project.Write(name, content);
        (await project.DotnetAsync("restore")).Succeeded();
        return project;
    }

    public void Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public Task<CliResult> DotnetAsync(params string[] arguments) => Cli.DotnetAsync(Folder, arguments);

    /// <summary>Everything is compiled again, and the build succeeds.</summary>
    public async Task<IReadOnlyList<BuildWarning>> BuildAsync(params string[] arguments)
    {
        var result = (await DotnetAsync(["build", "--no-restore", "--no-incremental", "-p:UseSharedCompilation=false", .. arguments])).Succeeded();
        Assert.DoesNotContain("AD0001", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS9057", result.Output, StringComparison.Ordinal);
        return [.. Warning().Matches(result.Output).Select(Read).Distinct()];
    }

    BuildWarning Read(Match match) => new(
        Path.IsPathRooted(match.Groups["file"].Value) ? Path.GetRelativePath(Folder, match.Groups["file"].Value) : match.Groups["file"].Value,
        match.Groups["line"].Success ? int.Parse(match.Groups["line"].ValueSpan, provider: null) : 0,
        match.Groups["id"].Value,
        match.Groups["message"].Value,
        match.Groups["link"].Value);
}
