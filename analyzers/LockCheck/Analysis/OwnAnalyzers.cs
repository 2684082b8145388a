using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Analysis;

/// <summary>
/// The analyzers that the tool carries. A project's own version of them is never taken: the tool and the rules that it
/// explains are of one version.
/// </summary>
internal static class OwnAnalyzers
{
    const string AssemblyName = "LockDiscipline.Analyzers";

    /// <summary>An instance of each analyzer, by name.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Create() =>
    [
        .. from type in Assembly.Load(AssemblyName).GetTypes()
           where !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && type.IsDefined(typeof(DiagnosticAnalyzerAttribute), inherit: false)
           orderby type.FullName
           select (DiagnosticAnalyzer)Activator.CreateInstance(type, nonPublic: true)!,
    ];

    /// <summary>The rules of <paramref name="analyzers"/>, each once, by id.</summary>
    public static ImmutableArray<DiagnosticDescriptor> Rules(ImmutableArray<DiagnosticAnalyzer> analyzers) =>
    [
        .. analyzers.SelectMany(a => a.SupportedDiagnostics).DistinctBy(d => d.Id).OrderBy(d => d.Id, StringComparer.Ordinal),
    ];
}
