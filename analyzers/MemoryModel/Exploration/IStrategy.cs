namespace MemoryModel.Exploration;

/// <summary>Chooses the task that takes the next step.</summary>
internal interface IStrategy
{
    /// <summary>Chooses.</summary>
    /// <param name="run">The run so far.</param>
    /// <param name="possible">A bit for each task that can take a step now; never 0.</param>
    /// <returns>Number of one of those tasks.</returns>
    int Choose(Conductor run, int possible);
}
