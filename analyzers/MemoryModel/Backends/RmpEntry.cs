using MemoryModel.Memory;

namespace MemoryModel.Backends;

/// <summary>What the hardware knows of one page of the host: whose it is.</summary>
/// <param name="IsAssigned">It belongs to a guest: the host must not write it.</param>
/// <param name="Asid">Which guest.</param>
/// <param name="Gpa">At which address of it.</param>
/// <param name="IsLarge">One entry for 2 MB, of which this page is a part.</param>
/// <param name="IsValidated">The guest has accepted it.</param>
/// <remarks>Source: the reverse map table of SEV-SNP. The default value is a page of the host's own.</remarks>
public readonly record struct RmpEntry(bool IsAssigned, int Asid, Gpa Gpa, bool IsLarge, bool IsValidated);
