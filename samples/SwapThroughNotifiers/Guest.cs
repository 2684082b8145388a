using MemoryModel;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace Samples.Swapping;

/// <summary>A guest with four pages of memory.</summary>
public sealed class Guest
{
    /// <summary>Pages of the memslot.</summary>
    public const ulong Pages = 4;

    /// <summary>Its first frame.</summary>
    public static readonly Gfn First = new(0x100);

    private static readonly Hva s_hva = new(0x200000);

    /// <summary>Boots it.</summary>
    /// <param name="pins">True: what it has mapped is pinned, as in 2008.</param>
    public Guest(bool pins = false)
    {
        var mm = new Mm(Memory, new Lockdep());
        Kvm = new Kvm(mm) { PinsMappedPages = pins };
        Demand(mm.MmapFixed(s_hva, Pages * PageSize.Bytes, VmaFlags.ReadWrite));
        Demand(Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, First.Address, Pages * PageSize.Bytes, s_hva)));
        Result<Vcpu> vcpu = Kvm.CreateVcpu();
        if (vcpu.IsError) throw new InvalidOperationException($"no vCPU: {vcpu.Error}");
        Vcpu = vcpu.Value;
    }

    /// <summary>The host's memory.</summary>
    public HostMemory Memory { get; } = new();

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>Its vCPU.</summary>
    public Vcpu Vcpu { get; }

    /// <summary>Address of a page in the guest.</summary>
    public static Gpa Address(ulong page) => (First + page).Address;

    /// <summary>Address of a page in the process.</summary>
    public static Hva Host(ulong page) => s_hva + (page << PageSize.Shift);

    private static void Demand(Errno error)
    {
        if (error.IsError) throw new InvalidOperationException($"the guest could not be made: {error}");
    }
}
