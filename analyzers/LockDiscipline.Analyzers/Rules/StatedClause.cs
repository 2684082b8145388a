using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>One attribute that a helper can carry.</summary>
/// <param name="Text">The lock as the attribute names it.</param>
/// <param name="Mode">The mode that has to be stated; null for the one that goes without saying.</param>
internal sealed record StatedClause(string Attribute, string Text, Term Lock, LockMode? Mode)
{
    /// <summary>Of an attempt: the answer with which it holds the lock.</summary>
    public bool Result { get; init; } = true;

    /// <summary>What is said beyond the lock itself.</summary>
    public string Modifier => (Result ? "" : ", Result = false") + Mode switch { LockMode.Shared => ", Shared = true", LockMode.Exclusive => ", Shared = false", _ => "" };

    /// <summary>The clauses as a property of a finding, a line each: attribute, modifier, lock.</summary>
    public static string Join(List<StatedClause> clauses)
    {
        var lines = new string[clauses.Count];
        for (int i = 0; i < lines.Length; i++)
            lines[i] = $"{clauses[i].Attribute}\t{clauses[i].Modifier}\t{clauses[i].Text}";
        return string.Join("\n", lines);
    }

    /// <summary>Reads them back.</summary>
    public static IEnumerable<(string Attribute, string Modifier, string Text)> Split(string joined)
    {
        foreach (var line in joined.Split('\n'))
        {
            var parts = line.Split('\t');
            if (parts.Length == 3)
                yield return (parts[0], parts[1], parts[2]);
        }
    }
}
