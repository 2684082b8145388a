using System.Collections.Concurrent;

namespace EndToEnd.Tests.Running;

/// <summary>What the analyzers find in a folder when one version of the compiler hosts them.</summary>
/// <param name="Supported">The ids that the analyzers state.</param>
/// <param name="Findings">A line each, as the host prints it: place, id, message, additional places.</param>
sealed record FindingsRun(string Compiler, IReadOnlyList<string> Supported, IReadOnlyList<string> Findings)
{
    static readonly ConcurrentDictionary<string, Lazy<Task<FindingsRun>>> s_ofSnippets = new();

    /// <summary>Our analyzers on our snippets; run once for each compiler.</summary>
    public static Task<FindingsRun> OfSnippetsAsync(string roslyn) =>
        s_ofSnippets.GetOrAdd(roslyn, key => new(() => RunAsync(key, Repository.Snippets, Repository.Analyzers, Repository.CodeFixes))).Value;

    public static async Task<FindingsRun> RunAsync(string roslyn, string folder, params string[] analyzers) =>
        Read((await StartAsync(roslyn, folder, analyzers)).Succeeded());

    public static Task<CliResult> StartAsync(string roslyn, string folder, params string[] analyzers) =>
        Cli.DotnetAsync(Repository.Root, [Repository.FindingsHost(roslyn), folder, .. analyzers, "-r", Repository.Annotations]);

    static FindingsRun Read(CliResult result)
    {
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new FindingsRun(
            lines[0]["compiler ".Length..],
            [.. lines.Where(l => l.StartsWith("supports ", StringComparison.Ordinal)).Select(l => l["supports ".Length..])],
            [.. lines.Skip(1).Where(l => !l.StartsWith("supports ", StringComparison.Ordinal))]);
    }
}
