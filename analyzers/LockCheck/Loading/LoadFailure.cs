namespace LockCheck.Loading;

/// <summary>A C# project that should have been loaded and could not be.</summary>
/// <param name="Path">The project file.</param>
/// <param name="Message">What the SDK said, and what to do where that is known. May hold several lines.</param>
internal sealed record LoadFailure(string Path, string Message);
