using System.Diagnostics;
using System.Globalization;
using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Mmu;
using MemoryModel.Tests.Exploration;

namespace LockDiscipline.Benchmarks.Model;

/// <summary>What validation and exploration cost where both are off: nanoseconds of processor time of one hook, and how many of them a fault comes by.</summary>
public static class HookTable
{
    private const int Rounds = 20_000_000;
    private const int Repeats = 9;

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    public static void Write(TextWriter output)
    {
        var owner = new object();
        var gate = new RwSpinLock("bench");
        double point = Measure(() =>
        {
            for (int i = 0; i < Rounds; i++) SwitchPoint.Read(owner, "memory");
        });
        double check = Measure(() =>
        {
            for (int i = 0; i < Rounds; i++) gate.AssertHeldShared();
        });
        double fault = new ModelMachine(10, 100).FaultNanoseconds(200_000);
        int points = PointsOfAFault();
        output.WriteLine("| what | ns |");
        output.WriteLine("|---|---|");
        output.WriteLine(Line("a switch point while nothing is explored", point));
        output.WriteLine(Line("an assertion of a lock that is not validated", check));
        output.WriteLine(Line($"the {points} switch points of a fault", point * points));
        output.WriteLine(Line("the fault, on a small machine", fault));
    }

    private static string Line(string what, double nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"| {what} | {Math.Max(0, nanoseconds):F2} |");

    /// <summary>Steps that a deterministic scheduler sees of one fault.</summary>
    private static int PointsOfAFault()
    {
        Failure failure = Explorer.Exhaust(
            static () =>
            {
                var machine = new RaceMachine();
                // Fails at its end, so that the trace is told.
                return new Trial(new TrialTask("vCPU", machine.Fault)) { AtEnd = static () => throw new InvalidOperationException("the end") };
            },
            preemptions: 0).Failure!;
        return failure.Trace.Steps.Count;
    }

    private static double Measure(Action run)
    {
        using var process = Process.GetCurrentProcess();
        double best = double.MaxValue;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            run();
            process.Refresh();
            best = Math.Min(best, (process.TotalProcessorTime - before).TotalNanoseconds / Rounds);
        }
        return best;
    }
}
