using LockDiscipline;
using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace Samples.AsReviewed;

/// <summary>Does something with what a frame is mapped by.</summary>
[RequiresLock("kvm.MmuLock")]
[RequiresLock("kvm.Srcu", Shared = true)]
internal delegate void EntriesAction(Kvm kvm, Memslot slot, ShadowRoot root);

/// <summary>A guest with two slots: one of shared memory that it has touched, and one of private memory of which it has touched the first page.</summary>
internal sealed class Guest
{
    private const ulong Pages = 2;
    private static readonly Hva s_hva = new(0x200000);

    public Guest()
    {
        var mm = new Mm(new HostMemory(), new Lockdep());
        Kvm = new Kvm(mm, new PlainBackend());
        Demand(mm.MmapFixed(s_hva, 2 * Pages * PageSize.Bytes, VmaFlags.ReadWrite));
        Result<int> fd = Kvm.CreateGuestMemfd(Pages * PageSize.Bytes);
        Demand(fd.Error);
        if (fd.IsError) throw new InvalidOperationException($"no guest_memfd: {fd.Error}");
        Demand(Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, Shared.Address, Pages * PageSize.Bytes, s_hva)));
        Demand(Kvm.SetUserMemoryRegion2(new UserMemoryRegion(1, MemslotFlags.GuestMemfd, Private.Address, Pages * PageSize.Bytes, s_hva + (Pages * PageSize.Bytes), fd.Value)));
        Demand(Kvm.SetMemoryAttributes(Private.Address, Pages * PageSize.Bytes, MemoryModel.PrivateMemory.MemoryAttributes.Private));
        Result<Vcpu> vcpu = Kvm.CreateVcpu();
        if (vcpu.IsError) throw new InvalidOperationException($"no vCPU: {vcpu.Error}");
        Vcpu = vcpu.Value;
        _ = Vcpu.Write(Shared.Address, 1);
        _ = Vcpu.Write((Shared + 1).Address, 1);
        _ = Vcpu.Write(Private.Address, 1, isPrivate: true);
    }

    /// <summary>A frame of shared memory.</summary>
    public static Gfn Shared => new(0x100);

    /// <summary>A frame of private memory that has a page.</summary>
    public static Gfn Private => new(0x200);

    /// <summary>A frame of private memory that has none.</summary>
    public static Gfn Absent => Private + 1;

    public Kvm Kvm { get; }

    public Vcpu Vcpu { get; }

    /// <summary>Runs something with the slot of shared memory and the root that maps it.</summary>
    [ExcludesLock("Kvm.MmuLock", "Kvm.Srcu")]
    public void UnderTheMmuLock(EntriesAction run)
    {
        using (Kvm.Srcu.Read())
        using (Kvm.MmuLock.Write())
        {
            if (Kvm.GfnToMemslot(Shared) is { } slot && slot.Rmap.At(Kvm, 0, 0) is { } root) run(Kvm, slot, root);
        }
    }

    private static void Demand(Errno error)
    {
        if (error.IsError) throw new InvalidOperationException($"the guest could not be made: {error}");
    }
}
