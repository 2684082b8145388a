namespace MemoryModel.Memory;

/// <summary>What a notifier is told of an invalidation.</summary>
/// <param name="Range">The addresses; page aligned.</param>
/// <param name="Event">Why.</param>
/// <param name="Blockable">False: whoever is called must not sleep, and says EAGAIN if it would have to.</param>
/// <remarks>Source: struct mmu_notifier_range.</remarks>
public readonly record struct MmuNotifierRange(HvaRange Range, MmuEvent Event, bool Blockable = true);
