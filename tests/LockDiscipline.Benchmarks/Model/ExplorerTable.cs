using System.Diagnostics;
using System.Globalization;
using MemoryModel.Exploration;

namespace LockDiscipline.Benchmarks.Model;

/// <summary>The same as a table, bound by bound: processor time, because it says the same beside other work.</summary>
public static class ExplorerTable
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="preemptions">Greatest bound.</param>
    public static void Write(TextWriter output, int preemptions)
    {
        _ = Explorer.Exhaust(ExplorerBenchmarks.Race, preemptions: 1);
        output.WriteLine("| preemptions | schedules | runs | seconds | schedules per minute | runs per minute |");
        output.WriteLine("|---|---|---|---|---|---|");
        using var process = Process.GetCurrentProcess();
        for (int bound = 0; bound <= preemptions; bound++)
        {
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            ExplorationResult result = Explorer.Exhaust(ExplorerBenchmarks.Race, bound);
            process.Refresh();
            double seconds = (process.TotalProcessorTime - before).TotalSeconds;
            if (result.Failure is { } failure) throw new InvalidOperationException(failure.ToString());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {bound} | {result.Schedules:N0} | {result.Runs:N0} | {seconds:F2} | {result.Schedules * 60 / seconds:N0} | {result.Runs * 60 / seconds:N0} |"));
        }
    }
}
