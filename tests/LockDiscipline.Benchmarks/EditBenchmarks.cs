using BenchmarkDotNet.Attributes;
using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;

namespace LockDiscipline.Benchmarks;

/// <summary>What an editor waits for after a key stroke: the findings of the document that was edited. Each iteration edits the next of the biggest documents, so that median and 95th percentile are over documents.</summary>
[Config(typeof(Settings))]
[MemoryDiagnoser]
public class EditBenchmarks
{
    EditSession _session = null!;
    Edit _edit = null!;
    int _number;

    /// <summary>The code that is edited.</summary>
    [ParamsAllValues]
    public EditedCode Code { get; set; }

    /// <summary>How much of it.</summary>
    public Sizes Sizes { get; set; } = Sizes.Full;

    /// <summary>Opens the project.</summary>
    [GlobalSetup]
    public void Open() => _session = EditSession.Open(Code, Sizes);

    /// <summary>Types a statement into the next document.</summary>
    [IterationSetup]
    public void Edit() => _edit = _session.Make(_number++);

    /// <summary>Makes sure that what was timed did its work.</summary>
    [IterationCleanup]
    public void Check() => _session.Check(_edit);

    /// <summary>The compiler's diagnostics of the document.</summary>
    [Benchmark(Baseline = true)]
    public Task CompilerAlone() => _edit.RunAsync(Contender.Compiler);

    /// <summary>An analyzer called for the same nodes as ours.</summary>
    [Benchmark]
    public Task EmptyNode() => _edit.RunAsync(Contender.EmptyNode);

    /// <summary>Our findings in the document.</summary>
    [Benchmark]
    public Task Ours() => _edit.RunAsync(Contender.Ours);
}
