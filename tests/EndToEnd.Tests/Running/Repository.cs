using System.Reflection;

namespace EndToEnd.Tests.Running;

/// <summary>Where the things lie that the tests run; settled when the test project is built.</summary>
static class Repository
{
    public static readonly string Root = Metadata("RepositoryRoot");
    public static readonly string Configuration = Metadata("Configuration");
    public static readonly string Version = Metadata("PackageVersion");
    public static readonly string Snippets = Path.Combine(Root, "tests/EndToEnd.Tests/Snippets");

    /// <summary>The editor services that come with the SDK, as part of <c>dotnet format</c>.</summary>
    public static readonly string EditorServices = Path.Combine(Metadata("SdkDirectory"), "DotnetTools/dotnet-format");

    public static readonly string Analyzers = Output("analyzers/LockDiscipline.Analyzers", "netstandard2.0", "LockDiscipline.Analyzers.dll");
    public static readonly string CodeFixes = Output("analyzers/LockDiscipline.CodeFixes", "netstandard2.0", "LockDiscipline.CodeFixes.dll");
    public static readonly string Annotations = Output("analyzers/LockDiscipline.Annotations", "netstandard2.0", "LockDiscipline.Annotations.dll");
    public static readonly string SampleExtension = Output("tests/SampleExtension", "netstandard2.0", "SampleExtension.dll");
    public static readonly string IdeHost = Output("tests/IdeHost", "net10.0", "IdeHost.dll");

    public static string FindingsHost(string roslyn) => Output($"tests/FindingsHosts/Roslyn{roslyn}", "net10.0", "FindingsHost.dll");

    static string Output(string project, string framework, string file) =>
        Path.Combine(Root, project, "bin", Configuration, framework, file);

    static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
