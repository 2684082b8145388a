using System.Collections.Immutable;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Validation;

/// <summary>What a request for a memslot must leave as it was when it fails: the slots of every address space, their parts of files, their generations.</summary>
/// <param name="Slots">For each address space, its slots by number.</param>
/// <param name="Files">Each slot that has a part of a file, and which file.</param>
/// <param name="Generations">For each address space.</param>
internal sealed record RegionState(IReadOnlyList<ImmutableDictionary<int, Memslot>> Slots, IReadOnlyList<(Memslot Slot, GuestMemfd? File)> Files, IReadOnlyList<ulong> Generations)
{
    /// <summary>True when the slots are the very same, and have the parts of files that they had.</summary>
    public bool HasSlotsOf(RegionState other)
    {
        for (int space = 0; space < Slots.Count; space++)
        {
            ImmutableDictionary<int, Memslot> theirs = other.Slots[space];
            if (ReferenceEquals(Slots[space], theirs)) continue;
            if (Slots[space].Count != theirs.Count) return false;
            foreach ((int id, Memslot slot) in Slots[space])
            {
                if (!theirs.TryGetValue(id, out Memslot? same) || !ReferenceEquals(slot, same)) return false;
            }
        }
        return Files.SequenceEqual(other.Files);
    }
}
