using System.Reflection;

namespace LockCheck.Output;

/// <summary>The version of the tool.</summary>
internal static class ToolVersion
{
    /// <summary>Three numbers, and the name of a pre-release where it is one.</summary>
    public static string Text { get; } = (typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];
}
