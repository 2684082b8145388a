using Xunit;

namespace LockCheck.Tests.Support;

/// <summary>A test that needs Microsoft's validator of SARIF (npm install @microsoft/sarif-multitool); skipped, and said to be, where it is not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MultitoolFactAttribute : FactAttribute
{
    public MultitoolFactAttribute() => Skip = Tool is null ? "SARIF_MULTITOOL does not name the validator." : null;

    /// <summary>Where it is; null where it is not.</summary>
    public static string? Tool { get; } = Environment.GetEnvironmentVariable("SARIF_MULTITOOL") is { Length: > 0 } tool && File.Exists(tool) ? tool : null;
}
