using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace LockCheck.Output;

/// <summary>Consoles of Windows show escape sequences only after they were asked to.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsConsole
{
    const int StandardOutput = -11;
    const uint VirtualTerminalProcessing = 4;

    /// <summary>Asks; false where the console cannot.</summary>
    public static bool EnableEscapes()
    {
        var handle = GetStdHandle(StandardOutput);
        return GetConsoleMode(handle, out var mode)
            && ((mode & VirtualTerminalProcessing) != 0 || SetConsoleMode(handle, mode | VirtualTerminalProcessing));
    }

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern nint GetStdHandle(int handle);

    [DllImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    static extern bool GetConsoleMode(nint handle, out uint mode);

    [DllImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    static extern bool SetConsoleMode(nint handle, uint mode);
}
