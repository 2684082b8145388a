using MemoryModel.Exploration;
using MemoryModel.Locking;

namespace MemoryModel.Tests.Exploration;

public sealed class ExplorerTests
{
    [Fact]
    public void LostUpdate_NeedsOnePreemption()
    {
        Assert.Null(Explorer.Exhaust(LostUpdate, preemptions: 0).Failure);
        Failure failure = Explorer.Exhaust(LostUpdate, preemptions: 1).Failure!;

        Assert.Equal("InvalidOperationException", failure.Invariant);
        Assert.Contains("1 of 2", failure.Message);
    }

    [Fact]
    public void StepsThatDoNotConcernEachOther_AreOneSchedule()
    {
        ExplorationResult result = Explorer.Exhaust(static () => Writers(3, 4, static task => task), preemptions: null);

        Assert.True(result.IsComplete);
        Assert.Equal(1, result.Schedules);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 6)]
    [InlineData(4, 70)]
    public void StepsOnOneObject_AreEveryMerge(int steps, long merges)
    {
        ExplorationResult result = Explorer.Exhaust(() => Writers(2, steps, static _ => 0), preemptions: null);
        Assert.Equal(merges, result.Schedules);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 8)]
    [InlineData(2, 26)]
    public void StepsOnOneObject_AreEveryMergeWithinTheBound(int preemptions, long merges)
    {
        // Four steps each: the blocks that a merge consists of are one more than its preemptions allow, and one more where the last block ends its task.
        long expected = Enumerable.Range(0, 1 << 8).Count(mask => System.Numerics.BitOperations.PopCount((uint)mask) == 4 && Preemptions(mask) <= preemptions);
        ExplorationResult result = Explorer.Exhaust(static () => Writers(2, 4, static _ => 0), preemptions);

        Assert.Equal(merges, expected);
        Assert.Equal(merges, result.Schedules);
    }

    [Fact]
    public void ReadersOfOneLock_AreOneSchedule()
    {
        ExplorationResult result = Explorer.Exhaust(static () =>
        {
            var gate = new RwSemaphore("gate");
            return new Trial(new TrialTask("a", () => Read(gate)), new TrialTask("b", () => Read(gate)));
        }, preemptions: null);

        Assert.Equal(1, result.Schedules);
    }

    [Fact]
    public void Deadlock_NamesWhatEachHoldsAndWants()
    {
        Failure failure = Explorer.Exhaust(static () =>
        {
            var a = new MutexLock("a");
            var b = new MutexLock("b");
            return new Trial(new TrialTask("first", () => Nest(a, b)), new TrialTask("second", () => Nest(b, a)));
        }, preemptions: 1).Failure!;

        Assert.Equal("deadlock", failure.Invariant);
        Assert.Equal("first, second", failure.Task);
        Assert.Equal("deadlock: first takes b, holding a; second takes a, holding b", failure.Message);
        Assert.Equal("0*2 1*2", failure.Schedule.ToString());
        Assert.Equal(
            """
              | first   | second
            - | ------- | -------
            1 | begins  |
            2 | takes a |
            3 |         | begins
            4 |         | takes b

            """, failure.Trace.ToString());
    }

    [Fact]
    public void WaitForReadersInsideASectionOfTheOther_Deadlocks()
    {
        Failure failure = Explorer.Exhaust(static () =>
        {
            var srcu = new Srcu("srcu");
            var slots = new MutexLock("slots_lock");
            return new Trial(
                new TrialTask("reader", () =>
                {
                    using (srcu.Read())
                    using (slots.Hold())
                    {
                    }
                }),
                new TrialTask("updater", () =>
                {
                    using (slots.Hold()) srcu.Synchronize();
                }));
        }, preemptions: 1).Failure!;

        Assert.Equal("deadlock", failure.Invariant);
        Assert.Contains("updater waits at srcu for readers, holding slots_lock", failure.Message);
    }

    [Fact]
    public void HeldAtReturn_IsAFailureWithItsHistory()
    {
        Failure failure = Explorer.Exhaust(static () =>
        {
            var gate = new MutexLock("gate", new Lockdep());
            return new Trial(new TrialTask("ioctl", gate.Lock));
        }).Failure!;

        Assert.Equal("held at return", failure.Invariant);
        Assert.Equal("ioctl", failure.Task);
        Assert.Equal(["begins", "takes gate"], failure.Trace.Steps.Select(static step => step.Text));
    }

    [Fact]
    public void TaskThatTriesAgain_LetsTheOthersGoOn()
    {
        ExplorationResult result = Explorer.Exhaust(static () =>
        {
            var shared = new Shared();
            return new Trial(
                new TrialTask("waiter", () =>
                {
                    while (shared.Read(0) == 0) SwitchPoint.Yield();
                }),
                new TrialTask("setter", () =>
                {
                    shared.Write(1, 1);
                    shared.Write(0, 1);
                }));
        }, preemptions: null);

        Assert.Null(result.Failure);
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void TasksThatTryAgainForEver_AreALivelock()
    {
        Failure failure = Explorer.Exhaust(static () =>
        {
            var shared = new Shared();
            return new Trial(new TrialTask("waiter", () =>
            {
                while (shared.Read(0) == 0) SwitchPoint.Yield();
            }));
        }).Failure!;
        Assert.Equal("livelock", failure.Invariant);
    }

    [Fact]
    public void TrialThatDoesSomethingElseEachTime_IsRefused()
    {
        int runs = 0;
        Failure failure = Explorer.Exhaust(() =>
        {
            int run = ++runs;
            var shared = new Shared();
            return new Trial(new TrialTask("a", () => shared.Write(run % 2, 1)), new TrialTask("b", () =>
            {
                shared.Write(0, 1);
                if (run % 2 == 0) shared.Write(1, 1);
            }));
        }, preemptions: null).Failure!;

        Assert.Equal("schedule", failure.Invariant);
        Assert.Contains("something else than before", failure.Message);
    }

    [Fact]
    public void Sampling_FindsTheRaceAndReplaysFromItsSeedAndFromItsSchedule()
    {
        Failure failure = Explorer.Sample(LostUpdate, seed: 1, runs: 1000, depth: 2, horizon: 6).Failure!;

        Failure again = Explorer.Replay(LostUpdate, failure.Seed!.Value, depth: 2, horizon: 6)!;
        Assert.Equal(failure.ToString(), again.ToString());
        Assert.Equal(failure.Schedule, Explorer.Replay(LostUpdate, Schedule.Parse(failure.Schedule.ToString()))!.Schedule);
    }

    [Fact]
    public void Sampling_OfWhatIsRight_FindsNothing()
    {
        ExplorationResult result = Explorer.Sample(static () => Writers(3, 3, static _ => 0), seed: 7, runs: 200, horizon: 12);

        Assert.Null(result.Failure);
        Assert.False(result.IsComplete);
        Assert.InRange(result.Schedules, 20, 200);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0*5 1*3 0 2*7")]
    public void Schedule_ReadsWhatItWrites(string text) => Assert.Equal(text, Schedule.Parse(text).ToString());

    [Theory]
    [InlineData("x")]
    [InlineData("9")]
    [InlineData("1*")]
    [InlineData("1*0")]
    [InlineData("-1")]
    public void Schedule_OfSomethingElse_IsRefused(string text) => Assert.Throws<FormatException>(() => Schedule.Parse(text));

    [Fact]
    public void WhenQuiet_SeesTheStatesBetweenSteps()
    {
        Failure failure = Explorer.Exhaust(static () =>
        {
            var shared = new Shared();
            return new Trial(new TrialTask("a", () =>
            {
                shared.Write(0, 1);
                shared.Write(0, 0);
            }))
            {
                WhenQuiet = () =>
                {
                    if (shared.Peek(0) == 1) throw new ModelViolationException("E0", "a", "it is 1");
                },
            };
        }).Failure!;
        Assert.Equal("E0", failure.Invariant);
    }

    private static int Preemptions(int mask)
    {
        int preemptions = 0;
        for (int i = 1; i < 8; i++)
        {
            bool before = (mask >> (i - 1) & 1) != 0;
            int left = 4 - System.Numerics.BitOperations.PopCount((uint)((before ? mask : ~mask) & ((1 << i) - 1)));
            if (before != ((mask >> i & 1) != 0) && left > 0) preemptions++;
        }
        return preemptions;
    }

    private static Trial Writers(int tasks, int steps, Func<int, int> cell)
    {
        var shared = new Shared();
        return new Trial([.. Enumerable.Range(0, tasks).Select(task => new TrialTask($"task {task}", () =>
        {
            for (int i = 0; i < steps; i++) shared.Write(cell(task), 1);
        }))]);
    }

    private static Trial LostUpdate()
    {
        var shared = new Shared();
        void Add() => shared.Write(0, shared.Read(0) + 1);
        return new Trial(new TrialTask("a", Add), new TrialTask("b", Add))
        {
            AtEnd = () =>
            {
                if (shared.Peek(0) != 2) throw new InvalidOperationException($"{shared.Peek(0)} of 2");
            },
        };
    }

    private static void Read(RwSemaphore gate)
    {
        using (gate.Read())
        {
        }
    }

    private static void Nest(MutexLock outer, MutexLock inner)
    {
        using (outer.Hold())
        using (inner.Hold())
        {
        }
    }
}
