using System.Diagnostics;
using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;
using Xunit.Abstractions;

namespace MemoryModel.Tests.Exploration;

/// <summary>The races of the threads: found in the form that was posted, absent from the repaired one within the bound. How many schedules that took is in the output.</summary>
public sealed class RaceTests(ITestOutputHelper output)
{
    [Fact]
    public void GetUserPages_AsPosted_IsFound()
    {
        Failure failure = Found(() => RaceMachine.GetUserPages(static machine => machine.FaultUnchecked()), 1);

        Assert.Contains(failure.Invariant, (string[])["E1", "E3"]);
        AssertReplays(() => RaceMachine.GetUserPages(static machine => machine.FaultUnchecked()), failure);
    }

    [Fact]
    public void GetUserPages_ProgressAloneAsked_IsFound() =>
        Found(() => RaceMachine.GetUserPages(static machine => machine.FaultCheckingProgressOnly()), 1);

    [Fact]
    public void GetUserPages_SampledTooLate_IsFound() =>
        Found(() => RaceMachine.GetUserPages(static machine => machine.FaultSampledTooLate()), 1);

    [Fact]
    public void GetUserPages_SequenceChecked_IsFreeUpToTheBound() =>
        Free(() => RaceMachine.GetUserPages(static machine => machine.Fault()), 3);

    [Fact]
    public void GetUserPages_SequenceChecked_EveryInvariantHoldsBetweenSteps() =>
        Free(() => RaceMachine.GetUserPages(static machine => machine.Fault(), isWatchedBetweenSteps: true), 1);

    [Fact]
    public void GetUserPages_AsPosted_IsFoundByChanceAndReplaysFromItsSeed()
    {
        static Trial Posted() => RaceMachine.GetUserPages(static machine => machine.FaultUnchecked());
        ExplorationResult result = Explorer.Sample(Posted, seed: 1, runs: 2000);
        Assert.NotNull(result.Failure);
        output.WriteLine($"found in run {result.Runs}, seed {result.Failure.Seed}");

        Assert.Equal(result.Failure.ToString(), Explorer.Replay(Posted, result.Failure.Seed!.Value)!.ToString());
    }

    [Fact]
    public void GetUserPages_AsPostedAndPinned_ProcessAndGuestPart()
    {
        Failure failure = Found(() => RaceMachine.GetUserPages(static machine => machine.FaultUnchecked(), pins: true), 1);
        Assert.Equal("E1", failure.Invariant);
    }

    [Fact]
    public void SwapOutAgainstGuestWrite_IsFreeUpToTheBound() => Free(() =>
    {
        var machine = new RaceMachine();
        return new Trial(
            new TrialTask("vCPU", () => Assert.True(machine.Vcpu.Write(RaceMachine.Frame.Address, 9).IsDone)),
            new TrialTask("reclaim", () => _ = machine.Mm.SwapOut(RaceMachine.Host)))
        {
            AtEnd = () =>
            {
                machine.Check();
                Assert.Equal(9ul, machine.Mm.Read(RaceMachine.Host).Value);
            },
        };
    }, 2);

    [Fact]
    public void SlotDeletionAgainstFaultAndInvalidation_IsFreeUpToTheBound() => Free(() =>
    {
        var machine = new RaceMachine();
        return new Trial(
            new TrialTask("vCPU", () => machine.Fault()),
            new TrialTask("madvise", machine.DontNeed),
            new TrialTask("delete", machine.DeleteSlot))
        {
            AtEnd = machine.Check,
        };
    }, 1);

    [Fact]
    public void PrivatePage_StaleCheckSkipped_IsFoundAgainstPunch()
    {
        Failure failure = Found(() => PrivatePage(static machine => machine.FaultUnchecked()), 1);
        Assert.Contains(failure.Invariant, (string[])["E1", "E2", "E3"]);
    }

    [Fact]
    public void PrivatePage_Checked_IsFreeUpToTheBound() => Free(() => PrivatePage(static machine => machine.Fault()), 2);

    [Fact]
    public void FreeBeforeFlush_IsFound()
    {
        Failure failure = Found(() => Flush(static machine => machine.FreeBeforeFlush()), 1);
        Assert.Equal("E3", failure.Invariant);
    }

    [Fact]
    public void FlushBeforeFree_IsFreeUpToTheBound() => Free(() => Flush(static machine => machine.FlushBeforeFree()), 1);

    [Fact]
    public void SlotsLockUnderMmapLock_WithoutValidator_Deadlocks()
    {
        Failure failure = Found(() => Opposite(isWatched: false), 1);

        Assert.Equal("deadlock", failure.Invariant);
        Assert.Contains("slots_lock", failure.Message);
        Assert.Contains("mmap_lock", failure.Message);
        AssertReplays(() => Opposite(isWatched: false), failure);
    }

    [Fact]
    public void SlotsLockUnderMmapLock_WithValidator_IsRefusedInEverySchedule()
    {
        Failure failure = Found(() => Opposite(isWatched: true), 0);
        Assert.Equal("lock order", failure.Invariant);
    }

    [Fact]
    public void SlotsLockOutsideMmapLock_IsFreeWithAnyNumberOfPreemptions()
    {
        ExplorationResult result = Explorer.Exhaust(static () =>
        {
            var machine = new RaceMachine();
            return new Trial(new TrialTask("populate", () => Populate(machine)), new TrialTask("release", () => Populate(machine)));
        }, preemptions: null);

        Assert.Null(result.Failure);
        Assert.True(result.IsComplete);
    }

    private static Trial PrivatePage(Action<RaceMachine> fault)
    {
        var machine = new RaceMachine(isPrivate: true);
        return new Trial(new TrialTask("vCPU", () => fault(machine)), new TrialTask("punch", machine.Punch)) { AtEnd = machine.Check };
    }

    private static Trial Flush(Action<RaceMachine> drop)
    {
        var machine = new RaceMachine();
        machine.Fault();
        Assert.True(machine.Vcpu.Read(RaceMachine.Frame.Address).IsDone);
        return new Trial(
            new TrialTask("vCPU", () => Assert.True(machine.Vcpu.Read(RaceMachine.Frame.Address).IsDone)),
            new TrialTask("unmap", () => drop(machine)))
        {
            AtEnd = machine.Check,
        };
    }

    /// <summary>Populating private memory takes the mmap lock under the slots_lock; a file that were released under the mmap lock would take the slots_lock there.</summary>
    private static Trial Opposite(bool isWatched)
    {
        var machine = new RaceMachine(isWatched);
        return new Trial(
            new TrialTask("populate", () => Populate(machine)),
            new TrialTask("munmap", () =>
            {
                using (machine.Mm.MmapWrite())
                using (machine.Kvm.SlotsLock.Hold())
                {
                }
            }));
    }

    private static void Populate(RaceMachine machine)
    {
        using (machine.Kvm.SlotsLock.Hold())
        using (machine.Mm.MmapRead())
        {
        }
    }

    private Failure Found(Func<Trial> setup, int preemptions)
    {
        var time = Stopwatch.StartNew();
        ExplorationResult result = Explorer.Exhaust(setup, preemptions);
        output.WriteLine($"found in run {result.Runs}, {time.Elapsed.TotalSeconds:F1} s");
        Assert.NotNull(result.Failure);
        output.WriteLine(result.Failure.ToString());
        return result.Failure;
    }

    private void Free(Func<Trial> setup, int preemptions)
    {
        var time = Stopwatch.StartNew();
        ExplorationResult result = Explorer.Exhaust(setup, preemptions);
        output.WriteLine($"{result.Schedules} schedules in {result.Runs} runs with up to {preemptions} preemptions, {time.Elapsed.TotalSeconds:F1} s");
        Assert.True(result.Failure is null, result.Failure?.ToString());
        Assert.True(result.IsComplete);
        Assert.True(result.Schedules > 1);
    }

    private static void AssertReplays(Func<Trial> setup, Failure failure)
    {
        Failure? again = Explorer.Replay(setup, Schedule.Parse(failure.Schedule.ToString()));
        Assert.NotNull(again);
        Assert.Equal(failure.Message, again.Message);
        Assert.Equal(failure.Trace.ToString(), again.Trace.ToString());
    }
}
