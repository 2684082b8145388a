using System.Collections.Immutable;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Benchmarks.Measuring;

/// <summary>What is measured: a set of analyzers, or none for the compiler alone.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Analyzers">Made anew by <see cref="Fresh"/> where instances may keep something between compilations.</param>
public sealed record Contender(string Name, ImmutableArray<Type> Analyzers)
{
    /// <summary>The compiler's own diagnostics.</summary>
    public static readonly Contender Compiler = new("compiler", []);

    /// <summary>An analyzer that is called for the nodes that ours is called for, and does nothing.</summary>
    public static readonly Contender EmptyNode = new("empty node", [typeof(EmptyNodeAnalyzer)]);

    /// <summary>An analyzer that is given the operations of every body, and does nothing.</summary>
    public static readonly Contender EmptyOperationBlock = new("empty operation block", [typeof(EmptyOperationBlockAnalyzer)]);

    /// <summary>Every analyzer of LockDiscipline.Analyzers.</summary>
    public static readonly Contender Ours = new("ours", [.. typeof(FlowAnalyzer).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type))
        .OrderBy(type => type.FullName, StringComparer.Ordinal)]);

    /// <summary>All four, in the order in which they are printed.</summary>
    public static readonly ImmutableArray<Contender> All = [Compiler, EmptyNode, EmptyOperationBlock, Ours];

    /// <summary>New instances of the analyzers.</summary>
    public ImmutableArray<DiagnosticAnalyzer> Fresh() => [.. Analyzers.Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];
}
