using System.Text.Json;
using LockCheck.Contracts;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary><c>lockcheck contracts</c>: what the analysis believes, and where it has it from.</summary>
public sealed class ContractsTests
{
    const string Source = """
        using LockDiscipline;
        interface IStore
        {
            object Gate { get; }
            [RequiresLock("Gate")] void Put(int value);
        }
        class Store : IStore
        {
            private readonly object _gate = new();
            public object Gate => _gate;
            [GuardedBy("_gate")] private int _value;
            [GuardedBy("_gat")] private int _other;
            public void Put(int value) => _value = value;
        }
        """;

    const string File = "# Ours.\nStore.Gate: ReturnsLock(\"_gate\")\nStore.Missing: MaySleep\n";

    static async Task<List<string>> Told(string? api)
    {
        var project = InMemory.Project("/src", new Dictionary<string, string> { ["C.cs"] = Source, ["own.contracts"] = File });
        var listing = await ContractListing.CreateAsync(project, "/src", CancellationToken.None);
        return [.. (api is null ? listing.OfProject() : listing.OfApi(api)).SelectMany(m => m.Contracts.IsEmpty ? [$"{m.Name}: nothing"] : m.Contracts.Select(c => $"{m.Name}: {c.Text}{(c.Bound is { } b ? $" -> {b}" : "")} [{c.Source}]{(c.Problem is { } p ? " !" + p : "")}"))];
    }

    [Fact]
    public async Task Project_HasItsOwnContracts_Bound_Inherited_AndUnbound()
    {
        var told = await Told(null);
        Assert.Contains("IStore.Put(int): RequiresLock(\"Gate\") -> this.Gate [C.cs:5]", told);
        Assert.Contains("Store.Put(int): RequiresLock(\"Gate\") -> this._gate [inherited from IStore.Put(int)]", told);
        Assert.Contains("Store._value: GuardedBy(\"_gate\") -> this._gate [C.cs:11]", told);
        Assert.Contains(told, t => t.StartsWith("Store._other: GuardedBy(\"_gat\") [C.cs:12] !", StringComparison.Ordinal) && t.Contains("'_gat'", StringComparison.Ordinal));
        Assert.Contains("Store.Gate: ReturnsLock(\"_gate\") -> this._gate [own.contracts]", told);
        Assert.Contains(told, t => t.StartsWith("Store.Missing: MaySleep [own.contracts:3] !", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Monitor.Exit", "System.Threading.Monitor.Exit(object): ReleasesLock(\"obj\") -> obj [built in]")]
    [InlineData("M:System.Threading.Monitor.Exit(System.Object)", "System.Threading.Monitor.Exit(object): ReleasesLock(\"obj\") -> obj [built in]")]
    [InlineData("Store.Put", "Store.Put(int): RequiresLock(\"Gate\") -> this._gate [inherited from IStore.Put(int)]")]
    [InlineData("string.Trim", null)]
    [InlineData("String.TrimStart", "string.TrimStart(): nothing")]
    public async Task Api_IsFoundByItsName(string name, string? expected)
    {
        var told = await Told(name);
        if (expected is null)
            Assert.Empty(told);
        else
            Assert.Contains(expected, told);
    }

    [Fact]
    public async Task Command_KnowsTheFrameworkWithoutAProject_AndExitsByWhatIsUnbound()
    {
        using var folder = new TempFolder();
        var run = await Tool.AsProcess(folder, "contracts", "--api", "SpinLock.Exit");
        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.StartsWith("System.Threading.SpinLock.Exit()  (method, System.Private.CoreLib)\n  ReleasesLock  [built in]\n", run.Output, StringComparison.Ordinal);

        folder.AddProject("P.csproj").Add("A.cs", GitFolder.Attributes).Add("C.cs", Source);
        run = await Tool.InProcess(folder, [], "contracts", folder.Root, "--format", "json");
        Assert.Equal(ExitCode.Findings, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Contains(json.RootElement.GetProperty("members").EnumerateArray(), m => m.GetProperty("id").GetString() == "F:Store._other" && m.GetProperty("contracts")[0].TryGetProperty("problem", out _));

        run = await Tool.InProcess(folder, [], "contracts", folder.Root, "--no-restore", "--api", "Store.Pot");
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
        Assert.Contains("Did you mean Store.Put", run.Error, StringComparison.Ordinal);
    }
}
