namespace MemoryModel.Exploration;

/// <summary>The fewest preemptions that a state was come to with, by the task that took the last step: that task goes on for nothing, another one for a preemption.</summary>
/// <remarks>Where the task that took the last step cannot go on, any other does for nothing: it is then as if each had come there.</remarks>
internal struct Seen
{
    private ulong _byTask;

    /// <summary>Of a state that nobody has come to.</summary>
    public static Seen Never => new() { _byTask = ulong.MaxValue };

    /// <summary>Notes a way to the state.</summary>
    /// <param name="task">Who took the last step.</param>
    /// <param name="used">Preemptions on the way.</param>
    /// <returns>False when a way seen before allows all that this one does: one by the same task with no more preemptions, or by another with one less, which the switch back would cost.</returns>
    public bool Note(int task, int used)
    {
        int value = Capped(used);
        for (int other = 0; other < Trial.MaxTasks; other++)
        {
            int before = Of(other);
            if (before + (other == task ? 0 : 1) <= value && before != byte.MaxValue) return false;
        }
        Set(task, value);
        return true;
    }

    /// <summary>Notes that each of some tasks goes on for nothing.</summary>
    /// <param name="tasks">A bit for each.</param>
    /// <param name="used">Preemptions on the way.</param>
    public void NoteFreeChoice(int tasks, int used)
    {
        int value = Capped(used);
        for (int task = 0; task < Trial.MaxTasks; task++)
        {
            if ((tasks & (1 << task)) != 0 && Of(task) > value) Set(task, value);
        }
    }

    private static int Capped(int used) => Math.Min(used, byte.MaxValue - 1);

    private readonly int Of(int task) => (int)(_byTask >> (task * 8)) & byte.MaxValue;

    private void Set(int task, int value) => _byTask = (_byTask & ~(0xfful << (task * 8))) | ((ulong)value << (task * 8));
}
