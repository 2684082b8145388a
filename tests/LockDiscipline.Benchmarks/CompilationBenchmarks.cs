using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;
using Microsoft.CodeAnalysis.CSharp;

namespace LockDiscipline.Benchmarks;

/// <summary>A whole compilation: the compiler alone, analyzers that do nothing, and ours.</summary>
[Config(typeof(Settings))]
[MemoryDiagnoser]
public class CompilationBenchmarks
{
    Corpus _corpus = null!;
    ImmutableArray<CSharpCompilation> _compilations;
    Contender _contender = Contender.Compiler;
    Outcome? _outcome;

    /// <summary>The code that is compiled.</summary>
    [ParamsAllValues]
    public CodeKind Code { get; set; }

    /// <summary>How much of it.</summary>
    public Sizes Sizes { get; set; } = Sizes.Full;

    /// <summary>Makes the code.</summary>
    [GlobalSetup]
    public void Prepare() => _corpus = Corpora.Of(Code, Sizes);

    /// <summary>Parses it: outside the time, and anew for each run.</summary>
    [IterationSetup]
    public void Parse() => _compilations = _corpus.Compile();

    /// <summary>Makes sure that what was timed did its work.</summary>
    [IterationCleanup]
    public void Check() => _corpus.Check(_contender, _outcome ?? throw new InvalidOperationException("Nothing ran."));

    /// <summary>The compiler's own diagnostics.</summary>
    [Benchmark(Baseline = true)]
    public Task CompilerAlone() => RunAsync(Contender.Compiler);

    /// <summary>An analyzer called for the same nodes as ours.</summary>
    [Benchmark]
    public Task EmptyNode() => RunAsync(Contender.EmptyNode);

    /// <summary>An analyzer that is given all operations.</summary>
    [Benchmark]
    public Task EmptyOperationBlock() => RunAsync(Contender.EmptyOperationBlock);

    /// <summary>All of our analyzers.</summary>
    [Benchmark]
    public Task Ours() => RunAsync(Contender.Ours);

    async Task RunAsync(Contender contender)
    {
        _contender = contender;
        _outcome = await Runner.RunAsync(_compilations, contender).ConfigureAwait(false);
    }
}
