using System.Text.Json;

namespace EndToEnd.Tests.Running;

/// <summary>What the editor shows of a folder of open documents; the shape that IdeHost prints.</summary>
sealed record EditorSession(
    IReadOnlyList<EditorFinding> Live, IReadOnlyList<string> Deprioritized, IReadOnlyList<string> CompilationEnd, IReadOnlyList<EditorFix> Fixes)
{
    static readonly Lazy<Task<EditorSession>> s_snippets = new(() => OpenAsync(Repository.Snippets, Repository.Analyzers, Repository.CodeFixes));

    /// <summary>Our analyzers on our snippets; opened once.</summary>
    public static Task<EditorSession> OfSnippetsAsync() => s_snippets.Value;

    public static async Task<EditorSession> OpenAsync(string folder, params string[] analyzers)
    {
        var result = await Cli.DotnetAsync(
            Repository.Root, [Repository.IdeHost, Repository.EditorServices, folder, .. analyzers, "-r", Repository.Annotations]);
        return JsonSerializer.Deserialize<EditorSession>(result.Succeeded().Output)!;
    }
}

sealed record EditorFinding(string Id, string File, int Line, string Message);

sealed record EditorFix(string Id, string File, int Line, string Title, bool FixAll, string Preview);

/// <summary>A test that needs the editor services of the SDK; skipped, with what is missing, where they differ.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class EditorFactAttribute : FactAttribute
{
    static readonly Lazy<string?> s_missing = new(() =>
    {
        var probe = Cli.DotnetAsync(Repository.Root, Repository.IdeHost, Repository.EditorServices, "probe").GetAwaiter().GetResult();
        return probe.ExitCode == 3 ? probe.Error : null;
    });

    public EditorFactAttribute() => Skip = s_missing.Value;
}
