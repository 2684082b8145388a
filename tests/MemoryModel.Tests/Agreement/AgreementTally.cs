using System.Text;
using Microsoft.CodeAnalysis;

namespace MemoryModel.Tests.Agreement;

/// <summary>A program of which the two sides do not say the same, without a reason that is known.</summary>
internal sealed record Difference(AnalysedProgram Program, string Kind, string Detail)
{
    public override string ToString() => $"{Kind}: {Detail}\nfrom {string.Join(' ', Program.Row)}\n{Program.Annotated()}";
}

/// <summary>Counts what analyzers and validator say of programs, and keeps what nothing explains.</summary>
internal sealed class AgreementTally
{
    private readonly SortedDictionary<string, int> _silent = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _both = new(StringComparer.Ordinal);
    private int _programs;
    private long _paths;

    /// <summary>Programs that the analyzers pass.</summary>
    public int Passed { get; private set; }

    /// <summary>Programs that the validator refuses.</summary>
    public int Refused { get; private set; }

    public List<Difference> Differences { get; } = [];

    public void Add(AnalysedProgram program, ProgramOutcome outcome)
    {
        _programs++;
        _paths += outcome.Paths;
        string[] rules = [.. program.Findings.Select(static d => d.Id).Distinct().Order(StringComparer.Ordinal)];
        if (rules.Length == 0) Passed++;
        if (outcome.Violations.Count > 0) Refused++;
        if (rules.Length == 0 && outcome.Violations.Count > 0) Missed(program, outcome);
        foreach (string rule in rules)
        {
            SortedDictionary<string, int> count = outcome.Violations.Count > 0 ? _both : _silent;
            count[rule] = count.GetValueOrDefault(rule) + 1;
        }
        if (rules.Length > 0 && outcome is { Violations.Count: 0, IsComplete: true } && program.Findings.All(IsUnexplained)) Unconfirmed(program, outcome);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append($"{_programs} programs, {_paths} paths; {Passed} passed by the analyzers, {Refused} refused by the validator; {Differences.Count} differences\n");
        foreach ((string rule, int count) in _both) text.Append($"{rule}: in {count} programs that are refused too, in {_silent.GetValueOrDefault(rule)} that are not\n");
        foreach ((string rule, int count) in _silent.Where(pair => !_both.ContainsKey(pair.Key))) text.Append($"{rule}: in {count} programs that are not refused\n");
        foreach (IGrouping<string, Difference> group in Differences.GroupBy(static d => d.Kind)) text.Append($"{group.Count()} x {group.Key}\n");
        return text.ToString();
    }

    /// <summary>In a batch, what one program does is held against what another does the other way round; what counts is what is found in the program alone.</summary>
    private void Unconfirmed(AnalysedProgram program, ProgramOutcome outcome)
    {
        string[] rules = [.. ProgramBatch.Make([program.Row], order: true)[0].Findings.Where(IsUnexplained).Select(static d => d.Id).Distinct().Order(StringComparer.Ordinal)];
        if (rules.Length > 0) Differences.Add(new Difference(program, $"found, never refused: {string.Join(", ", rules)}", $"{outcome.Paths} paths"));
    }

    private static bool IsUnexplained(Diagnostic finding)
    {
        string text = $"{finding.Id}: {finding.GetMessage()}";
        return !Explanations.Unseen.Keys.Any(known => text.StartsWith(known, StringComparison.Ordinal));
    }

    private void Missed(AnalysedProgram program, ProgramOutcome outcome)
    {
        foreach ((string invariant, string message) in outcome.Violations)
        {
            if (Explanations.IsForeseen(message, program.Source)) continue;
            // Orders of locks are compared within one program only.
            if (invariant == "lock order" && ProgramBatch.Make([program.Row], order: true)[0].Findings.Length > 0) continue;
            Differences.Add(new Difference(program, $"refused, not found: {invariant}", message));
            return;
        }
    }
}
