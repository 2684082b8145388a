using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>One access of a guest to its memory.</summary>
/// <param name="Gpa">Where; the model keeps one word per page.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Data">What it writes.</param>
/// <param name="IsPrivate">The guest means its private memory, where its kind of machine lets it say so (the C-bit, the shared bit). Elsewhere the attributes of the memory decide.</param>
/// <param name="IsDecodable">False for an instruction that the kernel could not emulate.</param>
public readonly record struct GuestAccess(Gpa Gpa, AccessKind Kind, ulong Data = 0, bool IsPrivate = false, bool IsDecodable = true);
