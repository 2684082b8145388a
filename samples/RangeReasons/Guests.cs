using LockDiscipline;
using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace Samples.RangeReasons;

/// <summary>A guest whose first half is private and whose second half is shared, on one of the kinds of machine.</summary>
public sealed class Guests
{
    /// <summary>Pages of the memslot.</summary>
    public const ulong Pages = 8;

    /// <summary>Its first frame.</summary>
    public static readonly Gfn First = new(0x100);

    private static readonly Hva s_hva = new(0x200000);

    private Guests(Func<HostMemory, IBackend> backend, bool touch)
    {
        var mm = new Mm(Memory, new Lockdep());
        Kvm = new Kvm(mm, backend(Memory));
        Demand(mm.MmapFixed(s_hva, Pages * PageSize.Bytes, VmaFlags.ReadWrite));
        Result<int> fd = Kvm.CreateGuestMemfd(Pages * PageSize.Bytes);
        Demand(fd.Error);
        Fd = fd.IsOk ? fd.Value : -1;
        Demand(Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, First.Address, Pages * PageSize.Bytes, s_hva, Fd)));
        Demand(Convert(0, Pages / 2, isPrivate: true));
        Result<Vcpu> vcpu = Kvm.CreateVcpu();
        if (vcpu.IsError) throw new InvalidOperationException($"no vCPU: {vcpu.Error}");
        Vcpu = vcpu.Value;
        if (touch) TouchAll();
    }

    /// <summary>The host's memory.</summary>
    public HostMemory Memory { get; } = new();

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>Its vCPU.</summary>
    public Vcpu Vcpu { get; }

    /// <summary>Number of the file of its private memory.</summary>
    public int Fd { get; }

    /// <summary>One without confidential computing.</summary>
    public static Guests Plain() => new(static _ => new PlainBackend(), touch: true);

    /// <summary>One whose private memory is in a secure page table.</summary>
    public static Guests WithTdx()
    {
        var guest = new Guests(static memory => new Tdx(memory), touch: false);
        ((Tdx)guest.Kvm.Backend).FinalizeMachine();
        for (ulong page = 0; page < Pages / 2; page++) guest.UseAccepted(page);
        return guest;
    }

    /// <summary>One whose private pages the hardware keeps the host from writing.</summary>
    public static Guests WithSnp(Rmp rmp)
    {
        var guest = new Guests(_ => new SevSnp(rmp, asid: 1), touch: false);
        for (ulong page = 0; page < Pages / 2; page++) _ = guest.Vcpu.Read(Address(page), isPrivate: true);
        return guest;
    }

    /// <summary>Address of a page in the guest.</summary>
    public static Gpa Address(ulong page) => (First + page).Address;

    /// <summary>Address of a range in the process.</summary>
    public static HvaRange Host(ulong page, ulong count) => HvaRange.FromStartLength(s_hva + (page << PageSize.Shift), count << PageSize.Shift);

    /// <summary>Makes frames private or shared.</summary>
    public Errno Convert(ulong page, ulong count, bool isPrivate) =>
        Kvm.SetMemoryAttributes(Address(page), count << PageSize.Shift, isPrivate ? MemoryAttributes.Private : MemoryAttributes.None);

    /// <summary>Gives private memory up.</summary>
    public Errno Punch(ulong page, ulong count)
    {
        Result<KernelFile> file = Kvm.Mm.Files.Get(Fd);
        if (file.IsError) return file.Error;
        Errno error = ((GuestMemfd)file.Value).Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, page << PageSize.Shift, count << PageSize.Shift);
        file.Value.Put();
        return error;
    }

    /// <summary>A letter for each frame: private or shared mapping, or none.</summary>
    public string Mappings()
    {
        var letters = new char[Pages];
        using (Kvm.MmuLock.Read())
        {
            for (ulong page = 0; page < Pages; page++) letters[page] = Letter(page);
        }
        return new string(letters);
    }

    [RequiresLock("Kvm.MmuLock", Shared = true)]
    private char Letter(ulong page)
    {
        foreach (ShadowRoot root in Kvm.Roots())
        {
            Spte entry = root.EntryOf(First + page);
            if (entry.IsPresent) return root.IsMirror || entry.IsPrivate ? 'P' : 'S';
        }
        return '-';
    }

    /// <summary>The guest accepts a page and writes to it.</summary>
    private void UseAccepted(ulong page)
    {
        _ = Vcpu.Write(Address(page), 100 + page, isPrivate: true);
        Demand(((Tdx)Kvm.Backend).Accept(Kvm, First + page));
        _ = Vcpu.Write(Address(page), 100 + page, isPrivate: true);
    }

    private void TouchAll()
    {
        for (ulong page = 0; page < Pages; page++) _ = Vcpu.Write(Address(page), 100 + page);
    }

    private static void Demand(Errno error)
    {
        if (error.IsError) throw new InvalidOperationException($"the guest could not be made: {error}");
    }
}
