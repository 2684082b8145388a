namespace MemoryModel.Exploration;

/// <summary>Unwinds a task whose schedule is over because another one failed.</summary>
internal sealed class ScheduleEndedException : Exception;
