using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
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

    /// <summary>A machine that is made from its parts by the caller.</summary>
    public Machine(Func<Machine, Kvm> create)
    {
        Mm = new Mm(Memory, Lockdep);
        Kvm = create(this);
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

    /// <summary>A slot whose private memory is a new file of the same size.</summary>
    public GuestMemfd AddPrivateSlot(int id, ulong gfn, ulong pages, ulong hva, GmemFlags flags = GmemFlags.None)
    {
        int fd = Kvm.CreateGuestMemfd(pages * Page, flags).Value;
        Assert.Equal(Errno.Ok, SetPrivateSlot(id, gfn, pages, hva, fd));
        return File(fd);
    }

    public Errno SetPrivateSlot(int id, ulong gfn, ulong pages, ulong hva, int fd, ulong firstPage = 0) =>
        Kvm.SetUserMemoryRegion2(new UserMemoryRegion((uint)id, MemslotFlags.GuestMemfd, new Gfn(gfn).Address, pages * Page, new Hva(hva), fd, firstPage * Page));

    /// <summary>An open guest_memfd, on loan.</summary>
    public GuestMemfd File(int fd)
    {
        KernelFile file = Mm.Files.Get(fd).Value;
        file.Put();
        return (GuestMemfd)file;
    }

    public Errno SetPrivate(ulong gfn, ulong pages, bool isPrivate = true) =>
        Kvm.SetMemoryAttributes(new Gfn(gfn).Address, pages * Page, isPrivate ? MemoryAttributes.Private : MemoryAttributes.None);

    public Vcpu AddVcpu() => Kvm.CreateVcpu().Value;

    /// <summary>Everything that must hold, while nothing runs.</summary>
    public void Check() => Kvm.Invariants!.CheckAll();

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
