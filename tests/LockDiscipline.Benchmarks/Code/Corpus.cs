using System.Collections.Immutable;
using LockDiscipline.Benchmarks.Measuring;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Code to measure on, and how many findings there are in it: an analyzer that finds something else was not measured, it was broken.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Projects">Compiled one by one.</param>
/// <param name="Expected">How many findings there are.</param>
public sealed record Corpus(string Name, ImmutableArray<Project> Projects, int Expected)
{
    /// <summary>The number of lines in all projects.</summary>
    public int Lines => Projects.Sum(project => project.Lines);

    /// <summary>New compilations of all projects.</summary>
    public ImmutableArray<CSharpCompilation> Compile(bool concurrent = true) => [.. Projects.Select(project => project.Compile(concurrent))];

    /// <summary>Holds what was found against what there is.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public void Check(Contender contender, Outcome outcome)
    {
        int expected = contender == Contender.Ours ? Expected : 0;
        if (outcome.Mistakes != expected)
            throw new InvalidOperationException($"{Name}: {expected} findings expected, {outcome.Mistakes} found: {string.Join(", ", outcome.Findings)}.");
    }

    /// <summary>Refuses code that does not compile: analyzers skip it, and would look fast.</summary>
    /// <exception cref="InvalidOperationException">There are errors.</exception>
    public Corpus Compiling()
    {
        var errors = Compile().SelectMany(compilation => compilation.GetDiagnostics()).Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
            throw new InvalidOperationException($"{Name}: {errors.Count} errors, the first: {errors[0]}");
        return this;
    }
}
