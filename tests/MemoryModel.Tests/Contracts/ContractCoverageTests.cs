namespace MemoryModel.Tests.Contracts;

/// <summary>Every contract of the interface is enforced as the model runs, and a test shows it; or it stands here with the reason why it cannot be. What is new and neither makes this fail.</summary>
public sealed class ContractCoverageTests
{
    /// <summary>Kinds for which each contract of the interface is found by reflection and tried.</summary>
    private static readonly string[] s_tried =
    [
        "RequiresLock", "ExcludesLock", "MaySleep", "NoSleep", "AcquiresLock", "TryAcquiresLock", "ReleasesLock", "DowngradesLock", "AssertsLock", "TestsLock", "WaitsFor", "LockToken", "AcquiredAfter", "AcquiredBefore",
    ];

    /// <summary>What the validator does not see, and why.</summary>
    private static readonly Dictionary<string, string> s_unseen = new()
    {
        ["MustCheck"] = "a result that nobody looks at leaves no trace in a running program",
        ["ErrorTest"] = "says what a member means, and asks nothing of anybody; that a value is read after a failure is seen ([OnSuccess])",
        ["SuccessTest"] = "as [ErrorTest]",
        ["ContainmentTest"] = "says what a member means, and asks nothing of anybody",
        ["NearestMatch"] = "whether a comparison was made is not to be seen; what comes of using the wrong area is: its pages are others'",
        ["Lock"] = "says that a type is a lock: the members that take it are what is tried",
        ["ScopedLock"] = "says that a type is a scope: each scope is tried",
        ["LockedVariant"] = "a hint for messages: that the lock is taken again is refused whichever variant there is",
        ["NoLockAnalysis"] = "says that the analyzers pass a member over",
        ["ValidUnder ReverseMap.At"] = "a root lives on with the vCPUs that use it: what ends with the hold is its place in the list, and a list that was walked wrongly is E14",
    };

    [Fact]
    public void EveryContract_IsTried_OrStandsInTheTableWithAReason()
    {
        string[] missing = [.. Contract.All.Where(static c => !IsSeenTo(c)).Select(static c => c.ToString())];
        Assert.True(missing.Length == 0, "neither tried nor explained:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void Tables_NameNothingThatThereIsNot()
    {
        foreach (string entry in s_unseen.Keys.Concat(ProtocolContractTests.Scenarios.Keys)) Assert.Contains(Contract.All, c => entry == c.Kind || entry == $"{c.Kind} {c.Name}");
    }

    /// <summary>The counts that docs/model.md states.</summary>
    [Fact]
    public void Interface_HasHundredsOfContracts()
    {
        int unseen = Contract.All.Count(static c => s_unseen.ContainsKey(c.Kind) || s_unseen.ContainsKey($"{c.Kind} {c.Name}"));
        Assert.InRange(Contract.All.Count - unseen, 350, 1000);
    }

    private static bool IsSeenTo(Contract contract)
    {
        string key = $"{contract.Kind} {contract.Name}";
        // A property that may sleep cannot be called as a method, a field not at all.
        if (s_tried.Contains(contract.Kind)) return contract.Member is System.Reflection.MethodBase or Type || contract.Kind is "AcquiredAfter" or "AcquiredBefore";
        return s_unseen.ContainsKey(contract.Kind) || s_unseen.ContainsKey(key) || ProtocolContractTests.Scenarios.ContainsKey(key);
    }
}
