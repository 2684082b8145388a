using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Mathematics.OutlierDetection;

namespace LockDiscipline.Benchmarks;

/// <summary>How BenchmarkDotNet runs: all in this process, so that everybody has the same compiler in the same state; one run is one iteration, since each wants new trees.</summary>
public sealed class Settings : ManualConfig
{
    /// <summary>Made by BenchmarkDotNet.</summary>
    public Settings()
    {
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithStrategy(RunStrategy.Monitoring)
            .WithWarmupCount(3)
            .WithIterationCount(30)
            // The slowest document is no outlier, it is what a 95th percentile is for.
            .WithOutlierMode(OutlierMode.DontRemove));
        AddColumn(StatisticColumn.Median, StatisticColumn.P95);
    }
}
