using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Validation;

/// <summary>What a request for a memslot must leave as it was when it fails: the slots of every address space, their parts of files, their generations.</summary>
internal sealed record RegionState(IReadOnlyList<Memslot> Slots, IReadOnlyList<GuestMemfd?> Files, IReadOnlyList<ulong> Generations)
{
    /// <summary>True when the slots are the very same, and have the parts of files that they had.</summary>
    public bool HasSlotsOf(RegionState other) => Slots.SequenceEqual(other.Slots) && Files.SequenceEqual(other.Files);
}
