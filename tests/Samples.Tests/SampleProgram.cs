using System.Diagnostics;

namespace Samples.Tests;

/// <summary>Runs a sample as a user does, as a process, and gives what it printed.</summary>
internal static class SampleProgram
{
    public static async Task<string[]> RunAsync(string name)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, name + ".dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", errors);
        Assert.Equal(0, process.ExitCode);
        return (await output).ReplaceLineEndings("\n").Split('\n');
    }
}
