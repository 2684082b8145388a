namespace LockCheck;

/// <summary>The exit codes of the tool. A build script relies on them: zero is never given for what was not analysed.</summary>
internal static class ExitCode
{
    /// <summary>Everything was analysed and nothing at or above the threshold was found.</summary>
    public const int Clean = 0;

    /// <summary>Everything was analysed and there are findings at or above the threshold.</summary>
    public const int Findings = 1;

    /// <summary>The command line cannot be followed: an unknown option, a path that is not there, a choice that the user must make.</summary>
    public const int Usage = 2;

    /// <summary>Nothing could be analysed.</summary>
    public const int NotAnalyzed = 3;

    /// <summary>Analysed in part only: compile errors, a project of several that does not load, an analyzer that crashed.</summary>
    public const int Partial = 4;
}
