using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>A machine with validation on, and short ways to give it memory.</summary>
internal sealed class Machine
{
    public const ulong Page = PageSize.Bytes;

    public Machine(IBackend? backend = null)
    {
        Mm = new Mm(Memory, Lockdep);
        Kvm = new Kvm(Mm, backend);
    }

    private Machine(int securePages, UltravisorFirmware? firmware)
    {
        Mm = new Mm(Memory, Lockdep);
        Pool = new UvmemPool(securePages, Lockdep);
        Uv = new Ultravisor(Mm, Pool, firmware);
        Kvm = Uv.Kvm;
    }

    public Lockdep Lockdep { get; } = new();

    public HostMemory Memory { get; } = new();

    public Mm Mm { get; }

    public Kvm Kvm { get; }

    public UvmemPool Pool { get; } = null!;

    public Ultravisor Uv { get; } = null!;

    public static Machine Secure(int securePages = 64, UltravisorFirmware? firmware = null) => new(securePages, firmware);

    /// <summary>Maps pages; different flags keep neighbours apart.</summary>
    public void Map(ulong hva, ulong pages, VmaFlags flags = VmaFlags.ReadWrite) => Assert.Equal(Errno.Ok, Mm.MmapFixed(new Hva(hva), pages * Page, flags));

    public Errno SetSlot(int id, ulong gfn, ulong pages, ulong hva, MemslotFlags flags = MemslotFlags.None, int space = 0) =>
        Kvm.SetUserMemoryRegion(new UserMemoryRegion((uint)((space << 16) | id), flags, new Gfn(gfn).Address, pages * Page, new Hva(hva)));

    public void AddSlot(int id, ulong gfn, ulong pages, ulong hva, int space = 0) => Assert.Equal(Errno.Ok, SetSlot(id, gfn, pages, hva, space: space));

    public Errno Delete(int id, int space = 0) => SetSlot(id, 0, 0, 0, space: space);

    public ulong Generation(int space = 0)
    {
        using (Kvm.Srcu.Read())
        {
            return Kvm.Memslots(space).Generation;
        }
    }

    /// <summary>The slots of an address space, as text.</summary>
    public string Slots(int space = 0)
    {
        using (Kvm.Srcu.Read())
        {
            return string.Join("; ", Kvm.Memslots(space).ToList());
        }
    }

    public GfnState StateOf(ulong gfn)
    {
        using (Uv.UvmemLock.Hold())
        {
            return Uv.StateOf(new Gfn(gfn));
        }
    }
}
