using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Ranges;
using MemoryModel.Slots;
using Samples.AsReviewed;

// Runs each mistake once, and says what the run-time validator makes of it. What it says nothing about is what only an analysis of the source finds.
Show(nameof(DropMistakes.VmaWithoutTheMmapLock), (uv, slot, _) => DropMistakes.VmaWithoutTheMmapLock(uv, slot));
Show(nameof(DropMistakes.EarlyReturnWithTheMmapLockHeld), (uv, slot, _) => DropMistakes.EarlyReturnWithTheMmapLockHeld(uv, slot));
Show(nameof(DropMistakes.LockingVariantWithTheLockHeld), (uv, slot, _) => DropMistakes.LockingVariantWithTheLockHeld(uv, slot));
Show(nameof(DropMistakes.NearestVmaTakenForAHit), (uv, slot, _) => DropMistakes.NearestVmaTakenForAHit(uv, slot));
Show(nameof(DropMistakes.VmaKeptWhileTheLockWasDropped), (uv, slot, _) => DropMistakes.VmaKeptWhileTheLockWasDropped(uv, slot));
Show(nameof(RangeMistakes.MutexInAHandlerUnderTheMmuLock), (uv, _, range) =>
    RangeMistakes.MutexInAHandlerUnderTheMmuLock(uv.Kvm, range, new MutexLock("direct_map_mutex", uv.Kvm.Mm.Lockdep)));
Show(nameof(RangeMistakes.HandlerErrorIgnored), (uv, _, range) => RangeMistakes.HandlerErrorIgnored(uv.Kvm, range, Fail));
Show(nameof(RangeMistakes.ErrorsMergedWithOr), (uv, _, range) =>
    Console.WriteLine($"   returned {RangeMistakes.ErrorsMergedWithOr(uv.Kvm, range, Fail)}"));
Show(nameof(RangeMistakes.SrcuNotReleasedOnTheErrorPath), (uv, _, range) =>
    Console.WriteLine($"   returned {RangeMistakes.SrcuNotReleasedOnTheErrorPath(uv.Kvm, range, Fail)}"));
Show(nameof(RangeMistakes.WalkGoesOnAfterAFailure), (uv, _, range) =>
    Console.WriteLine($"   returned {RangeMistakes.WalkGoesOnAfterAFailure(uv.Kvm, range, Fail)}"));

ShowGuest(nameof(FaultMistakes.PageUsedBeforeItsTest), guest => _ = FaultMistakes.PageUsedBeforeItsTest(guest.Kvm, guest.Vcpu, Guest.Absent));
ShowGuest(nameof(FaultMistakes.PageGivenBackAsTheOtherKind), guest => FaultMistakes.PageGivenBackAsTheOtherKind(guest.Kvm, guest.Vcpu, Guest.Private));
ShowGuest(nameof(FaultMistakes.EarlyReturnWithThePage), guest => Returned(FaultMistakes.EarlyReturnWithThePage(guest.Kvm, guest.Vcpu, Guest.Private)));
ShowGuest(nameof(FaultMistakes.SampledAfterTheLookUp), guest => Returned(FaultMistakes.SampledAfterTheLookUp(guest.Kvm, guest.Vcpu, Guest.Private)));
ShowGuest(nameof(FaultMistakes.RecheckLeftOutForPrivatePages), guest => Returned(FaultMistakes.RecheckLeftOutForPrivatePages(guest.Kvm, guest.Vcpu, Guest.Private)));
ShowGuest(nameof(FaultMistakes.ExitWithoutTheKind), guest => Returned(FaultMistakes.ExitWithoutTheKind(guest.Vcpu, Guest.Private)));

ShowGuest(nameof(ReasonMistakes.PrivateContentDestroyedForAnyReason), guest =>
    ReasonMistakes.PrivateContentDestroyedForAnyReason(guest.Kvm, Guest.Private, 1, InvalidationFilter.Shared));
ShowGuest(nameof(ReasonMistakes.FreedBeforeItsRmpEntryIsRestored), guest => ReasonMistakes.FreedBeforeItsRmpEntryIsRestored(guest.Kvm, new Rmp(), Guest.Private));

ShowGuest(nameof(SwapMistakes.MappedWithoutARecheck), guest => SwapMistakes.MappedWithoutARecheck(guest.Kvm, guest.Vcpu, Guest.Shared));
ShowGuest(nameof(SwapMistakes.FreedBeforeTheFlush), guest => guest.UnderTheMmuLock(static (kvm, slot, root) =>
    SwapMistakes.FreedBeforeTheFlush(kvm, slot, root, kvm.Mm.Memory.PageOf(root.EntryOf(Guest.Shared).Pfn))));
ShowGuest(nameof(SwapMistakes.FlushFlagLost), guest => guest.UnderTheMmuLock(static (kvm, slot, root) => SwapMistakes.FlushFlagLost(kvm, slot, root)));
ShowGuest(nameof(SwapMistakes.NextOfARemovedEntry), guest => guest.UnderTheMmuLock(static (kvm, slot, _) =>
{
    if (SwapMistakes.NextOfARemovedEntry(kvm, slot)) kvm.FlushRemoteTlbs();
}));
ShowGuest(nameof(SwapMistakes.AddressPublishedWithoutTheLock), _ => SwapMistakes.AddressPublishedWithoutTheLock(new PublishedSlot(), new Hva(0x100000)));

static Errno Fail(Kvm kvm, in SlotGfnRange range) => range.Slot.Id == 0 ? Errno.ENOMEM : Errno.EFAULT;

static void Show(string mistake, Action<Ultravisor, Memslot, HvaRange> run)
{
    // Two memslots of two pages; the last page is not mapped.
    var lockdep = new Lockdep();
    var hva = new Hva(0x100000);
    var uv = new Ultravisor(new Mm(new HostMemory(), lockdep), new UvmemPool(8, lockdep));
    bool ready = uv.Kvm.Mm.MmapFixed(hva, PageSize.Bytes, VmaFlags.ReadWrite).IsOk
        && uv.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, new Gpa(0), 2 * PageSize.Bytes, hva)).IsOk
        && uv.Kvm.SetUserMemoryRegion(new UserMemoryRegion(1, MemslotFlags.None, new Gpa(0x10000), 2 * PageSize.Bytes, hva + (2 * PageSize.Bytes))).IsOk;
    if (!ready) throw new InvalidOperationException("the machine could not be set up");

    Memslot slot;
    using (uv.Kvm.Srcu.Read())
    {
        // Nothing changes memslots here, so the slot stays good after the section.
        slot = uv.Kvm.Memslots().FindById(0)!;
    }
    Try(mistake, () => run(uv, slot, HvaRange.FromStartLength(hva, 4 * PageSize.Bytes)));
}

static void ShowGuest(string mistake, Action<Guest> run)
{
    var guest = new Guest();
    Try(mistake, () => run(guest));
}

static void Returned(Enum outcome) => Console.WriteLine($"   returned {outcome}");

static void Try(string mistake, Action run)
{
    Console.WriteLine(mistake);
    try
    {
        ModelTask.Run(mistake, run);
        Console.WriteLine("   nothing noticed at run time");
    }
    catch (ModelViolationException violation)
    {
        Console.WriteLine($"   {violation.Message}");
    }
}
