namespace MemoryModel.Memory;

/// <summary>The one page size of the model.</summary>
public static class PageSize
{
    /// <summary>Binary logarithm of <see cref="Bytes"/>.</summary>
    public const int Shift = 12;

    /// <summary>Bytes in a page.</summary>
    public const ulong Bytes = 1UL << Shift;
}
