using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace LockCheck.Git;

/// <summary>What a run of git wrote and how it ended.</summary>
internal sealed record GitResult(int ExitCode, byte[] Output, string Error)
{
    /// <summary>The output as text. Bytes that are no UTF-8 are replaced.</summary>
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>The output's only line, without its end.</summary>
    public string Line => Text.TrimEnd('\n', '\r');

    /// <summary>The parts of an output whose parts end with a zero byte.</summary>
    public string[] Parts => Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs git as a child process that asks nobody anything, runs no hook and takes no optional lock.</summary>
/// <param name="folder">The folder to run in.</param>
/// <param name="environment">Variables to set; all others of git's own are taken away.</param>
/// <param name="program">The program, to be found on the path.</param>
internal sealed class GitCommand(string folder, IReadOnlyDictionary<string, string> environment, string program = "git")
{
    static readonly string[] s_settings =
    [
        // Programs that a repository's configuration names and that are nothing to this tool.
        "-c", "core.fsmonitor=false",
        "-c", "core.hooksPath=/dev/null",
        "-c", "core.quotePath=false",
        "-c", "core.pager=cat",
        "-c", "gc.auto=0",
        "-c", "advice.detachedHead=false",
        "-c", "protocol.allow=never",
        "-c", "core.warnAmbiguousRefs=false",
    ];

    /// <summary>Runs git.</summary>
    /// <exception cref="LockCheckException">There is no git to run.</exception>
    public async Task<GitResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in s_settings.Concat(arguments))
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(IsOfRepository).ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["GIT_LITERAL_PATHSPECS"] = "0";
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Start(start);
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            using var output = new MemoryStream();
            var copy = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            await WriteAsync(process, input, cancellationToken).ConfigureAwait(false);
            await copy.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new(process.ExitCode, output.ToArray(), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs git and takes any failure for the end of the command.</summary>
    /// <exception cref="LockCheckException">git failed; the message holds what it said.</exception>
    public async Task<GitResult> CheckedAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default)
    {
        var list = arguments.ToList();
        var result = await RunAsync(list, cancellationToken, input).ConfigureAwait(false);
        if (result.ExitCode == 0)
            return result;
        var said = result.Error.Trim();
        throw new LockCheckException(ExitCode.NotAnalyzed,
            $"'git {NameOf(list)}' failed (exit code {result.ExitCode}): {(said.Length == 0 ? "it gave no reason; it may have been ended from outside. Run the command again." : said)}");
    }

    /// <summary>The command among arguments: settings stand before it.</summary>
    static string NameOf(List<string> arguments)
    {
        var at = 0;
        while (at + 2 < arguments.Count && arguments[at] == "-c")
            at += 2;
        return arguments[at];
    }

    static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            if (!input.IsEmpty)
                await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code tells the rest.
        }
    }

    // A hook runs with variables that tie git to one index. They are read where they are meant, and nowhere else.
    static bool IsOfRepository(string name) =>
        name.StartsWith("GIT_", StringComparison.Ordinal) && name is not ("GIT_EXEC_PATH" or "GIT_CONFIG_GLOBAL" or "GIT_CONFIG_SYSTEM" or "GIT_CONFIG_NOSYSTEM" or "GIT_SSL_CAINFO");

    Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LockCheckException(ExitCode.NotAnalyzed, $"'{program}' could not be started ({e.Message}). Patches are applied by git: install it (https://git-scm.com) and see that it is on the PATH.");
        }
    }
}
