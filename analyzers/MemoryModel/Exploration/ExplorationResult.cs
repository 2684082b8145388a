namespace MemoryModel.Exploration;

/// <summary>What an exploration came to.</summary>
/// <param name="Failure">The first failure; null when there was none.</param>
/// <param name="Schedules">Schedules that ran to their end and differ in more than the order of steps that do not concern each other.</param>
/// <param name="Runs">Runs altogether: those, and those that were given up when all that they could still come to had been seen.</param>
/// <param name="IsComplete">True when nothing within the bound is left: no failure means that there is none.</param>
public sealed record ExplorationResult(Failure? Failure, long Schedules, long Runs, bool IsComplete);
