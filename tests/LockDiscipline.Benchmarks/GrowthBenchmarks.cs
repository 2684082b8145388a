using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;
using Microsoft.CodeAnalysis.CSharp;

namespace LockDiscipline.Benchmarks;

/// <summary>
/// Our analyzers on code of two sizes; the ratio column shows how the time grows. For generated code the larger is ten times the smaller, and linear is 10; for
/// methods, one method of ten times the size is compared with ten methods, and linear is 1. One thread, since a single method cannot use more.
/// </summary>
[Config(typeof(Settings))]
public class GrowthBenchmarks
{
    GrowthCase _case = null!;
    ImmutableArray<CSharpCompilation> _small, _large;

    /// <summary>Name of the case.</summary>
    [ParamsSource(nameof(Names))]
    public string Case { get; set; } = "";

    /// <summary>The names of all cases.</summary>
    public static IEnumerable<string> Names => GrowthCase.Names;

    /// <summary>How large.</summary>
    public Sizes Sizes { get; set; } = Sizes.Full;

    /// <summary>Makes the code, and sees that it compiles and that what is wrong in it is found.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _case = GrowthCase.Of(Case, Sizes);
        foreach (var corpus in new[] { _case.Small, _case.Large })
            corpus.Check(Contender.Ours, Runner.RunAsync(corpus.Compiling().Compile(), Contender.Ours).GetAwaiter().GetResult());
    }

    /// <summary>Parses both: outside the time, and anew for each run.</summary>
    [IterationSetup]
    public void Parse()
    {
        _small = _case.Small.Compile(concurrent: false);
        _large = _case.Large.Compile(concurrent: false);
    }

    /// <summary>The small size.</summary>
    [Benchmark(Baseline = true)]
    public Task<Outcome> Small() => Runner.RunAsync(_small, Contender.Ours, concurrent: false);

    /// <summary>The large size.</summary>
    [Benchmark]
    public Task<Outcome> Large() => Runner.RunAsync(_large, Contender.Ours, concurrent: false);
}
