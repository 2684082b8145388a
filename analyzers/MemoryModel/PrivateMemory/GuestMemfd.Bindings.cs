using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.PrivateMemory;

// Which memslots have which part.
public sealed partial class GuestMemfd
{
    /// <summary>Gives a slot that is being made a part of a file.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="fd">Number of the file.</param>
    /// <param name="offset">Where in it; page aligned.</param>
    /// <returns>The slot with its part. EBADF when there is no such file; EINVAL when it is no guest_memfd, another machine's, or too short; EEXIST when another slot has some of that part.</returns>
    /// <remarks>Source: kvm_gmem_bind(). The slot does not keep the file open.</remarks>
    [RequiresLock("kvm.SlotsLock"), MaySleep]
    internal static Result<Memslot> Bind(Kvm kvm, Memslot slot, int fd, ulong offset)
    {
        Result<KernelFile> file = kvm.Mm.Files.Get(fd);
        if (file.IsError) return file.Error;
        Result<Memslot> bound = file.Value is GuestMemfd gmem && ReferenceEquals(gmem.Kvm, kvm) && offset + (slot.NPages << PageSize.Shift) <= gmem.Size
            ? gmem.Bind(slot, offset >> PageSize.Shift)
            : Errno.EINVAL;
        kvm.Mm.PutLater(file.Value);
        return bound;
    }

    /// <summary>Takes the part of a file from a slot that goes away; fine when it has none, or the file has been closed.</summary>
    /// <remarks>Source: kvm_gmem_unbind().</remarks>
    [RequiresLock("kvm.SlotsLock"), MaySleep]
    internal static void Unbind(Kvm kvm, Memslot slot)
    {
        if (slot.Gmem is not { File: { } file } binding) return;
        using (file.InvalidateLock.Write())
        {
            // The file may have gone in between, and taken its bindings along.
            if (binding.File is not null) file._bindings = IntervalTree<Memslot>.Remove(file._bindings, binding.FirstPage, 0);
            binding.File = null;
        }
    }

    /// <summary>The page of a frame of private memory, made if need be.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="slot">Its slot, which has a guest_memfd.</param>
    /// <param name="gfn">The frame.</param>
    /// <returns>The page with a reference. EFAULT when the file has been closed; EIO when it does not know the slot; EHWPOISON; ENOMEM; the back end's error.</returns>
    /// <remarks>Source: kvm_gmem_get_pfn(). The slot cannot lose its file for another one while the read section lasts.</remarks>
    [RequiresLock("kvm.Srcu", Shared = true)]
    [ExcludesLock("kvm.MmuLock"), MaySleep]
    [return: Owned("private page reference")]
    public static Result<HostPage> GetPfn(Kvm kvm, Memslot slot, Gfn gfn)
    {
        kvm.Srcu.AssertHeldShared();
        kvm.Mm.Lockdep?.MightSleep("a page of private memory", kvm.MmuLock);
        if (slot.Gmem is not { File: { } file } binding || !file.TryGet()) return Errno.EFAULT;
        Result<HostPage> page = file.GetPfn(binding, gfn, (gfn - slot.BaseGfn) + binding.FirstPage);
        kvm.Mm.PutLater(file);
        return page;
    }

    /// <summary>The page of a frame of private memory, if there is one: none is made, and none prepared.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="gfn">The frame.</param>
    /// <returns>The page with a reference; EFAULT when the slot has no open file; ENOENT when the file has no such page.</returns>
    /// <remarks>Source: kvm_memfd_get_pfn() of December 2021, a look into the page cache. There, that a page was allocated meant that the frame was private; later the attributes say so.</remarks>
    [RequiresLock("kvm.Srcu", Shared = true)]
    [ExcludesLock("kvm.MmuLock"), MaySleep]
    [return: Owned("private page reference")]
    public static Result<HostPage> FindPfn(Kvm kvm, Memslot slot, Gfn gfn)
    {
        kvm.Srcu.AssertHeldShared();
        kvm.Mm.Lockdep?.MightSleep("a page of private memory", kvm.MmuLock);
        if (slot.Gmem is not { File: { } file } binding || !file.TryGet()) return Errno.EFAULT;
        Result<HostPage> page = file.Find((gfn - slot.BaseGfn) + binding.FirstPage);
        kvm.Mm.PutLater(file);
        return page;
    }

    [MaySleep]
    [return: Owned("private page reference")]
    private Result<HostPage> Find(ulong index)
    {
        using (_folioLock.Hold())
        {
            return _pages.Get(index) is { } page && _memory.TryGet(page, PageHolder.Gmem) ? page : Errno.ENOENT;
        }
    }

    /// <summary>Gives a page of private memory back.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="page">The page.</param>
    /// <remarks>Source: kvm_memfd_put_pfn() of December 2021. Not the same as giving back a page of the process: each reference is dropped in the name that it was taken in.</remarks>
    public static void PutPfn(Kvm kvm, [Consumes("private page reference")] HostPage page) => kvm.Mm.Memory.Put(page, PageHolder.Gmem);

    /// <summary>The parts there are, in order, for the checker of invariants.</summary>
    internal IEnumerable<(ulong First, ulong End, Memslot Slot)> Bindings()
    {
        IntervalTree<Memslot>? tree = SnapshotBindings();
        IntervalTree<Memslot>? node = IntervalTree<Memslot>.FirstEndingAbove(tree, 0);
        while (node is not null)
        {
            yield return (node.Start, node.End, node.Item);
            node = IntervalTree<Memslot>.FirstEndingAbove(tree, node.End);
        }
    }

    /// <summary>The pages there are, in order, for the checker of invariants.</summary>
    internal IEnumerable<(ulong Index, HostPage Page)> Pages()
    {
        for (ulong index = 0; index < Size >> PageSize.Shift; index++)
        {
            if (PeekPage(index) is { } page) yield return (index, page);
        }
    }

    [NoLockAnalysis("for the checker of invariants, which runs when nothing else does")]
    private IntervalTree<Memslot>? SnapshotBindings() => _bindings;

    [NoLockAnalysis("for the checker of invariants, which runs when nothing else does")]
    private HostPage? PeekPage(ulong index) => _pages.Get(index);

    [ExcludesLock(nameof(InvalidateLock)), MaySleep]
    private Result<Memslot> Bind(Memslot slot, ulong first)
    {
        using (InvalidateLock.Write())
        {
            if (IntervalTree<Memslot>.FirstOverlap(_bindings, first, first + slot.NPages) is not null) return Errno.EEXIST;
            Memslot bound = slot.WithGmem(new GmemBinding(this, first));
            _bindings = IntervalTree<Memslot>.Insert(_bindings, first, first + slot.NPages, 0, bound);
            return bound;
        }
    }

    [MaySleep]
    [return: Owned("private page reference")]
    private Result<HostPage> GetPfn(GmemBinding binding, Gfn gfn, ulong index)
    {
        if (!ReferenceEquals(binding.File, this)) return Errno.EIO;
        Result<HostPage> page = FindOrAdd(index, PageHolder.Gmem, out bool isNew);
        if (page.IsError) return page;
        Errno error = Kvm.Backend.PreparePrivatePage(Kvm, page.Value, gfn);
        if (error.IsOk && isNew) Kvm.Invariants?.CheckFresh(gfn, page.Value);
        if (error.IsOk) return page;
        _memory.Put(page.Value, PageHolder.Gmem);
        return error;
    }

    /// <summary>The file has been closed: every slot loses its part, and guests what they have mapped of it.</summary>
    /// <remarks>Source: kvm_gmem_release(). No wait for readers of memslots is needed: a slot gets a file only when it is made.</remarks>
    [ExcludesLock(nameof(InvalidateLock), "Kvm.SlotsLock", "Kvm.MmuLock"), MaySleep]
    private void ReleaseBindings()
    {
        using (Kvm.SlotsLock.Hold())
        using (InvalidateLock.Write())
        {
            IntervalTree<Memslot>? node = IntervalTree<Memslot>.FirstEndingAbove(_bindings, 0);
            while (node is not null)
            {
                node.Item.Gmem!.File = null;
                node = IntervalTree<Memslot>.FirstEndingAbove(_bindings, node.End);
            }
            bool began = InvalidateStart(0, Size >> PageSize.Shift);
            InvalidateEnd(began);
            _bindings = null;
        }
    }
}
