using System.Text;
using MemoryModel.Exploration;
using MemoryModel.Locking;

namespace MemoryModel.Tests.Exploration;

/// <summary>That leaving schedules out leaves no outcome out: random small programs, every schedule within the bound against those that the reduction keeps.</summary>
public sealed class ReductionTests
{
    private static readonly int s_programs = int.TryParse(Environment.GetEnvironmentVariable("LOCKDISCIPLINE_PROGRAMS"), out int programs) ? programs : 100;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void EveryOutcomeWithinTheBound_IsReachedByAScheduleThatIsKept(int bound)
    {
        long all = 0;
        long kept = 0;
        for (int seed = 0; seed < s_programs; seed++)
        {
            int[][] program = Draw(new Random(seed));
            if (bound == int.MaxValue && program.Sum(static steps => steps.Sum(CostOf)) > 8) continue;
            HashSet<string> expected = [];
            HashSet<string> actual = [];
            ExplorationResult every = Explorer.Exhaust(() => Run(program, expected), new ExhaustiveStrategy(bound, reduces: false));
            ExplorationResult some = Explorer.Exhaust(() => Run(program, actual), new ExhaustiveStrategy(bound));

            Assert.Null(every.Failure);
            Assert.Null(some.Failure);
            Assert.True(expected.SetEquals(actual), $"program {seed}: {expected.Count} outcomes, {actual.Count} with the reduction");
            Assert.Equal(every.Schedules, some.Schedules);
            all += every.Runs;
            kept += some.Runs;
        }
        if (bound > 0) Assert.True(kept < all, $"{kept} of {all} runs");
    }

    /// <summary>Two or three tasks of a few steps: 0 to 1 read a cell, 2 to 3 change one, 4 to 5 do so under a lock, 6 reads under it shared, 7 changes one if the lock is free, 8 reads in an SRCU section, 9 replaces and waits for such.</summary>
    private static int[][] Draw(Random random)
    {
        int tasks = random.Next(2, 4);
        return [.. Enumerable.Range(0, tasks).Select(_ => Enumerable.Range(0, random.Next(1, tasks == 2 ? 6 : 3)).Select(_ => random.Next(10)).ToArray())];
    }

    private static int CostOf(int step) => step switch
    {
        < 4 => 1,
        4 or 5 or 7 => 4,
        _ => 3,
    };

    private static Trial Run(int[][] program, HashSet<string> outcomes)
    {
        var shared = new Shared();
        var gate = new RwSemaphore("gate");
        var srcu = new Srcu("srcu");
        var seen = new StringBuilder[program.Length];
        return new Trial([.. program.Select((steps, task) => new TrialTask($"task {task}", () =>
        {
            seen[task] = new StringBuilder();
            for (int i = 0; i < steps.Length; i++) Step(steps[i], (task * 10) + i + 1, shared, gate, srcu, seen[task]);
        }))])
        {
            AtEnd = () => outcomes.Add($"{string.Join('/', seen.Select(static text => text.ToString()))}: {shared.Peek(0)} {shared.Peek(1)}"),
        };
    }

    private static void Step(int step, int value, Shared shared, RwSemaphore gate, Srcu srcu, StringBuilder seen)
    {
        switch (step)
        {
            case 0 or 1:
                seen.Append(shared.Read(step)).Append(',');
                break;
            case 2 or 3:
                shared.Write(step - 2, value);
                break;
            case 4 or 5:
                using (gate.Write()) shared.Write(step - 4, shared.Read(step - 4) + value);
                break;
            case 7:
                seen.Append(gate.TryWriteLock() ? '+' : '-');
                if (seen[^1] == '-') break;
                shared.Write(0, value);
                gate.WriteUnlock();
                break;
            case 8:
                using (srcu.Read()) seen.Append(shared.Read(1)).Append(',');
                break;
            case 9:
                shared.Write(1, value);
                srcu.Synchronize();
                break;
            default:
                using (gate.Read()) seen.Append(shared.Read(0)).Append(',');
                break;
        }
    }
}
