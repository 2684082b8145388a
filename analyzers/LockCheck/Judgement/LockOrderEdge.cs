namespace LockCheck.Judgement;

/// <summary>A lock that is acquired while another is held.</summary>
/// <param name="Held">Name of the one that is held.</param>
/// <param name="Acquired">Name of the other.</param>
/// <param name="Path">Where, relative to the repository.</param>
/// <param name="Line">From 1.</param>
internal sealed record LockOrderEdge(string Held, string Acquired, string Path, int Line);
