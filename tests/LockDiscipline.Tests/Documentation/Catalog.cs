using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Documentation;

/// <summary>What ships, read from the assemblies themselves: analyzers, their rules, and the fixes.</summary>
static class Catalog
{
    public static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers = Create<DiagnosticAnalyzer>("LockDiscipline.Analyzers");
    public static readonly ImmutableArray<CodeFixProvider> Fixers = Create<CodeFixProvider>("LockDiscipline.CodeFixes");

    /// <summary>Every descriptor; one id may have several, with a message each.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> Descriptors = [.. Analyzers.SelectMany(a => a.SupportedDiagnostics).Distinct()];

    /// <summary>One descriptor for each id, in the order of the ids.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> Rules = [.. Descriptors.DistinctBy(d => d.Id).OrderBy(d => d.Id, StringComparer.Ordinal)];

    public static bool HasFix(string id) => Fixers.Any(f => f.FixableDiagnosticIds.Contains(id));

    static ImmutableArray<T> Create<T>(string assembly) =>
        [.. Assembly.Load(assembly).GetTypes().Where(t => !t.IsAbstract && typeof(T).IsAssignableFrom(t)).Select(t => (T)Activator.CreateInstance(t)!)];
}
