using System.Collections.Immutable;
using System.Text;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Words for locks and modes in messages and properties.</summary>
internal static class Describe
{
    public static string Mode(LockMode mode) => mode == LockMode.Exclusive ? DiagnosticProperties.Exclusive : DiagnosticProperties.Shared;

    public static ImmutableDictionary<string, string?> Lock(string text, LockMode mode) =>
        ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.Lock, text)
            .Add(DiagnosticProperties.Mode, Mode(mode))
            .Add(DiagnosticProperties.Needed, $"{text} ({Mode(mode)})");

    /// <summary>The locks held on a path, for people; "nothing" where there are none.</summary>
    public static string Held(PathState state)
    {
        var words = new StringBuilder();
        foreach (var hold in state.Locks)
        {
            if (words.Length > 0)
                words.Append(", ");
            words.Append(hold.Text).Append(" (").Append(Mode(hold.Mode)).Append(')');
        }

        return words.Length == 0 ? "nothing" : words.ToString();
    }
}
