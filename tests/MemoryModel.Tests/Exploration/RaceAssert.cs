using MemoryModel.Exploration;

namespace MemoryModel.Tests.Exploration;

/// <summary>What an exploration has to come to.</summary>
internal static class RaceAssert
{
    /// <summary>Nothing goes wrong in any schedule up to the bound.</summary>
    public static void Free(Func<Trial> setup, int preemptions)
    {
        ExplorationResult result = Explorer.Exhaust(setup, preemptions);
        Assert.True(result.Failure is null, result.Failure?.ToString());
        Assert.True(result.IsComplete);
    }

    /// <summary>Something goes wrong in some schedule up to the bound, and in the same one each time.</summary>
    public static Failure Found(Func<Trial> setup, int preemptions)
    {
        ExplorationResult result = Explorer.Exhaust(setup, preemptions);
        Assert.NotNull(result.Failure);
        Assert.Equal(result.Failure.ToString(), Explorer.Replay(setup, result.Failure.Schedule)!.ToString());
        return result.Failure;
    }
}
