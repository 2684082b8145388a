using System.Collections.Concurrent;
using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>The Ultravisor itself, below the hypervisor: keeps the content of secure pages. Derive from it to make a call fail.</summary>
/// <remarks>Source: the ucalls UV_PAGE_IN, UV_PAGE_OUT, UV_REGISTER_MEM_SLOT, UV_UNREGISTER_MEM_SLOT, UV_SVM_TERMINATE of powerpc/ultravisor.rst. The real one hands content out encrypted; the model does not. Thread-safe.</remarks>
public class UltravisorFirmware
{
    private readonly ConcurrentDictionary<Pfn, ulong> _content = new();
    private readonly ConcurrentDictionary<int, GfnRange> _slots = new();
    private readonly ConcurrentDictionary<Gfn, bool> _shared = new();

    /// <summary>Number of memslots that it knows.</summary>
    public int RegisteredSlots => _slots.Count;

    /// <summary>Takes content into a secure page.</summary>
    /// <param name="page">The secure page.</param>
    /// <param name="content">What it shall hold.</param>
    /// <returns>Ok, or an error with nothing changed.</returns>
    [MaySleep]
    public virtual Errno PageIn(SecurePage page, ulong content)
    {
        ModelTask.Current.MightSleep("a call of the Ultravisor");
        _content[page.Pfn] = content;
        return Errno.Ok;
    }

    /// <summary>Hands the content of a secure page out.</summary>
    /// <param name="page">The secure page.</param>
    /// <returns>The content, or an error with nothing changed.</returns>
    [MaySleep]
    public virtual Result<ulong> PageOut(SecurePage page)
    {
        ModelTask.Current.MightSleep("a call of the Ultravisor");
        return _content.TryGetValue(page.Pfn, out ulong content) ? content : Errno.EINVAL;
    }

    /// <summary>Number of pages that guests share with the hypervisor, and that the Ultravisor has mapped.</summary>
    public int SharedPages => _shared.Count;

    /// <summary>Maps a page that a guest shares with the hypervisor.</summary>
    /// <param name="gfn">The frame.</param>
    /// <returns>Ok, or an error with nothing changed.</returns>
    /// <remarks>Source: UV_PAGE_IN of a shared page.</remarks>
    [MaySleep]
    public virtual Errno PageInShared(Gfn gfn)
    {
        ModelTask.Current.MightSleep("a call of the Ultravisor");
        _shared[gfn] = true;
        return Errno.Ok;
    }

    /// <summary>Forgets the mapping of a shared page, whose memory is about to change. For any other page nothing happens (the real one says U_P2, which is ignored).</summary>
    /// <param name="gfn">The frame.</param>
    /// <remarks>Source: UV_PAGE_INVAL.</remarks>
    public void PageInvalidate(Gfn gfn) => _shared.TryRemove(gfn, out _);

    /// <summary>Learns of a memslot.</summary>
    /// <param name="slot">The slot.</param>
    /// <returns>Ok, or an error with nothing changed.</returns>
    [MaySleep]
    public virtual Errno RegisterMemslot(Memslot slot)
    {
        ModelTask.Current.MightSleep("a call of the Ultravisor");
        _slots[slot.Id] = slot.GfnRange;
        return Errno.Ok;
    }

    /// <summary>Forgets a memslot; one that it does not know is fine.</summary>
    /// <param name="slot">The slot.</param>
    [MaySleep]
    public void UnregisterMemslot(Memslot slot)
    {
        ModelTask.Current.MightSleep("a call of the Ultravisor");
        _slots.TryRemove(slot.Id, out _);
    }

    /// <summary>Forgets the machine.</summary>
    /// <returns>Ok, or an error with nothing changed.</returns>
    [MaySleep]
    public virtual Errno Terminate()
    {
        ModelTask.Current.MightSleep("a call of the Ultravisor");
        _slots.Clear();
        _content.Clear();
        _shared.Clear();
        return Errno.Ok;
    }

    /// <summary>Forgets the content of a page that goes back to the pool.</summary>
    internal void Forget(SecurePage page) => _content.TryRemove(page.Pfn, out _);
}
