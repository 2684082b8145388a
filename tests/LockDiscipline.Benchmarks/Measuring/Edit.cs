using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Benchmarks.Measuring;

/// <summary>One document just edited. As in an editor, its tree and all symbols of the compilation are new, the other trees are not.</summary>
public sealed class Edit(CSharpCompilation compilation, SyntaxTree tree)
{
    /// <summary>What the last run found; null before one.</summary>
    public Outcome? Outcome { get; private set; }

    /// <summary>Who ran last.</summary>
    public Contender Contender { get; private set; } = Contender.Compiler;

    /// <summary>Asks for the diagnostics of the document. Only the first run is worth timing: it leaves the document bound.</summary>
    public async Task<Outcome> RunAsync(Contender contender)
    {
        var analyzers = contender.Fresh();
        var model = compilation.GetSemanticModel(tree);
        IEnumerable<Diagnostic> reported = [];
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        if (analyzers.IsEmpty)
            model.GetDiagnostics();
        else
            reported = await compilation.WithAnalyzers(analyzers, Runner.Options()).GetAnalyzerSemanticDiagnosticsAsync(model, filterSpan: null, CancellationToken.None).ConfigureAwait(false);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Contender = contender;
        return Outcome = new Outcome(milliseconds, 0, allocated, Runner.Count(reported));
    }
}
