using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace LockDiscipline.Benchmarks.Model;

/// <summary>
/// What the reference model does in a second on one core, without validation. The columns for 10 and 10,000 slots, and for 1 and 10,000 areas, are to be read against each other: look-ups are logarithmic in both.
/// </summary>
[Config(typeof(InProcess))]
public class ModelBenchmarks
{
    /// <summary>Operations of one invocation.</summary>
    public const int Operations = 100_000;

    private ModelMachine _machine = null!;

    /// <summary>Number of memslots.</summary>
    [Params(10, 100, 1_000, 10_000)]
    public int Slots { get; set; } = 10;

    /// <summary>Number of areas.</summary>
    [Params(1, 10_000)]
    public int Areas { get; set; } = 1;

    /// <summary>Pages altogether.</summary>
    public ulong Pages { get; set; } = 10_000_000;

    /// <summary>Makes the machine, and maps some of its pages in the guest.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _machine = new ModelMachine(Slots, Pages / (ulong)Slots, Areas);
        _machine.GuestWrites(Operations);
    }

    /// <summary>The guest writes to random pages; most fault once.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void GuestWrite() => _machine.GuestWrites(Operations);

    /// <summary>A walk over the slots of a page.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void RangeWalk() => _machine.RangeWalks(Operations);

    /// <summary>An invalidation, start and end, that drops a page.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void Invalidation() => _machine.Invalidations(Operations);

    /// <summary>An invalidation, and the fault that brings the page back: two operations.</summary>
    [Benchmark(OperationsPerInvoke = Operations * 2)]
    public void InvalidationAndFault() => _machine.InvalidationsAndFaults(Operations);

    /// <summary>A look-up of an area.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void AreaLookup() => _machine.AreaLookups(Operations);

    /// <summary>All in this process: the machine is large, and made once.</summary>
    public sealed class InProcess : ManualConfig
    {
        /// <summary>Made by BenchmarkDotNet.</summary>
        public InProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
