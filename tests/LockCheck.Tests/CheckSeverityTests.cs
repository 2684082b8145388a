using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Severities are those that the project gives, by whatever means, and the exit code follows them.</summary>
public sealed class CheckSeverityTests
{
    const string BadCall = "class C\n{\n    static void Bad() { }\n\n    void M()\n    {\n        Bad();\n    }\n}\n";
    const string PoorCall = "class C\n{\n    static void Poor() { }\n    void M() => Poor();\n}\n";

    [Theory]
    [InlineData("info", ExitCode.Findings)]
    [InlineData("warning", ExitCode.Clean)]
    [InlineData("error", ExitCode.Clean)]
    [InlineData("never", ExitCode.Clean)]
    public async Task InfoFinding_CountsFromInfoOnly(string failOn, int expected)
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", PoorCall);

        var run = await Tool.Check(folder, "", "--fail-on", failOn);

        Assert.Contains("info LCKT002", run.Output, StringComparison.Ordinal);
        Assert.Equal(expected, run.ExitCode);
    }

    [Theory]
    [InlineData(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.LCKT001.severity = error\n", "error LCKT001")]
    [InlineData(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.LCKT001.severity = none\n", "No findings")]
    [InlineData(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.LCKT001.severity = silent\n", "No findings")]
    [InlineData(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.LCKT001.severity = suggestion\n", "info LCKT001")]
    [InlineData(".editorconfig", "root = true\n[*.cs]\ndotnet_analyzer_diagnostic.category-Locking.severity = error\n", "error LCKT001")]
    [InlineData(".editorconfig", "root = true\n[*.cs]\ngenerated_code = true\n", "No findings")]
    [InlineData(".globalconfig", "is_global = true\ndotnet_diagnostic.LCKT001.severity = error\n", "error LCKT001")]
    public async Task SeverityOfConfigFile_IsHonoured(string file, string text, string expected)
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", BadCall).Add(file, text);

        var run = await Tool.Check(folder);

        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<NoWarn>$(NoWarn);LCKT001</NoWarn>", "No findings")]
    [InlineData("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", "error LCKT001")]
    [InlineData("<WarningsAsErrors>LCKT001</WarningsAsErrors>", "error LCKT001")]
    public async Task SeverityOfProject_IsHonoured(string properties, string expected)
    {
        using var folder = new TempFolder().AddProject("P.csproj", properties).Add("C.cs", BadCall);

        var run = await Tool.Check(folder);

        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        // A warning that the project turns into an error is a finding, and the project still compiles.
        Assert.NotEqual(ExitCode.Partial, run.ExitCode);
    }

    [Fact]
    public async Task PragmaAndAttribute_SuppressFindings()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", """
            using System.Diagnostics.CodeAnalysis;
            class C
            {
                static void Bad() { }
            #pragma warning disable LCKT001
                void M() => Bad();
            #pragma warning restore LCKT001
                [SuppressMessage("Locking", "LCKT001")]
                void N() => Bad();
                void O() => Bad();
            }
            """);

        var run = await Tool.Check(folder);

        Assert.Contains("C.cs:10:17: warning", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n1 warning in 1 project", run.Output, StringComparison.Ordinal);
    }
}
