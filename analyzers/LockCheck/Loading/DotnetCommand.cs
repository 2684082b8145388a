using System.ComponentModel;
using System.Diagnostics;

namespace LockCheck.Loading;

/// <summary>Runs the SDK's <c>dotnet</c> as a child process.</summary>
internal static class DotnetCommand
{
    // What a surrounding `dotnet run` or build leaves in the environment ties a child to that SDK,
    // although the folder of the checked project may ask for another one by its global.json.
    static readonly string[] s_inherited = ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly"];

    /// <summary>What a run printed and how it ended.</summary>
    public sealed record Result(int ExitCode, string Output);

    /// <summary>Runs <c>dotnet</c> with <paramref name="arguments"/> in <paramref name="folder"/> and waits for its end.</summary>
    /// <exception cref="LockCheckException">There is no <c>dotnet</c> to run.</exception>
    public static async Task<Result> RunAsync(string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Host())
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in s_inherited)
            start.Environment.Remove(name);
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDLOGIMPORTS"] = "1";

        using var process = Start(start);
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new(process.ExitCode, await output.ConfigureAwait(false) + await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LockCheckException(ExitCode.NotAnalyzed,
                $"'{start.FileName}' could not be started ({e.Message}). Projects are loaded through the .NET SDK: install it (https://dot.net) and see that 'dotnet' is on the PATH.");
        }
    }

    /// <summary>The program that is run: a full path, or a name to be found on the path.</summary>
    /// <remarks>The host that runs this very process has an SDK beside it more often than whatever comes first on the path.</remarks>
    public static string Host()
    {
        var named = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        if (!string.IsNullOrEmpty(named) && File.Exists(named))
            return named;
        var self = Environment.ProcessPath;
        return self is not null && Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? self : "dotnet";
    }
}
