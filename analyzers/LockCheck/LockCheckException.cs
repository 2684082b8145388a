namespace LockCheck;

/// <summary>Ends a command with a message for the user. The message says what is wrong and what to do.</summary>
internal sealed class LockCheckException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="LockCheck.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
