namespace LockCheck.Sarif;

/// <summary>A result of a SARIF log, as far as it is needed to know it again.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Level">error, warning or note.</param>
/// <param name="Path">The file, relative where that could be found out.</param>
/// <param name="Line">From 1; 0 where the result names none.</param>
/// <param name="Member">The logical location, or empty.</param>
/// <param name="Fingerprint">What the tool says the result is known by, or empty.</param>
/// <param name="Snippet">The code, without its white space, or empty.</param>
internal sealed record SarifResult(string Rule, string Level, string Message, string Path, int Line, string Member, string Fingerprint, string Snippet, bool IsSuppressed);

/// <summary>Logs of one side of a comparison, merged.</summary>
/// <param name="Results">Each once, however many builds told it, by path, line and rule.</param>
/// <param name="Failed">Logs whose tool says that it did not finish.</param>
internal sealed record SarifLogs(System.Collections.Immutable.ImmutableArray<SarifResult> Results, System.Collections.Immutable.ImmutableArray<string> Failed);
