namespace MemoryModel.Memory;

/// <summary>What two neighbouring areas must have in common to be one: permissions, and one run of pages of one file.</summary>
/// <param name="Flags">What the mapping allows.</param>
/// <param name="File">The file behind it; null for anonymous memory.</param>
/// <param name="Delta">Number of the file's page minus number of the address's page, wrapping around: the same wherever in the area one looks.</param>
internal readonly record struct AreaKind(VmaFlags Flags, MappedFile? File = null, ulong Delta = 0)
{
    /// <summary>The page of the file behind an address.</summary>
    public ulong FileIndex(Hva addr) => unchecked((addr.Value >> PageSize.Shift) + Delta);
}
