namespace LockCheck.Loading;

/// <summary>A project that is not analysed, and why. Named in the report, so that nothing is left out silently.</summary>
internal sealed record LeftOut(string Path, string Reason);
