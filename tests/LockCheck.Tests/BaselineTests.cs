using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Adopting the tool in code that has findings already.</summary>
public sealed class BaselineTests : IDisposable
{
    const string One = "class C { static void Bad() { } void M() { Bad(); } }\n";
    const string Two = "class C { static void Bad() { } void M() { Bad(); Bad(); } }\n";

    readonly TempFolder _folder = new TempFolder().AddProject("P.csproj").Add("C.cs", Two);

    public void Dispose() => _folder.Dispose();

    Task<Tool.Run> Check(params string[] options) => Tool.Check(_folder, "", ["--baseline", _folder.Path("known.json"), .. options]);

    string Known() => File.ReadAllText(_folder.Path("known.json"));

    [Fact]
    public async Task Baseline_HoldsByMemberNotByLine_AndOnlyShrinksUnasked()
    {
        Assert.Equal(ExitCode.Usage, (await Check()).ExitCode);
        Assert.Equal(ExitCode.Clean, (await Check("--accept", "old code")).ExitCode);
        Assert.DoesNotContain("line", Known(), StringComparison.Ordinal);
        Assert.Contains("\"reason\": \"old code\"", Known(), StringComparison.Ordinal);

        _folder.Add("C.cs", "// Moved.\n\n\n" + Two);
        var moved = await Check("--no-restore");
        Assert.Equal(ExitCode.Clean, moved.ExitCode);
        Assert.Contains("baseline: 2 known, 0 waived", moved.Output, StringComparison.Ordinal);

        _folder.Add("C.cs", One);
        var before = Known();
        Assert.Contains("1 stale", (await Check("--no-restore")).Output, StringComparison.Ordinal);
        Assert.Equal(before, Known());
        Assert.Contains("taken out: LCKT001 in M:C.M: 2 expected, 1 found", (await Check("--no-restore", "--update-baseline")).Output, StringComparison.Ordinal);

        _folder.Add("C.cs", Two);
        var again = await Check("--no-restore", "--update-baseline");
        Assert.Equal(ExitCode.Findings, again.ExitCode);
        Assert.Contains("\"count\": 1", Known(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waivers_NeedAReason_AndStaleOnesAreTold()
    {
        _folder.Add("known.json", """{"version":1,"entries":[],"waivers":[{"rule":"LCKT001","member":"M:C.M","reason":" "}]}""");
        Assert.Contains("gives no reason", (await Check()).Error, StringComparison.Ordinal);

        _folder.Add("known.json", """{"version":1,"entries":[],"waivers":[{"rule":"LCKT001","member":"M:C.M","reason":"checked by hand"},{"rule":"LCKT001","member":"M:C.N","reason":"old"},{"rule":"LCKT002","member":"M:C.M","reason":"old","until":"2020-01-01"}]}""");
        var run = await Check();
        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Contains("baseline: 0 known, 2 waived, 2 stale", run.Output, StringComparison.Ordinal);
        Assert.Contains("the waiver of LCKT001 for M:C.N hides nothing any more", run.Output, StringComparison.Ordinal);
        Assert.Contains("ran out on 2020-01-01", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PragmaThatHidesNothing_IsTold()
    {
        _folder.Add("C.cs", "class C\n{\n    static void Bad() { }\n#pragma warning disable LCKT001\n    void M() { Bad(); }\n#pragma warning restore LCKT001\n#pragma warning disable LCKT001\n    void N() { }\n}\n");
        var run = await Tool.Check(_folder);
        Assert.Contains("stale waiver: C.cs:7:1: the pragma hides no LCKT001 any more", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("C.cs:4:1", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }

    [Fact]
    public async Task IncompleteAnalysis_IsNotTakenIntoABaseline()
    {
        _folder.Add("C.cs", Two + "class {");
        var run = await Check("--accept", "x");
        Assert.NotEqual(ExitCode.Clean, run.ExitCode);
        Assert.False(File.Exists(_folder.Path("known.json")));
    }

    [Fact]
    public async Task WaiverBoundToCode_EndsWhenTheCodeChanges()
    {
        _folder.Add("known.json", Waiver("x"));
        var unbound = await Check();
        Assert.Equal(ExitCode.Findings, unbound.ExitCode);
        var hash = System.Text.RegularExpressions.Regex.Match(unbound.Output, "was given for other code: if its reason still holds, write \"hash\": \"([0-9a-f]{16})\"").Groups[1].Value;

        _folder.Add("known.json", Waiver(hash)).Add("C.cs", "// Laid out anew.\n" + Two.Replace("; ", ";\n    ", StringComparison.Ordinal));
        var bound = await Check("--no-restore");
        Assert.Equal(ExitCode.Clean, bound.ExitCode);
        Assert.Contains("2 waived", bound.Output, StringComparison.Ordinal);

        _folder.Add("C.cs", Two.Replace("Bad(); }", "Bad(); Bad(); }", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Findings, (await Check("--no-restore")).ExitCode);

        static string Waiver(string hash) => $$"""{"version":1,"entries":[],"waivers":[{"rule":"LCKT001","member":"M:C.M","reason":"checked by hand","hash":"{{hash}}"},{"rule":"LCKT002","member":"M:C.M","reason":"too"}]}""";
    }
}
