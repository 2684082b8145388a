using System.Reflection;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Tests.Contracts;

/// <summary>What members do to locks: each is called, and the validator's own books are compared with the attribute.</summary>
public sealed class LockContractTests
{
    [Fact]
    public void Acquires_IsHeldAfterwards_InThatMode() => EachOf("AcquiresLock", static (contract, world) =>
    {
        LockBase gate = GateOf(world, contract);
        string? wrong = null;
        ModelViolationException? found = world.Call([], () =>
        {
            world.Invoke(contract);
            if (!world.Lockdep.HoldsAny(gate) || world.Lockdep.Holds(gate) == contract.IsShared) wrong = "is not held in that mode afterwards";
        });
        return found?.Message ?? wrong;
    });

    [Fact]
    public void TryAcquires_IsHeldAfterwards_WhenItReturnsTrue() => EachOf("TryAcquiresLock", static (contract, world) =>
    {
        LockBase gate = GateOf(world, contract);
        string? wrong = null;
        ModelViolationException? found = world.Call([], () =>
        {
            object? result = ((MethodInfo)contract.Member).Invoke(world.Of(contract.Owner), null);
            if (result is not true || !world.Lockdep.HoldsAny(gate) || world.Lockdep.Holds(gate) == contract.IsShared) wrong = "is not held in that mode afterwards";
        });
        return found?.Message ?? wrong;
    });

    [Fact]
    public void Releases_WithoutHolding_IsRefused_AndLetsGoOtherwise() => EachOf("ReleasesLock", static (contract, world) =>
    {
        LockBase gate = GateOf(world, contract);
        if (world.Call([], () => world.Invoke(contract)) is not { Invariant: "not held" }) return "released without being held, and nobody objects";
        world = new ContractWorld(contract.Owner);
        LockBase held = GateOf(world, contract);
        string? wrong = null;
        ModelViolationException? found = world.Call([(held, contract.IsShared)], () =>
        {
            world.Invoke(contract);
            if (world.Lockdep.HoldsAny(held)) wrong = "is held afterwards";
        });
        if (found is not null || wrong is not null) return found?.Message ?? wrong;
        if (held is not (RwSemaphore or RwSpinLock)) return null;
        world = new ContractWorld(contract.Owner);
        return world.Call([(GateOf(world, contract), !contract.IsShared)], () => world.Invoke(contract)) is { Invariant: "wrong mode" } ? null : "released in the other mode, and nobody objects";
    });

    [Fact]
    public void Downgrades_FromExclusiveToShared_AndFromNothingElse() => EachOf("DowngradesLock", static (contract, world) =>
    {
        LockBase gate = GateOf(world, contract);
        if (world.Call([], () => world.Invoke(contract)) is not { Invariant: "not held" }) return "downgraded without being held, and nobody objects";
        world = new ContractWorld(contract.Owner);
        gate = GateOf(world, contract);
        if (world.Call([(gate, true)], () => world.Invoke(contract)) is not { Invariant: "wrong mode" }) return "downgraded from shared, and nobody objects";
        world = new ContractWorld(contract.Owner);
        LockBase held = GateOf(world, contract);
        string? wrong = null;
        ModelViolationException? found = world.Call([(held, false)], () =>
        {
            world.Invoke(contract);
            if (!world.Lockdep.HoldsAny(held) || world.Lockdep.Holds(held)) wrong = "is not held shared afterwards";
        });
        return found?.Message ?? wrong;
    });

    [Fact]
    public void Asserts_WithoutHolding_IsRefused() => EachOf("AssertsLock", static (contract, world) =>
    {
        LockBase gate = GateOf(world, contract);
        if (world.Call([], () => world.Invoke(contract)) is not { Invariant: "lock required" }) return "asserted without being held, and nobody objects";
        world = new ContractWorld(contract.Owner);
        return world.Call([(GateOf(world, contract), contract.IsShared)], () => world.Invoke(contract))?.Message;
    });

    [Fact]
    public void Tests_AreTrueOfWhatIsHeld_AndOfNothingElse() => EachOf("TestsLock", static (contract, world) =>
    {
        var gate = world.Get<RwSemaphore>();
        bool Ask() => (bool)((MethodInfo)contract.Member).Invoke(world.Lockdep, [gate])!;
        bool without = Ask();
        bool shared = false;
        bool exclusive = false;
        _ = world.Call([(gate, true)], () => shared = Ask());
        world = new ContractWorld(contract.Owner);
        gate = world.Get<RwSemaphore>();
        _ = world.Call([(gate, false)], () => exclusive = Ask());
        return !without && shared == contract.IsShared && exclusive ? null : $"{without}, {shared}, {exclusive}";
    });

    [Fact]
    public void Waits_InsideWhatIsWaitedFor_IsRefused() => EachOf("WaitsFor", static (contract, world) =>
        world.Call([(GateOf(world, contract), true)], () => world.Invoke(contract)) is { Invariant: "waits for itself" or "sleep in atomic" } ? null : "nobody objects");

    [Fact]
    public void Token_OfAnotherSection_IsRefused() => EachOf("LockToken", static (contract, world) =>
    {
        if (contract.Part == "return") return null;
        var srcu = world.Get<Srcu>();
        return world.Call([], () => srcu.ReadUnlock(srcu.ReadLock() ^ 1)) is { Invariant: "wrong token" } ? null : "nobody objects";
    });

    [Fact]
    public void Scopes_HoldWhatTheySay()
    {
        string[] problems = [.. ScopeCalls.Names.SelectMany(ScopeCalls.Check)];
        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    /// <summary>The order that is declared is known before anybody has taken two locks in it.</summary>
    [Fact]
    public void DeclaredOrder_TakenTheOtherWayRound_IsRefusedTheFirstTime()
    {
        var problems = new List<string>();
        foreach (Contract contract in Contract.All.Where(static c => c.Kind is "AcquiredAfter" or "AcquiredBefore"))
        {
            foreach (string expression in contract.Arguments)
            {
                var world = new ContractWorld(contract.Owner);
                var own = (LockBase)((PropertyInfo)contract.Member).GetValue(world.Of(contract.Owner))!;
                LockBase other = world.Resolve(contract, expression);
                (LockBase outer, LockBase inner) = contract.Kind == "AcquiredAfter" ? (other, own) : (own, other);
                // Who enters a read section waits for nobody, wherever that is.
                if (outer is Srcu or Rcu) continue;
                ModelViolationException? found = world.Call([(inner, inner is Srcu)], () => ContractWorld.Take(outer, shared: false));
                if (found is not { Invariant: "lock order" or "sleep in atomic" }) problems.Add($"{contract.Name}: {outer} taken inside {inner}, and nobody objects");
            }
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static LockBase GateOf(ContractWorld world, Contract contract) => contract.Arguments.Count == 0 ? (LockBase)world.Of(contract.Owner) : world.Resolve(contract, contract.Arguments[0]);

    private static void EachOf(string kind, Func<Contract, ContractWorld, string?> check)
    {
        var problems = new List<string>();
        int checks = 0;
        foreach (Contract contract in Contract.All.Where(c => c.Kind == kind && !ScopeCalls.Covers(c)))
        {
            checks++;
            if (check(contract, new ContractWorld(contract.Owner)) is { } problem) problems.Add($"{contract}: {problem}");
        }
        Assert.NotEqual(0, checks);
        Assert.True(problems.Count == 0, $"{problems.Count} of {checks}:\n{string.Join('\n', problems)}");
    }
}
