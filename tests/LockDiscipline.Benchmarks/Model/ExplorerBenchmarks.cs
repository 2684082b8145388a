using BenchmarkDotNet.Attributes;
using MemoryModel.Exploration;
using MemoryModel.Tests.Exploration;

namespace LockDiscipline.Benchmarks.Model;

/// <summary>How long the explorer takes for a schedule of the race of "KVM swapping with MMU Notifiers", February 2008: a fault of the guest, the process giving the page up, and the process writing to it again.</summary>
public class ExplorerBenchmarks
{
    /// <summary>Schedules of one invocation.</summary>
    public const int Runs = 2_000;

    /// <summary>The repaired form, every schedule in order.</summary>
    [Benchmark(OperationsPerInvoke = Runs)]
    public ExplorationResult Exhaust() => Explorer.Exhaust(Race, preemptions: 2, maxRuns: Runs);

    /// <summary>The repaired form, schedules drawn.</summary>
    [Benchmark(OperationsPerInvoke = Runs)]
    public ExplorationResult Sample() => Explorer.Sample(Race, seed: 1, runs: Runs);

    internal static Trial Race() => RaceMachine.GetUserPages(static machine => machine.Fault());
}
