using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace LockDiscipline.Benchmarks.Model;

/// <summary>A machine of the reference model, without validation, of a given size; every page has been written once by its process.</summary>
public sealed class ModelMachine
{
    private static readonly Hva s_hva = new(1UL << 32);
    private static readonly NotifierHandler s_nothing = static (Kvm _, in SlotGfnRange _) => false;

    private readonly ulong _pages;
    private readonly Vcpu _vcpu;
    private ulong _random = 88172645463325252;

    /// <summary>Makes it.</summary>
    /// <param name="slots">Number of memslots.</param>
    /// <param name="pagesPerSlot">Pages of each.</param>
    /// <param name="areas">Number of areas that the memory is mapped in; at most one per page.</param>
    public ModelMachine(int slots, ulong pagesPerSlot, int areas = 1)
    {
        _pages = (ulong)slots * pagesPerSlot;
        Mm = new Mm(new HostMemory());
        Kvm = new Kvm(Mm);
        ulong perArea = _pages / (ulong)areas;
        for (int i = 0; i < areas; i++)
        {
            // Other flags: neighbours that are alike would be one area.
            VmaFlags flags = i % 2 == 0 ? VmaFlags.ReadWrite : VmaFlags.ReadWrite | VmaFlags.Exec;
            ulong count = i == areas - 1 ? _pages - (perArea * (ulong)i) : perArea;
            Demand(Mm.MmapFixed(HvaOf(perArea * (ulong)i), count << PageSize.Shift, flags));
        }
        for (int i = 0; i < slots; i++)
            Demand(Kvm.SetUserMemoryRegion(new UserMemoryRegion((uint)i, MemslotFlags.None, new Gfn((ulong)i * pagesPerSlot).Address, pagesPerSlot << PageSize.Shift, HvaOf((ulong)i * pagesPerSlot))));
        for (ulong page = 0; page < _pages; page++) Demand(Mm.Write(HvaOf(page), page));
        _vcpu = Kvm.CreateVcpu().Value;
    }

    /// <summary>The process.</summary>
    public Mm Mm { get; }

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>The guest writes to random pages: two model operations each where the page is not mapped yet, the access and its fault.</summary>
    public void GuestWrites(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!_vcpu.Write(new Gfn(NextPage()).Address, 1).IsDone) throw new InvalidOperationException("a guest's write failed");
        }
    }

    /// <summary>A walk over the slots of a random page.</summary>
    public void RangeWalks(int count)
    {
        for (int i = 0; i < count; i++) _ = NotifierWalk.Run(Kvm, HvaRange.FromStartLength(HvaOf(NextPage()), PageSize.Bytes), s_nothing);
    }

    /// <summary>A random page of the process is dropped, between start and end of an invalidation; whatever the guest had mapped there goes.</summary>
    public void Invalidations(int count)
    {
        for (int i = 0; i < count; i++) Demand(Invalidate(NextPage()));
    }

    /// <summary>A random page is invalidated, and the guest faults it in again: two model operations.</summary>
    public void InvalidationsAndFaults(int count)
    {
        for (int i = 0; i < count; i++)
        {
            ulong page = NextPage();
            Demand(Invalidate(page));
            if (_vcpu.Touch(new GuestAccess(new Gfn(page).Address, AccessKind.Write, 1)).IsError) throw new InvalidOperationException("a fault failed");
        }
    }

    /// <summary>An area is looked up for a random page.</summary>
    public void AreaLookups(int count)
    {
        using (Mm.MmapRead())
        {
            for (int i = 0; i < count; i++)
            {
                if (Mm.VmaLookup(HvaOf(NextPage())) is null) throw new InvalidOperationException("no area");
            }
        }
    }

    /// <summary>Nanoseconds of processor time of a fault on a page that the process has: entries are taken out, and each is faulted in again. The best of several runs.</summary>
    public double FaultNanoseconds(int count)
    {
        double best = double.MaxValue;
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        for (int repeat = 0; repeat < 9; repeat++)
        {
            TimeSpan spent = default;
            for (int done = 0; done < count; done += (int)_pages)
            {
                using (Kvm.SlotsLock.Hold()) Kvm.ZapAll();
                process.Refresh();
                TimeSpan before = process.TotalProcessorTime;
                for (ulong page = 0; page < _pages; page++)
                {
                    if (_vcpu.Touch(new GuestAccess(new Gfn(page).Address, AccessKind.Write, 1)).IsError) throw new InvalidOperationException("a fault failed");
                }
                process.Refresh();
                spent += process.TotalProcessorTime - before;
            }
            best = Math.Min(best, spent.TotalNanoseconds / count);
        }
        return best;
    }

    private Errno Invalidate(ulong page) => Mm.Madvise(HvaRange.FromStartLength(HvaOf(page), PageSize.Bytes), Advice.DontNeed);

    private ulong NextPage()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random % _pages;
    }

    private static Hva HvaOf(ulong page) => s_hva + (page << PageSize.Shift);

    private static void Demand(Errno error)
    {
        if (error.IsError) throw new InvalidOperationException($"the machine could not be made: {error}");
    }
}
