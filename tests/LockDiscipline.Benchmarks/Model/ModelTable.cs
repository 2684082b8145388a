using System.Diagnostics;
using System.Globalization;

namespace LockDiscipline.Benchmarks.Model;

/// <summary>The same as a table, in a minute: nanoseconds of processor time per operation, the best of nine runs each after a warm-up. Processor time, because it says the same beside other work.</summary>
public static class ModelTable
{
    private const int Repeats = 9;

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="pages">Pages altogether.</param>
    /// <param name="operations">Operations of each run.</param>
    public static void Write(TextWriter output, ulong pages, int operations)
    {
        output.WriteLine("| slots | areas | pages | guest write ns | range walk ns | invalidation ns | invalidation and fault, each, ns | area look-up ns |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach ((int slots, int areas) in new[] { (10, 1), (100, 1), (1_000, 1), (10_000, 1), (10_000, 10_000) })
        {
            var machine = new ModelMachine(slots, pages / (ulong)slots, areas);
            double write = Measure(machine.GuestWrites, operations);
            double walk = Measure(machine.RangeWalks, operations);
            double both = Measure(machine.InvalidationsAndFaults, operations) / 2;
            double invalidation = Measure(machine.Invalidations, operations);
            double lookup = Measure(machine.AreaLookups, operations);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {slots:N0} | {areas:N0} | {pages:N0} | {write:F0} | {walk:F0} | {invalidation:F0} | {both:F0} | {lookup:F0} |"));
        }
    }

    /// <summary>The best of several runs: what else the machine does can only add.</summary>
    private static double Measure(Action<int> run, int operations)
    {
        run(operations / 10);
        using var process = Process.GetCurrentProcess();
        double best = double.MaxValue;
        for (int i = 0; i < Repeats; i++)
        {
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            run(operations);
            process.Refresh();
            best = Math.Min(best, (process.TotalProcessorTime - before).TotalNanoseconds / operations);
        }
        return best;
    }
}
