using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK9006: an option of ours that does not exist, or a value that it does not have. Stands at the start of each source file that it applies to.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LCK9006UnknownOption : DiagnosticAnalyzer
{
    internal static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK9006",
        RuleDescriptor.Contracts,
        "Unknown option",
        "{0}",
        "An .editorconfig sets a key that starts with 'lock_discipline.' and does not exist, or gives one a value that it does not take: the setting has no effect.");

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxTreeAction(static tree => Check(tree));
    }

    static void Check(SyntaxTreeAnalysisContext context)
    {
        var options = context.Options.AnalyzerConfigOptionsProvider.GetOptions(context.Tree);
        List<Problem>? problems = null;
        foreach (var key in options.Keys)
        {
            if (key.StartsWith(OptionReader.Prefix, StringComparison.OrdinalIgnoreCase) && Check(options, key) is { } problem)
                (problems ??= new()).Add(problem);
        }

        if (problems is null)
            return;
        // The order of keys in the configuration is not kept; that of their names is the same everywhere.
        problems.Sort(static (a, b) => string.CompareOrdinal(a.Message, b.Message));
        // An analyzer sees what is set for a source file, and not the file that sets it.
        foreach (var problem in problems)
            context.ReportDiagnostic(Diagnostic.Create(Rule, Location.Create(context.Tree, default), problem.Properties, problem.Message));
    }

    static Problem? Check(AnalyzerConfigOptions options, string key)
    {
        if (Array.IndexOf(OptionReader.Keys, key.ToLowerInvariant()) < 0)
        {
            var nearest = NearestName.Of(key, OptionReader.Keys);
            return new Problem(key, null, nearest, nearest is null ? $"There is no option '{key}'" : $"There is no option '{key}'; did you mean '{nearest}'?");
        }

        options.TryGetValue(key, out var value);
        value = value?.Trim() ?? "";
        var allowed = OptionReader.ExceptionalPathsValues;
        return Array.IndexOf(allowed, value.ToLowerInvariant()) >= 0
            ? null
            : new Problem(key, value, NearestName.Of(value, allowed), $"'{value}' is no value of '{key}'; it takes {string.Join(", ", allowed)}");
    }

    /// <param name="Value">The value that does not exist; null where it is the key.</param>
    /// <param name="Nearest">What was probably meant.</param>
    sealed record Problem(string Key, string? Value, string? Nearest, string Message)
    {
        public ImmutableDictionary<string, string?> Properties => Nearest is null
            ? ImmutableDictionary<string, string?>.Empty
            : ImmutableDictionary<string, string?>.Empty
                .Add(DiagnosticProperties.Option, Key)
                .Add(DiagnosticProperties.OptionValue, Value)
                .Add(DiagnosticProperties.Nearest, Nearest);
    }
}
