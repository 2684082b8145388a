using MemoryModel;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace Samples.HvaRanges;

/// <summary>A guest with three memslots over six pages of the process, the third of them in the address space of system management mode.</summary>
public sealed class Guest
{
    /// <summary>First byte of the guest's memory in the process.</summary>
    public static readonly Hva Memory = new(0x100000);

    /// <summary>Boots it.</summary>
    public Guest()
    {
        Kvm = new Kvm(new Mm(new HostMemory(), Lockdep));
        AddSlot(0, space: 0, gfn: 0x10, firstPage: 0, pages: 3);
        AddSlot(1, space: 0, gfn: 0x40, firstPage: 3, pages: 3);
        AddSlot(0, space: 1, gfn: 0x80, firstPage: 2, pages: 2);
        DirectMapMutex = new MutexLock("direct_map_mutex", Lockdep);
    }

    /// <summary>Watches every lock.</summary>
    public Lockdep Lockdep { get; } = new();

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>Taken to change the host's direct map, when a page becomes private to the guest.</summary>
    public MutexLock DirectMapMutex { get; }

    /// <summary>A range of the guest's memory, in bytes from its start.</summary>
    public static HvaRange Bytes(ulong start, ulong length) => HvaRange.FromStartLength(Memory + start, length);

    private void AddSlot(int id, int space, ulong gfn, ulong firstPage, ulong pages)
    {
        Errno error = Kvm.SetUserMemoryRegion(new UserMemoryRegion(
            (uint)((space << 16) | id), MemslotFlags.None, new Gfn(gfn).Address, pages * PageSize.Bytes, Memory + (firstPage * PageSize.Bytes)));
        if (error.IsError) throw new InvalidOperationException($"could not create the memslot: {error}");
    }
}
