using Xunit;

namespace LockCheck.Tests.Support;

/// <summary>What a restore of the project <c>P/P.csproj</c> leaves behind, made once for all tests: it is the same but for where it lies.</summary>
static class RestoredProject
{
    static readonly Lazy<Dictionary<string, string>> s_files = new(Restore);

    /// <summary>Puts it into a folder.</summary>
    public static void CopyTo(TempFolder folder)
    {
        foreach (var (name, text) in s_files.Value)
            folder.Add(name, text.Replace("$ROOT$", folder.Root, StringComparison.Ordinal));
    }

    static Dictionary<string, string> Restore()
    {
        using var folder = new TempFolder("repo").AddProject("P/P.csproj");
        var run = Tool.AsProgram(Tool.Host, folder.Root, ["restore", "P/P.csproj"], "").GetAwaiter().GetResult();
        Assert.True(run.ExitCode == 0, run.Output);
        return Directory.EnumerateFiles(folder.Path("P/obj")).ToDictionary(f => "P/obj/" + Path.GetFileName(f), f => File.ReadAllText(f).Replace(folder.Root, "$ROOT$", StringComparison.Ordinal), StringComparer.Ordinal);
    }
}
