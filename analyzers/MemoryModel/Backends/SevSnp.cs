using System.Collections.Concurrent;
using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>The back end of SEV-SNP machines: the guest's private pages are encrypted, and the hardware's table of owners keeps the host from writing them.</summary>
/// <remarks>
/// Source: arch/x86/kvm/svm/sev.c; the hooks of guest_memfd that came of the exchange on range flags (June 2023). A page is made the guest's before it is first mapped, and the host's again before it is freed; for the latter its number
/// is enough: no memslot need be bound any more. Thread-safe.
/// </remarks>
public sealed class SevSnp : IBackend, IPageGuard
{
    // What the host reads of a guest's page: something that depends on the content, and is not it.
    private const ulong Key = 0x9e37_79b9_7f4a_7c15;

    private readonly Rmp _rmp;
    private readonly int _asid;
    private int _flushes;

    // Pages that the hardware did not give back.
    private readonly ConcurrentDictionary<Pfn, bool> _lost = new();

    /// <summary>Creates the back end of one machine.</summary>
    /// <param name="rmp">The host's table.</param>
    /// <param name="asid">The number under which the hardware knows the guest; from 1.</param>
    /// <param name="largePages">True: private memory is allocated and owned 2 MB at a time where that fits.</param>
    public SevSnp(Rmp rmp, int asid, bool largePages = false)
    {
        _rmp = rmp;
        _asid = asid;
        PreferredOrder = largePages ? Rmp.LargeOrder : 0;
    }

    /// <inheritdoc/>
    public string Name => "SEV-SNP";

    /// <inheritdoc/>
    public bool SupportsReadOnlySlots => false;

    /// <inheritdoc/>
    public bool SupportsSharedGmem => false;

    /// <inheritdoc/>
    public bool GuestDecidesPrivacy => true;

    /// <inheritdoc/>
    public bool ChecksAccess => true;

    /// <inheritdoc/>
    public int PreferredOrder { get; }

    /// <summary>Times that the caches were written back because pages went back to the host.</summary>
    public int CacheFlushes => Volatile.Read(ref _flushes);

    /// <summary>Pages that could not be given back to the host: they stay the guest's, and are lost.</summary>
    public int LeakedPages => _lost.Count;

    /// <inheritdoc/>
    public Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
        kvm.AssertPreparesMemslot();
        return Errno.Ok;
    }

    /// <inheritdoc/>
    public void FlushMemslot(Kvm kvm, Memslot slot)
    {
        kvm.AssertFlushesMemslot();
    }

    /// <inheritdoc/>
    public void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
        kvm.AssertCommitsMemslot();
    }

    /// <inheritdoc/>
    /// <returns>Ok; ENOENT when the table does not cover the page; EINVAL when the hardware refuses.</returns>
    /// <remarks>Source: sev_gmem_prepare(). The guest's already: nothing to do.</remarks>
    public Errno PreparePrivatePage(Kvm kvm, HostPage page, Gfn gfn)
    {
        kvm.Mm.Lockdep?.MightSleep("making a page private", kvm.MmuLock);
        Result<RmpEntry> entry = _rmp.Lookup(page.Pfn);
        if (entry.IsError) return Errno.ENOENT;
        if (entry.Value.IsAssigned) return Errno.Ok;
        ulong mask = Rmp.LargePages - 1;
        bool large = PreferredOrder > 0 && ((page.Pfn.Value ^ gfn.Value) & mask) == 0 && _rmp.IsUnassigned(new Pfn(page.Pfn.Value & ~mask), Rmp.LargePages) && IsOneBlock(kvm, page.Pfn, gfn);
        Pfn first = large ? new Pfn(page.Pfn.Value & ~mask) : page.Pfn;
        Gfn firstGfn = large ? new Gfn(gfn.Value & ~mask) : gfn;
        if (_rmp.MakePrivate(first, firstGfn.Address, _asid, large).IsError) return Errno.EINVAL;
        for (ulong i = 0; i < (large ? Rmp.LargePages : 1); i++) kvm.Mm.Memory.PageOf(first + i).Guard = this;
        return Errno.Ok;
    }

    /// <inheritdoc/>
    /// <remarks>Source: sev_gmem_invalidate(): a large entry that goes whole takes one update. When the hardware refuses that, all of its pages are lost.</remarks>
    public void ReclaimPages(Kvm kvm, Pfn first, ulong count)
    {
        ModelTask.Current.MightSleep("giving pages back");
        for (Pfn pfn = first; pfn < first + count;)
        {
            bool whole = pfn.Value % Rmp.LargePages == 0 && pfn + Rmp.LargePages <= first + count && _rmp.Lookup(pfn) is { IsOk: true } entry && entry.Value is { IsAssigned: true, IsLarge: true };
            if (whole && _rmp.MakeShared(pfn, large: true).IsOk) Interlocked.Increment(ref _flushes);
            else if (whole) Lose(kvm, pfn);
            pfn += whole ? Rmp.LargePages : 1;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Source: sev_gmem_invalidate(), called from free_folio(). What the hardware does not give back is warned of and left.</remarks>
    public void ReclaimPage(HostPage page)
    {
        if (_lost.ContainsKey(page.Pfn)) return;
        Result<RmpEntry> entry = _rmp.Lookup(page.Pfn);
        if (entry.IsOk && entry.Value.IsAssigned)
        {
            if (entry.Value.IsLarge) _rmp.Smash(page.Pfn);
            if (_rmp.MakeShared(page.Pfn, large: false).IsError)
            {
                Lose(page);
                return;
            }
            Interlocked.Increment(ref _flushes);
        }
        page.Guard = null;
    }

    /// <summary>A page that the host must not write cannot be handed out again.</summary>
    private void Lose(HostPage page)
    {
        page.IsPoisoned = true;
        _lost.TryAdd(page.Pfn, true);
    }

    private void Lose(Kvm kvm, Pfn first)
    {
        kvm.Log.WarnOnce("a large entry could not be given back, and its pages are lost");
        for (ulong i = 0; i < Rmp.LargePages; i++) Lose(kvm.Mm.Memory.PageOf(first + i));
    }

    /// <inheritdoc/>
    public ProtectionCheck CheckAccess(Vcpu vcpu, Gfn gfn, HostPage page, bool isPrivate, AccessKind kind)
    {
        Result<RmpEntry> found = _rmp.Lookup(page.Pfn);
        if (found.IsError) return isPrivate ? ProtectionCheck.Fault : ProtectionCheck.Allowed;
        RmpEntry entry = found.Value;
        if (!isPrivate) return entry.IsAssigned && kind == AccessKind.Write ? ProtectionCheck.Fault : ProtectionCheck.Allowed;
        if (!entry.IsAssigned || entry.Asid != _asid || entry.Gpa != gfn.Address) return ProtectionCheck.Fault;
        return entry.IsValidated ? ProtectionCheck.Allowed : ProtectionCheck.Exception;
    }

    /// <inheritdoc/>
    public Result<RetPf> HandleProtectionFault(Vcpu vcpu, in GuestAccess access) =>
        HandleRmpFault(vcpu.Kvm, access.Gpa.Frame) || IsOwnedNow(vcpu.Kvm, access) ? RetPf.Retry : Errno.EFAULT;

    /// <summary>True when the entry fits the access by now: somebody else was faster.</summary>
    [ExcludesLock("kvm.Srcu"), MaySleep]
    private bool IsOwnedNow(Kvm kvm, in GuestAccess access)
    {
        if (!access.IsPrivate || PfnOf(kvm, access.Gpa.Frame) is not { IsOk: true } pfn) return false;
        return _rmp.Lookup(pfn.Value) is { IsOk: true } found && found.Value is { IsAssigned: true } entry && entry.Asid == _asid && entry.Gpa == access.Gpa.Frame.Address;
    }

    /// <summary>The guest accepts a page, or gives its acceptance up.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">The frame.</param>
    /// <param name="validate">True: accept.</param>
    /// <returns>Ok; EFAULT when the page is not the guest's; EAGAIN when its entry is a large one: the host has to break that up, see <see cref="HandleRmpFault"/>.</returns>
    /// <remarks>Source: PVALIDATE.</remarks>
    [ExcludesLock("kvm.Srcu"), MaySleep]
    public Errno PValidate(Kvm kvm, Gfn gfn, bool validate = true)
    {
        kvm.Mm.Lockdep?.MightSleep("PVALIDATE", kvm.Srcu);
        Result<Pfn> pfn = PfnOf(kvm, gfn);
        if (pfn.IsError) return Errno.EFAULT;
        Result<RmpEntry> entry = _rmp.Lookup(pfn.Value);
        if (entry.IsError || !entry.Value.IsAssigned || entry.Value.Asid != _asid) return Errno.EFAULT;
        if (entry.Value.IsLarge) return Errno.EAGAIN;
        _rmp.SetValidated(pfn.Value, validate);
        return Errno.Ok;
    }

    /// <summary>The hardware objects to an access because of its table of owners.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">The frame.</param>
    /// <returns>True when something was done, and the guest may try again: a large entry was broken up, and the translations of its frames dropped. False when there was nothing to do.</returns>
    /// <remarks>Source: sev_handle_rmp_fault(). Of a frame that is not private, has no guest_memfd, or whose page is not the guest's, it is warned; with a small entry somebody else was faster.</remarks>
    [ExcludesLock("kvm.Srcu", "kvm.MmuLock"), MaySleep]
    public bool HandleRmpFault(Kvm kvm, Gfn gfn)
    {
        kvm.Mm.Lockdep?.MightSleep("an RMP fault", kvm.Srcu, kvm.MmuLock);
        Result<Pfn> pfn = PfnOf(kvm, gfn);
        if (pfn.IsError || !kvm.MemIsPrivate(gfn))
        {
            kvm.Log.WarnOnce("RMP fault on memory that is not private");
            return false;
        }
        Result<RmpEntry> entry = _rmp.Lookup(pfn.Value);
        if (entry.IsError || !entry.Value.IsAssigned)
        {
            kvm.Log.WarnOnce("RMP fault on a page that is no guest's");
            return false;
        }
        if (!entry.Value.IsLarge) return false;
        _rmp.Smash(pfn.Value);
        ZapLarge(kvm, gfn);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>A read gives what is in memory, which is encrypted.</remarks>
    public Result<ulong> HostRead(HostPage page) => page.Content ^ Key;

    /// <inheritdoc/>
    /// <remarks>A write is a fault that nobody can handle.</remarks>
    public Errno HostWrite(HostPage page, ulong content) => Errno.EFAULT;

    /// <inheritdoc/>
    /// <remarks>Each of the guest's pages belongs to just one frame, and all of a large entry to neighbours.</remarks>
    public (string Invariant, string Detail)? FindDisagreement(Kvm kvm)
    {
        foreach (Memslot slot in kvm.PeekSlots(0).ToList())
        {
            if (slot.Gmem?.File is not { } file) continue;
            foreach ((ulong index, HostPage page) in file.Pages())
            {
                Result<RmpEntry> entry = _rmp.Lookup(page.Pfn);
                if (entry.IsOk && !_rmp.IsWhole(page.Pfn)) return ("E17", $"page {page.Pfn} is not what the large entry around it says");
                if (entry.IsError || !entry.Value.IsAssigned) continue;
                Gfn gfn = slot.BaseGfn + (index - slot.Gmem.FirstPage);
                if (slot.GfnRange.Contains(gfn) && entry.Value.Gpa != gfn.Address) return ("E20", $"page {page.Pfn} is in the table for {entry.Value.Gpa}, and holds frame {gfn}");
            }
        }
        return null;
    }

    [ExcludesLock("kvm.Srcu", "kvm.MmuLock")]
    private static void ZapLarge(Kvm kvm, Gfn gfn)
    {
        GfnRange large = GfnRange.FromStartCount(new Gfn(gfn.Value & ~(Rmp.LargePages - 1)), Rmp.LargePages);
        using (kvm.Srcu.Read())
        using (kvm.MmuLock.Write())
        {
            if (kvm.GfnToMemslot(gfn) is not { } slot) return;
            GfnRange part = GfnRange.FromStartEnd(Gfn.Max(large.Start, slot.BaseGfn), Gfn.Min(large.End, slot.GfnRange.End));
            if (kvm.UnmapGfnRange(new SlotGfnRange(slot, part))) kvm.FlushRemoteTlbs();
        }
    }

    /// <summary>The page that is mapped for a frame, or would be.</summary>
    [ExcludesLock("kvm.Srcu"), MaySleep]
    private static Result<Pfn> PfnOf(Kvm kvm, Gfn gfn)
    {
        using (kvm.Srcu.Read())
        {
            if (kvm.GfnToMemslot(gfn) is not { Gmem: not null } slot) return Errno.EFAULT;
            Result<HostPage> page = GuestMemfd.GetPfn(kvm, slot, gfn);
            if (page.IsError) return page.Error;
            Pfn pfn = page.Value.Pfn;
            GuestMemfd.PutPfn(kvm, page.Value);
            return pfn;
        }
    }

    /// <summary>True when the 512 pages around one are the 512 frames around another: they were allocated together.</summary>
    private static bool IsOneBlock(Kvm kvm, Pfn pfn, Gfn gfn)
    {
        ulong first = pfn.Value & ~(Rmp.LargePages - 1);
        object? reclaimer = kvm.Mm.Memory.PageOf(pfn).Reclaimer;
        for (ulong i = 0; i < Rmp.LargePages; i++)
        {
            if (kvm.Mm.Memory.PageOf(new Pfn(first + i)) is not { IsInUse: true } page || !ReferenceEquals(page.Reclaimer, reclaimer)) return false;
        }
        return reclaimer is not null;
    }
}
