using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace Samples.SecureMemslots;

/// <summary>A secure guest whose memory, eight pages in one memslot, is all in secure memory.</summary>
public sealed class Guest
{
    /// <summary>Pages of the memslot.</summary>
    public const ulong Pages = 8;

    private const int SlotId = 0;
    private static readonly Hva s_hva = new(0x7f0000000000);
    private static readonly Gfn s_gfn = new(0x100);

    private readonly UvmemPool _pool;

    /// <summary>Boots the guest.</summary>
    /// <param name="drop">How its memslot is dropped; null for the merged form.</param>
    /// <param name="firstArea">Pages in the first of the areas that the memory is mapped in; all of them for a single area.</param>
    public Guest(MemslotDrop? drop = null, ulong firstArea = Pages)
    {
        _pool = new UvmemPool(64, Lockdep);
        var mm = new Mm(new HostMemory(), Lockdep);
        Uv = new Ultravisor(mm, _pool, drop: drop);
        Map(s_hva, firstArea, VmaFlags.ReadWrite);
        // Other flags: the kernel would make one area of two that are alike.
        if (firstArea < Pages) Map(s_hva + (firstArea * PageSize.Bytes), Pages - firstArea, VmaFlags.ReadWrite | VmaFlags.Exec);
        Demand(SetSlot(Pages), "create the memslot");
        Demand(Uv.InitStart(), "begin to be secure");
        for (ulong i = 0; i < Pages; i++) Demand(Uv.PageIn((s_gfn + i).Address), "page in");
    }

    /// <summary>Watches every lock.</summary>
    public Lockdep Lockdep { get; } = new();

    /// <summary>The guest's back end.</summary>
    public Ultravisor Uv { get; }

    /// <summary>Pages that are in secure memory.</summary>
    public int SecurePages => _pool.Used;

    /// <summary>What the kernel printed.</summary>
    public IReadOnlyCollection<string> Log => Uv.Kvm.Log.Lines;

    /// <summary>Unplugs the memory: the memslot goes through INVALID, and is dropped meanwhile.</summary>
    public void Unplug() => Demand(SetSlot(0), "delete the memslot");

    /// <summary>Runs a way to drop memslots on the slot as it is, not INVALID.</summary>
    /// <param name="drop">The way.</param>
    public void DropWhileValid(MemslotDrop drop)
    {
        using (Uv.Kvm.Srcu.Read())
        {
            Memslot? slot = Uv.Kvm.GfnToMemslot(s_gfn);
            if (slot is not null) drop(Uv, slot, skipPageOut: true);
        }
    }

    /// <summary>Unmaps one page of the memory, behind the guest's back.</summary>
    /// <param name="index">Which page.</param>
    public void PunchHole(ulong index) =>
        Demand(Uv.Kvm.Mm.Munmap(HvaRange.FromStartLength(s_hva + (index * PageSize.Bytes), PageSize.Bytes)), "unmap");

    private void Map(Hva addr, ulong pages, VmaFlags flags) => Demand(Uv.Kvm.Mm.MmapFixed(addr, pages * PageSize.Bytes, flags), "map");

    private Errno SetSlot(ulong pages) =>
        Uv.Kvm.SetUserMemoryRegion(new UserMemoryRegion(SlotId, MemslotFlags.None, s_gfn.Address, pages * PageSize.Bytes, s_hva));

    private static void Demand(Errno error, string what)
    {
        if (error.IsError) throw new InvalidOperationException($"could not {what}: {error}");
    }

    private static void Demand(HypercallStatus status, string what)
    {
        if (status.IsError) throw new InvalidOperationException($"could not {what}: {status}");
    }
}
