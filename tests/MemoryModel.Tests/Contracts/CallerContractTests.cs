using System.Reflection;
using MemoryModel.Locking;

namespace MemoryModel.Tests.Contracts;

/// <summary>What a caller has to see to: each member of the model is called without it, and the validator must say so.</summary>
public sealed class CallerContractTests
{
    private static readonly string[] s_excluded = ["lock excluded", "recursive lock", "sleep in atomic", "waits for itself"];

    [Fact]
    public void RequiredLockMissing_IsRefused() => EachOf("RequiresLock", static (contract, problems) =>
    {
        foreach (string expression in contract.Arguments)
        {
            var world = new ContractWorld(contract.Owner);
            LockBase needed = world.Resolve(contract, expression);
            List<(LockBase Gate, bool IsShared)> others = [.. world.Needs(contract).Where(hold => hold.Gate != needed)];
            Expect(problems, contract, needed, world.Call(others, () => world.Invoke(contract)), "lock required", "not held");
            if (contract.IsShared || needed is not (RwSemaphore or RwSpinLock)) continue;

            world = new ContractWorld(contract.Owner);
            needed = world.Resolve(contract, expression);
            List<(LockBase Gate, bool IsShared)> weaker = [.. world.Needs(contract).Select(hold => (hold.Gate, hold.IsShared || hold.Gate == needed))];
            Expect(problems, contract, needed, world.Call(weaker, () => world.Invoke(contract)), "lock required");
        }
    });

    [Fact]
    public void ExcludedLockHeld_IsRefused() => EachOf("ExcludesLock", static (contract, problems) =>
    {
        foreach (string expression in contract.Arguments.DefaultIfEmpty("this"))
        {
            var world = new ContractWorld(contract.Owner);
            LockBase excluded = expression == "this" ? (LockBase)world.Of(contract.Owner) : world.Resolve(contract, expression);
            List<(LockBase Gate, bool IsShared)> holds = ContractWorld.Inside(world.Needs(contract).Append((excluded, excluded is Srcu or Rcu)));
            Expect(problems, contract, excluded, world.Call(holds, () => world.Invoke(contract)), s_excluded);
        }
    });

    [Fact]
    public void CallThatMaySleep_UnderASpinningLock_IsRefused() => EachOf("MaySleep", static (contract, problems) =>
    {
        var world = new ContractWorld(contract.Owner);
        Expect(problems, contract, world.Probe, world.Call([.. world.Needs(contract), (world.Probe, false)], () => world.Invoke(contract)), "sleep in atomic");
    });

    /// <summary>The other direction: a caller who does see to it is not refused for that.</summary>
    [Fact]
    public void EverythingSeenTo_IsNotRefused() => EachOf("RequiresLock", static (contract, problems) =>
    {
        var world = new ContractWorld(contract.Owner);
        if (world.Call(world.Needs(contract), () => world.Invoke(contract)) is { Invariant: "lock required" or "lock excluded" or "recursive lock" or "lock order" or "sleep in atomic" } wrong) problems.Add($"{contract}: {wrong.Message}");
    });

    private static void EachOf(string kind, Action<Contract, List<string>> check)
    {
        var problems = new List<string>();
        int checks = 0;
        foreach (Contract contract in Contract.All.Where(c => c.Kind == kind && c.Member is MethodBase && !c.IsCallback))
        {
            if (ScopeCalls.Covers(contract)) continue;
            check(contract, problems);
            checks++;
        }
        Assert.True(checks > 10, $"{checks} contracts");
        Assert.True(problems.Count == 0, $"{problems.Count} of {checks}:\n{string.Join('\n', problems)}");
    }

    private static void Expect(List<string> problems, Contract contract, LockBase gate, ModelViolationException? found, params string[] invariants)
    {
        if (found is null) problems.Add($"{contract}: nobody objects ({gate})");
        else if (!invariants.Contains(found.Invariant) || !found.Message.Contains(gate.Class.Name, StringComparison.Ordinal)) problems.Add($"{contract}, {gate}: {found.Message}");
    }
}
