using System;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Finds the contract files among a project's additional files.</summary>
internal static class ContractFiles
{
    // The text is the same from one edit of the code to the next.
    static readonly ConditionalWeakTable<SourceText, ContractFile> s_parsed = new();

    public static ImmutableArray<ContractFile> Read(AnalyzerOptions options, CancellationToken cancel)
    {
        var files = ImmutableArray<ContractFile>.Empty;
        foreach (var file in options.AdditionalFiles)
        {
            if (IsContractFile(file) && file.GetText(cancel) is { } text)
                files = files.Add(s_parsed.GetValue(text, static text => ContractFile.Parse(text)));
        }

        return files;
    }

    public static bool IsContractFile(AdditionalText file) => file.Path.EndsWith(ContractFile.Extension, StringComparison.OrdinalIgnoreCase);
}
