namespace MemoryModel.Exploration;

/// <summary>Follows a schedule; where that has ended, each task runs on as long as it can.</summary>
internal sealed class ReplayStrategy(Schedule schedule) : IStrategy
{
    /// <inheritdoc/>
    public int Choose(Conductor run, int possible)
    {
        if (run.StepCount >= schedule.Length) return run.Unhurried(possible);
        int task = schedule[run.StepCount];
        if ((possible & (1 << task)) == 0) throw new InvalidOperationException($"step {run.StepCount + 1} of the schedule is task {task}'s, which cannot take one there: it is a schedule of another trial");
        return task;
    }
}
