using MemoryModel;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace Samples.PrivateFaults;

/// <summary>A guest with one memslot that has both kinds of memory: what the process has mapped, and a guest_memfd.</summary>
public sealed class Guest
{
    /// <summary>Pages of the memslot.</summary>
    public const ulong Pages = 4;

    /// <summary>Its first frame.</summary>
    public static readonly Gfn First = new(0x100);

    private static readonly Hva s_hva = new(0x200000);

    /// <summary>Boots it.</summary>
    public Guest()
    {
        var mm = new Mm(Memory, Lockdep);
        Kvm = new Kvm(mm);
        Demand(mm.MmapFixed(s_hva, Pages * PageSize.Bytes, VmaFlags.ReadWrite), "map the shared memory");
        Result<int> fd = Kvm.CreateGuestMemfd(Pages * PageSize.Bytes);
        if (fd.IsError) throw new InvalidOperationException($"could not make the private memory: {fd.Error}");
        Demand(Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, First.Address, Pages * PageSize.Bytes, s_hva, fd.Value)), "create the memslot");
        Result<Vcpu> vcpu = Kvm.CreateVcpu();
        if (vcpu.IsError) throw new InvalidOperationException($"could not make a vCPU: {vcpu.Error}");
        Vcpu = vcpu.Value;
        File = Find(fd.Value);
    }

    /// <summary>The host's memory.</summary>
    public HostMemory Memory { get; } = new();

    /// <summary>Watches every lock.</summary>
    public Lockdep Lockdep { get; } = new();

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>Its vCPU.</summary>
    public Vcpu Vcpu { get; }

    /// <summary>Its private memory.</summary>
    public GuestMemfd File { get; }

    /// <summary>User space makes a frame private, or shared: it changes what the frame is, and gives up what the other kind held. Two steps, not one; the mapping comes with a later fault.</summary>
    public void Convert(Gfn gfn, bool isPrivate)
    {
        Demand(Kvm.SetMemoryAttributes(gfn.Address, PageSize.Bytes, isPrivate ? MemoryAttributes.Private : MemoryAttributes.None), "change the attributes");
        Hva hva = s_hva + ((gfn - First) << PageSize.Shift);
        Demand(isPrivate ? Kvm.Mm.Madvise(HvaRange.FromStartLength(hva, PageSize.Bytes), Advice.DontNeed) : Punch(gfn), "give up the other kind");
    }

    /// <summary>User space gives a page of private memory up.</summary>
    public Errno Punch(Gfn gfn) => File.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, (gfn - First) << PageSize.Shift, PageSize.Bytes);

    private GuestMemfd Find(int fd)
    {
        Result<KernelFile> file = Kvm.Mm.Files.Get(fd);
        if (file.IsError) throw new InvalidOperationException("the file is gone");
        // The table of files keeps it open.
        file.Value.Put();
        return (GuestMemfd)file.Value;
    }

    private static void Demand(Errno error, string what)
    {
        if (error.IsError) throw new InvalidOperationException($"could not {what}: {error}");
    }
}
