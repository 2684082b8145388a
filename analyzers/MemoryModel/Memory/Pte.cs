namespace MemoryModel.Memory;

/// <summary>A page table entry: nothing, a page of host memory, a page of a device, a place in swap, or the mark of a broken page.</summary>
/// <remarks>Source: pte_t and the swap entries that stand in its place.</remarks>
public readonly record struct Pte
{
    private readonly object? _target;

    private Pte(object? target, PteFlags flags)
    {
        _target = target;
        Flags = flags;
    }

    /// <summary>What it allows and has seen.</summary>
    public PteFlags Flags { get; }

    /// <summary>The page of host memory, if that is what it is.</summary>
    public HostPage? Page => _target as HostPage;

    /// <summary>The page of a device, if that is what it is.</summary>
    public DevicePage? Device => _target as DevicePage;

    /// <summary>The place in swap, if that is what it is.</summary>
    public SwapEntry? Swap => _target as SwapEntry;

    /// <summary>True when there is nothing yet.</summary>
    public bool IsNone => _target is null && !IsPoisoned;

    /// <summary>True when it stands for a page with a hardware error.</summary>
    public bool IsPoisoned => (Flags & PteFlags.Poisoned) != 0;

    /// <summary>True when it may be written through.</summary>
    public bool IsWritable => (Flags & PteFlags.Writable) != 0;

    /// <summary>True when it may not even be read through.</summary>
    public bool IsInaccessible => (Flags & PteFlags.NoAccess) != 0;

    /// <summary>True when it was used.</summary>
    public bool IsAccessed => (Flags & PteFlags.Accessed) != 0;

    /// <summary>The mark of a broken page.</summary>
    public static Pte Poison => new(null, PteFlags.Poisoned);

    /// <summary>An entry for a page of host memory, as a write fault leaves it.</summary>
    public static Pte Of(HostPage page) => Of(page, PteFlags.Writable | PteFlags.Accessed | PteFlags.Dirty);

    /// <summary>An entry for a page of host memory.</summary>
    public static Pte Of(HostPage page, PteFlags flags) => new(page, flags);

    /// <summary>An entry for a page of a device.</summary>
    public static Pte Of(DevicePage device) => new(device, PteFlags.None);

    /// <summary>An entry for a place in swap.</summary>
    public static Pte Of(SwapEntry swap) => new(swap, PteFlags.None);

    /// <summary>True when both lead to the same place and allow the same; what they have seen may differ.</summary>
    public bool LeadsWhere(Pte other) => ReferenceEquals(_target, other._target) && ((Flags ^ other.Flags) & (PteFlags.Writable | PteFlags.Poisoned)) == 0;

    internal Pte With(PteFlags flags) => new(_target, flags);

    /// <summary>Says that what it leads to will be needed soon. Does not look at it.</summary>
    internal void ApproachTarget()
    {
        if (_target is { } target) CacheLine.FetchObject(target, first: 0, last: 40);
    }
}
