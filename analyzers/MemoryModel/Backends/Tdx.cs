using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>The back end of TDX machines: private memory is mapped by a page table that only the TDX module can change.</summary>
/// <remarks>
/// Source: arch/x86/kvm/vmx/tdx.c of the series of 2023 and 2024. To take a page out takes three steps: block the entry; begin a new epoch and have every vCPU leave the guest; remove the entry. A page that comes back to the same frame is
/// zeroed, and the guest must accept it again: this is why nothing may be taken out that need not be ("KVM: Add flags to struct kvm_gfn_range", June 2023). Thread-safe under the mmu_lock.
/// </remarks>
public sealed class Tdx : IBackend, IPageGuard
{
    private readonly HostMemory _memory;
    private readonly Dictionary<Gfn, Entry> _entries = [];
    private readonly Dictionary<Gfn, ulong> _sources = [];
    private long _epoch;

    /// <summary>Creates the back end of one machine, which is being built.</summary>
    /// <param name="memory">The host's memory.</param>
    public Tdx(HostMemory memory) => _memory = memory;

    /// <inheritdoc/>
    public string Name => "TDX";

    /// <inheritdoc/>
    public bool SupportsReadOnlySlots => false;

    /// <inheritdoc/>
    public bool SupportsSharedGmem => false;

    /// <inheritdoc/>
    public bool GuestDecidesPrivacy => true;

    /// <inheritdoc/>
    public bool HasMirror => true;

    /// <inheritdoc/>
    public bool ChecksAccess => true;

    /// <summary>True when the machine has been measured and runs: pages are added empty, and the guest accepts them.</summary>
    public bool IsFinalized { get; private set; }

    /// <summary>True when the module has refused something that cannot be refused: the machine is unusable.</summary>
    public bool IsBugged { get; private set; }

    /// <summary>Number of calls to come that the module is too busy for.</summary>
    public int BusyCalls { get; set; }

    /// <summary>Times that caches were written back because a page left the guest.</summary>
    public int CacheFlushes { get; private set; }

    /// <summary>Number of entries there are.</summary>
    public int EntryCount => _entries.Count;

    /// <summary>The machine is complete.</summary>
    /// <remarks>Source: tdh_mr_finalize().</remarks>
    public void FinalizeMachine() => IsFinalized = true;

    /// <summary>What a frame is.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">Any frame.</param>
    [RequiresLock("kvm.MmuLock", Shared = true)]
    public SeptState StateOf(Kvm kvm, Gfn gfn)
    {
        kvm.MmuLock.AssertHeldShared();
        return _entries.TryGetValue(gfn, out Entry entry) ? entry.State : SeptState.Free;
    }

    /// <summary>What a page of the first image holds; the page is added when it is first mapped.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">Its frame.</param>
    /// <param name="content">What it holds.</param>
    /// <returns>Ok; EINVAL once the machine is complete.</returns>
    /// <remarks>Source: KVM_TDX_INIT_MEM_REGION.</remarks>
    [ExcludesLock("kvm.MmuLock")]
    public Errno AddInitialPage(Kvm kvm, Gfn gfn, ulong content)
    {
        kvm.MmuLock.AssertNotHeld();
        if (IsFinalized) return Errno.EINVAL;
        using (kvm.MmuLock.Write()) _sources[gfn] = content;
        return Errno.Ok;
    }

    /// <summary>The guest accepts a page.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">Its frame.</param>
    /// <returns>Ok, also when it had been accepted; EFAULT when there is none.</returns>
    /// <remarks>Source: TDG.MEM.PAGE.ACCEPT. The page is zero from then on.</remarks>
    [ExcludesLock("kvm.MmuLock")]
    public Errno Accept(Kvm kvm, Gfn gfn)
    {
        kvm.MmuLock.AssertNotHeld();
        using (kvm.MmuLock.Write())
        {
            if (!_entries.TryGetValue(gfn, out Entry entry) || entry.State is not (SeptState.Pending or SeptState.Mapped)) return Errno.EFAULT;
            if (entry.State == SeptState.Mapped) return Errno.Ok;
            entry.Page.Content = 0;
            _entries[gfn] = entry with { State = SeptState.Mapped };
            return Errno.Ok;
        }
    }

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
    /// <returns>Ok; EAGAIN when the module is busy, or the page waits for its guest already; EINVAL while the machine is being built, for a frame that the image has nothing for; EIO, with the machine unusable, when another page is there.</returns>
    /// <remarks>Source: tdx_sept_set_private_spte(). The page is pinned first, and let go again after a failure: the module may use it from the moment it has it.</remarks>
    public Errno MapPrivate(Kvm kvm, Gfn gfn, HostPage page)
    {
        kvm.MmuLock.AssertHeld();
        if (!page.TryGet(PageHolder.SecureEpt)) return Errno.EIO;
        Errno error = AddOrAugment(gfn, page);
        if (error.IsError) _memory.Put(page, PageHolder.SecureEpt);
        else page.Guard = this;
        return error;
    }

    /// <inheritdoc/>
    public void BlockPrivate(Kvm kvm, Gfn gfn, HostPage page)
    {
        kvm.MmuLock.AssertHeld();
        Entry entry = _entries[gfn];
        SeptState blocked = entry.State == SeptState.Pending ? SeptState.PendingBlocked : SeptState.Blocked;
        _entries[gfn] = entry with { State = blocked, BlockedIn = _epoch };
    }

    /// <inheritdoc/>
    public void TrackPrivate(Kvm kvm)
    {
        kvm.MmuLock.AssertHeld();
        _epoch++;
    }

    /// <inheritdoc/>
    /// <exception cref="ModelViolationException">"E21": it was not blocked, or no epoch has passed since.</exception>
    /// <remarks>Source: tdx_sept_drop_private_spte(): remove, write caches back, clear, unpin.</remarks>
    public void RemovePrivate(Kvm kvm, Gfn gfn, HostPage page)
    {
        kvm.MmuLock.AssertHeld();
        Entry entry = _entries[gfn];
        if (entry.State is not (SeptState.Blocked or SeptState.PendingBlocked) || entry.BlockedIn >= _epoch)
            throw new ModelViolationException("E21", ModelTask.Current.Name, $"frame {gfn} is removed from the secure page table without having been blocked and tracked");
        _entries.Remove(gfn);
        CacheFlushes++;
        page.Content = 0;
        page.Guard = null;
        _memory.Put(page, PageHolder.SecureEpt);
    }

    /// <inheritdoc/>
    /// <remarks>What was not accepted cannot be used: the guest gets #VE. It cannot run instructions from shared memory.</remarks>
    public ProtectionCheck CheckAccess(Vcpu vcpu, Gfn gfn, HostPage page, bool isPrivate, AccessKind kind)
    {
        if (!isPrivate) return kind == AccessKind.Fetch ? ProtectionCheck.Exception : ProtectionCheck.Allowed;
        return _entries.TryGetValue(gfn, out Entry entry) && entry.State is SeptState.Mapped or SeptState.Blocked ? ProtectionCheck.Allowed : ProtectionCheck.Exception;
    }

    /// <inheritdoc/>
    /// <remarks>The integrity of the page is gone: whoever reads it gets a machine check.</remarks>
    public Result<ulong> HostRead(HostPage page) => Errno.EHWPOISON;

    /// <inheritdoc/>
    public Errno HostWrite(HostPage page, ulong content) => Errno.EHWPOISON;

    /// <inheritdoc/>
    /// <remarks>One pin for each entry, and an entry for each frame that the mirror maps.</remarks>
    public (string Invariant, string Detail)? FindDisagreement(Kvm kvm)
    {
        foreach ((Gfn gfn, Entry entry) in _entries)
        {
            if (entry.Page.HeldBy(PageHolder.SecureEpt) != 1) return ("E21", $"frame {gfn} is in the secure page table, and its page is pinned {entry.Page.HeldBy(PageHolder.SecureEpt)} times");
        }
        return null;
    }

    private Errno AddOrAugment(Gfn gfn, HostPage page)
    {
        if (BusyCalls > 0)
        {
            BusyCalls--;
            return Errno.EAGAIN;
        }
        if (_entries.TryGetValue(gfn, out Entry old))
        {
            if (old.State == SeptState.Pending && ReferenceEquals(old.Page, page)) return Errno.EAGAIN;
            IsBugged = true;
            return Errno.EIO;
        }
        if (IsFinalized)
        {
            _entries.Add(gfn, new Entry(SeptState.Pending, page, 0));
            return Errno.Ok;
        }
        if (!_sources.Remove(gfn, out ulong content)) return Errno.EINVAL;
        page.Content = content;
        _entries.Add(gfn, new Entry(SeptState.Mapped, page, 0));
        return Errno.Ok;
    }

    private readonly record struct Entry(SeptState State, HostPage Page, long BlockedIn);
}
