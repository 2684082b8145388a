using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>A shadow page table entry: one word, as the hardware reads it, so that every change of it is atomic.</summary>
/// <param name="Value">The word; 0 is no entry.</param>
/// <remarks>Source: arch/x86/kvm/mmu/spte.h. What the hardware would refuse, <see cref="IsUsable"/> refuses.</remarks>
public readonly record struct Spte(ulong Value)
{
    internal const ulong PresentBit = 1, WritableBit = 2, AccessedBit = 4, DirtyBit = 8, HostWritableBit = 16, MmuWritableBit = 32, PrivateBit = 64, MmioBit = 128, TrackedBit = 256, BlockedBit = 512;

    private const int PfnShift = 12;

    /// <summary>True when it maps a page.</summary>
    public bool IsPresent => (Value & PresentBit) != 0;

    /// <summary>True when the hardware may translate through it: present, not blocked, and not made unusable to find out whether it is used.</summary>
    public bool IsUsable => (Value & (PresentBit | TrackedBit | BlockedBit)) == PresentBit;

    /// <summary>True when the hardware may write through it.</summary>
    public bool IsWritable => (Value & WritableBit) != 0;

    /// <summary>True when it was used since this was last cleared.</summary>
    public bool IsAccessed => (Value & AccessedBit) != 0;

    /// <summary>True when it was written through.</summary>
    public bool IsDirty => (Value & DirtyBit) != 0;

    /// <summary>True when the host's own mapping may be written.</summary>
    public bool IsHostWritable => (Value & HostWritableBit) != 0;

    /// <summary>True when nothing but dirty logging keeps it from being writable.</summary>
    public bool IsMmuWritable => (Value & MmuWritableBit) != 0;

    /// <summary>True when it maps private memory.</summary>
    public bool IsPrivate => (Value & PrivateBit) != 0;

    /// <summary>True when it says that no slot is there.</summary>
    public bool IsMmio => (Value & MmioBit) != 0;

    /// <summary>True when it was made unusable so that the next use is noticed, for want of accessed bits.</summary>
    public bool IsTracked => (Value & TrackedBit) != 0;

    /// <summary>True while a secure page table has it blocked.</summary>
    public bool IsBlocked => (Value & BlockedBit) != 0;

    /// <summary>The page that it maps.</summary>
    public Pfn Pfn => new(Value >> PfnShift);

    /// <summary>Generation of the memslots that an <see cref="IsMmio"/> entry was made under.</summary>
    public ulong Generation => Value >> PfnShift;

    /// <summary>An entry for a page.</summary>
    /// <param name="pfn">The page.</param>
    /// <param name="writable">The hardware may write.</param>
    /// <param name="hostWritable">The host's mapping may be written.</param>
    /// <param name="accessed">Counts as used.</param>
    /// <param name="dirty">Counts as written.</param>
    /// <param name="isPrivate">Private memory.</param>
    internal static Spte Of(Pfn pfn, bool writable, bool hostWritable, bool accessed, bool dirty, bool isPrivate) => new(
        (pfn.Value << PfnShift) | PresentBit
        | (writable ? WritableBit : 0) | (hostWritable ? HostWritableBit | MmuWritableBit : 0) | (accessed ? AccessedBit : 0) | (dirty ? DirtyBit : 0) | (isPrivate ? PrivateBit : 0));

    /// <summary>An entry that says that no slot is there.</summary>
    internal static Spte Mmio(ulong generation) => new((generation << PfnShift) | MmioBit);

    /// <summary>Number of the page, and a letter for each mark.</summary>
    public override string ToString()
    {
        if (IsMmio) return $"mmio, generation {Generation}";
        if (!IsPresent) return "none";
        return $"{Pfn} r{(IsWritable ? "w" : "-")}{(IsAccessed ? "a" : "-")}{(IsDirty ? "d" : "-")}{(IsPrivate ? "p" : "-")}{(IsTracked ? "t" : "")}{(IsBlocked ? "b" : "")}";
    }
}
