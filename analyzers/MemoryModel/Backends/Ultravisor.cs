using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>The back end of secure machines on POWER: pages of such a machine live in memory that only the Ultravisor can reach, and come and go by hypercall or when the host touches them.</summary>
/// <remarks>
/// Source: arch/powerpc/kvm/book3s_hv_uvmem.c after the rework of secure memslot dropping (July 2020), in the form that was merged. Order of locks, from the header of that file:
/// the SRCU section, then the mmap lock, then the <see cref="UvmemLock"/>.
/// Thread-safe under the locks that its members name.
/// </remarks>
public sealed partial class Ultravisor : IBackend, IDevicePageOwner
{
    private readonly UvmemPool _pool;
    private readonly UltravisorFirmware _firmware;
    private readonly MemslotDrop? _drop;

    // Frames of the secure guest. Absent: an ordinary frame. Null: paged out.
    [GuardedBy(nameof(UvmemLock))]
    private readonly Dictionary<Gfn, SecurePage?> _frames = [];

    // Frames that the guest shares with the hypervisor.
    [GuardedBy(nameof(UvmemLock))]
    private readonly HashSet<Gfn> _shared = [];

    [GuardedBy(nameof(UvmemLock))]
    private SecureGuestState _state;

    // Its pages are being dropped for good: none comes in any more.
    [GuardedBy(nameof(UvmemLock))]
    private bool _isLeaving;

    /// <summary>Creates a machine with this back end.</summary>
    /// <param name="mm">The address space of the process that runs the machine.</param>
    /// <param name="pool">The secure memory.</param>
    /// <param name="firmware">The Ultravisor below; null for one that never fails.</param>
    /// <param name="drop">How memslots are dropped; null for <see cref="DropPages"/>.</param>
    public Ultravisor(Mm mm, UvmemPool pool, UltravisorFirmware? firmware = null, MemslotDrop? drop = null)
    {
        _drop = drop;
        _pool = pool;
        _firmware = firmware ?? new UltravisorFirmware();
        UvmemLock = new MutexLock("uvmem_lock", mm.Lockdep);
        Kvm = new Kvm(mm, this);
        mm.Lockdep?.Declare(this);
    }

    /// <inheritdoc/>
    public string Name => "Ultravisor";

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>False when the machine is not allowed to become secure.</summary>
    /// <remarks>Source: kvm->arch.svm_enabled.</remarks>
    public bool IsSecureGuestAllowed { get; set; } = true;

    /// <summary>False for a guest with hashed page tables: such a machine cannot become secure.</summary>
    /// <remarks>Source: kvm_is_radix().</remarks>
    public bool IsRadix { get; set; } = true;

    /// <inheritdoc/>
    public bool SupportsGuestMemfd => false;

    /// <summary>Excludes concurrent operations on the machine's secure pages.</summary>
    [AcquiredAfter("Kvm.Srcu", "Kvm.Mm.MmapLock")]
    public MutexLock UvmemLock { get; }

    /// <summary>How far the machine has come.</summary>
    public SecureGuestState State
    {
        [RequiresLock(nameof(UvmemLock))]
        get
        {
            UvmemLock.AssertHeld();
            return _state;
        }
    }

    /// <summary>What a frame is.</summary>
    /// <param name="gfn">Any frame.</param>
    [RequiresLock(nameof(UvmemLock))]
    public GfnState StateOf(Gfn gfn)
    {
        UvmemLock.AssertHeld();
        if (!_frames.TryGetValue(gfn, out SecurePage? page)) return _shared.Contains(gfn) ? GfnState.Shared : GfnState.Normal;
        return page is null ? GfnState.SecurePagedOut : GfnState.Secure;
    }

    /// <summary>The secure page that holds a frame.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <returns>The page, or null when the frame is not in secure memory.</returns>
    /// <remarks>Source: kvmppc_gfn_is_uvmem_pfn().</remarks>
    [RequiresLock(nameof(UvmemLock))]
    [return: ValidUnder(nameof(UvmemLock))]
    public SecurePage? FindSecurePage(Gfn gfn)
    {
        UvmemLock.AssertHeld();
        return UvmemLock.HandOut(_frames.GetValueOrDefault(gfn));
    }

    /// <summary>Says what shall become of a secure page when it is paged out.</summary>
    /// <param name="page">The page.</param>
    /// <param name="skipPageOut">True: its content need not be copied.</param>
    /// <param name="removeGfn">True: its frame shall have no state afterwards.</param>
    [RequiresLock(nameof(UvmemLock))]
    public void MarkForDrop(SecurePage page, bool skipPageOut, bool removeGfn)
    {
        UvmemLock.AssertHeld();
        UvmemLock.AssertFromThisHold(page);
        page.SkipPageOut = skipPageOut;
        page.RemoveGfn = removeGfn;
    }

    /// <summary>Forgets what a frame was.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <remarks>Source: kvmppc_gfn_remove().</remarks>
    [RequiresLock(nameof(UvmemLock))]
    public void ForgetFrame(Gfn gfn)
    {
        UvmemLock.AssertHeld();
        _frames.Remove(gfn);
        _shared.Remove(gfn);
    }

    /// <summary>Number of frames in secure memory.</summary>
    [ExcludesLock(nameof(UvmemLock)), MaySleep]
    public int CountSecurePages()
    {
        Kvm.Mm.Lockdep?.MightSleep("counting secure pages", UvmemLock);
        int count = 0;
        using (UvmemLock.Hold())
        {
            foreach (SecurePage? page in _frames.Values)
            {
                if (page is not null) count++;
            }
        }
        return count;
    }

    /// <inheritdoc/>
    /// <remarks>Source: kvm_unmap_radix(): the Ultravisor has the page mapped as well.</remarks>
    public void UnmapShared(Kvm kvm, Memslot slot, GfnRange range)
    {
        kvm.MmuLock.AssertHeld();
        if (_firmware.SharedPages == 0) return;
        for (Gfn gfn = range.Start; gfn < range.End; gfn += 1) _firmware.PageInvalidate(gfn);
    }

    /// <inheritdoc/>
    /// <remarks>A frame has one secure page, a secure page one frame, and the pool has just these handed out to this machine.</remarks>
    [NoLockAnalysis("looks at the tables while nothing else runs")]
    public (string Invariant, string Detail)? FindDisagreement(Kvm kvm)
    {
        int count = 0;
        var seen = new HashSet<Pfn>();
        foreach ((Gfn gfn, SecurePage? page) in _frames)
        {
            if (page is null) continue;
            count++;
            if (page.Gfn != gfn || !seen.Add(page.Pfn)) return ("E19", $"frame {gfn} and secure page {page.Pfn} do not belong to each other");
            if (!_pool.IsOwnedBy(page.Pfn, this)) return ("E19", $"frame {gfn} is in secure page {page.Pfn}, which the pool has not handed out");
            if (_shared.Contains(gfn)) return ("E19", $"frame {gfn} is secure and shared");
        }
        int used = _pool.UsedBy(this);
        return count != used ? ("E19", $"{count} frames are in secure memory, and {used} pages of it are in use") : null;
    }
}
