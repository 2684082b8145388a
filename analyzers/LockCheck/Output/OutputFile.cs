using System.Text;

namespace LockCheck.Output;

/// <summary>Writes files that the user asked for: whole or not at all, since half a report would be taken for one.</summary>
internal static class OutputFile
{
    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="LockCheckException">It cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text));

    /// <summary>Writes bytes.</summary>
    /// <exception cref="LockCheckException">They cannot be written.</exception>
    public static void Write(string path, byte[] bytes)
    {
        string? temporary = null;
        try
        {
            // A link stays one: what it leads to is replaced.
            var target = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
            if (IsDevice(target))
            {
                using var device = new FileStream(target, FileMode.Open, FileAccess.Write);
                device.Write(bytes);
                return;
            }
            temporary = target + ".tmp";
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (temporary is not null && File.Exists(temporary))
                File.Delete(temporary);
            throw new LockCheckException(ExitCode.NotAnalyzed, $"'{path}' could not be written: {e.Message} Make room there, or give another place.");
        }
    }

    // What the system has there must not be replaced by a file.
    static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));
}
