using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>That the checker of invariants finds what is wrong: each test breaks one on purpose, with the steps that the model's own operations do in the right order.</summary>
public sealed class InvariantTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Hva0 = 0x100000;
    private readonly Machine _machine = new();
    private readonly Vcpu _vcpu;

    public InvariantTests()
    {
        _machine.Map(Hva0, 4);
        _machine.AddSlot(0, 0x10, 4, Hva0);
        _vcpu = _machine.AddVcpu();
    }

    private Kvm Kvm => _machine.Kvm;

    [Fact]
    public void L1_L2_ZapBetweenLookupAndInstall_WithTheRecheckItIsARetry_WithoutItGuestAndProcessPart()
    {
        bool stale;
        using (Kvm.Srcu.Read())
        {
            PageFault fault = Sample();
            HostPage page = Kvm.FaultinPfnShared(_vcpu, fault, out _)!;
            Assert.Equal(Errno.Ok, _machine.Mm.Madvise(Range(0, 1), Advice.DontNeed));
            using (Kvm.MmuLock.Write())
            {
                stale = Kvm.IsPageFaultStale(fault);
                // In progress alone says nothing here: the invalidation is over.
                Assert.Equal(0, Kvm.MmuInvalidateInProgress);
                _ = Kvm.MapPage(_vcpu, fault, page);
            }
            // The page stays in use by this reference: a page that the guest keeps and the process has lost.
            Assert.True(stale);
            Assert.Equal("E1", Violation());
            Assert.Equal("E3", Assert.Throws<ModelViolationException>(() => Kvm.ReleasePfnClean(page)).Invariant);
        }
    }

    [Fact]
    public void L3_InstalledJustBefore_IsTakenOutByTheStart()
    {
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(Range(0, 1), Advice.DontNeed));
        _machine.Check();
        Assert.Equal(0ul, _vcpu.Read(Gpa(0)).Value);
    }

    [Fact]
    public void L4_BetweenTheEndsOfTwoInvalidations_NothingOfEitherIsMapped()
    {
        using (Kvm.MmuLock.Write())
        {
            Kvm.MmuInvalidateBegin();
            Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(0x10), 1));
            Kvm.MmuInvalidateBegin();
            Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(0x13), 1));
            Kvm.MmuInvalidateEnd();
        }
        // The second frame is in neither; what covers both covers it too, until both have ended.
        foreach (ulong page in new ulong[] { 0, 1, 3 }) Assert.Equal(RetPf.Retry, Touch(page));
        using (Kvm.MmuLock.Write()) Kvm.MmuInvalidateEnd();
        foreach (ulong page in new ulong[] { 0, 1, 3 }) Assert.Equal(RetPf.Fixed, Touch(page));
    }

    [Fact]
    public void FaultDuringAnInvalidation_IsTriedAgain_OutsideItsRangeItIsNot()
    {
        var results = new List<RetPf>();
        var notifier = new CountingNotifier();
        Assert.Equal(Errno.Ok, _machine.Mm.RegisterNotifier(notifier));
        notifier.OnStart = _ =>
        {
            // A vCPU is a thread of its own: whoever invalidates holds locks that it must not be called under.
            var vcpu = new Thread(() => results.AddRange([Touch(0), Touch(3)]));
            vcpu.Start();
            vcpu.Join();
        };
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        Assert.Equal(Errno.EAGAIN, _machine.Mm.SwapOut(new Hva(Hva0)));
        Assert.True(_vcpu.Write(Gpa(3), 1).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(RetPf.Retry, results[0]);
        Assert.Equal(RetPf.Spurious, results[1]);
        _machine.Check();
    }

    [Fact]
    public void L8_PrivatePageMappedOverAHole_WithoutTheRecheck_IsUsedAfterItWasFreed()
    {
        GuestMemfd file = _machine.AddPrivateSlot(1, 0x40, 4, Hva0 + (64 * Page));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x40, 4));
        using (Kvm.Srcu.Read())
        {
            PageFault fault = Kvm.BeginPageFault(_vcpu, new GuestAccess(new Gfn(0x40).Address, AccessKind.Write, 1));
            fault.MmuSeq = Kvm.MmuInvalidateSeq;
            HostPage page = Kvm.FaultinPfnPrivate(_vcpu, fault, out _)!;
            Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, Page));
            using (Kvm.MmuLock.Write())
            {
                Assert.True(Kvm.IsPageFaultStale(fault));
                _ = Kvm.MapPage(_vcpu, fault, page);
            }
            Assert.Equal("E3", Assert.Throws<ModelViolationException>(() => GuestMemfd.PutPfn(Kvm, page)).Invariant);
        }
    }

    [Fact]
    public void L11_FreeBeforeTheFlush_IsFound()
    {
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        using (Kvm.Srcu.Read())
        using (Kvm.MmuLock.Write())
        {
            Memslot slot = Kvm.GfnToMemslot(new Gfn(0x10))!;
            Assert.True(Kvm.UnmapGfnRange(new SlotGfnRange(slot, GfnRange.FromStartCount(slot.BaseGfn, 1))));
        }
        HostPage page = _machine.Memory.PageOf(PfnAt());
        Assert.True(_vcpu.Tlb.Holds(new Gfn(0x10)));
        Assert.Equal("E3", Assert.Throws<ModelViolationException>(() => _machine.Memory.PutPage(page, PageHolder.PageTable)).Invariant);
    }

    [Fact]
    public void StaleTranslation_IsCounted_UntilTheFlush()
    {
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        using (Kvm.Srcu.Read())
        using (Kvm.MmuLock.Write())
        {
            Memslot slot = Kvm.GfnToMemslot(new Gfn(0x10))!;
            Assert.True(Kvm.WriteProtectGfnRange(new SlotGfnRange(slot, GfnRange.FromStartCount(slot.BaseGfn, 1))));
        }
        Assert.True(_vcpu.Write(Gpa(0), 2).IsDone);
        Assert.Equal(1, _vcpu.Tlb.StaleHits);
        Kvm.FlushRemoteTlbs();
        Assert.True(_vcpu.Write(Gpa(0), 3).IsDone);
        Assert.Equal((1L, 1L), (_vcpu.Tlb.StaleHits, _vcpu.Tlb.Flushes));
    }

    [Fact]
    public void E5_EndWithoutBegin_RangeWithoutBegin_EndWithoutRange_AreFound()
    {
        using (Kvm.MmuLock.Write())
        {
            Assert.Equal("E5", Assert.Throws<ModelViolationException>(Kvm.MmuInvalidateEnd).Invariant);
            Assert.Equal("E5", Assert.Throws<ModelViolationException>(() => Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(1), 1))).Invariant);
            Kvm.MmuInvalidateBegin();
            Assert.Equal("E5", Assert.Throws<ModelViolationException>(Kvm.MmuInvalidateEnd).Invariant);
        }
    }

    [Fact]
    public void E6_PrivateFrameMappedAsShared_IsFound()
    {
        using (Kvm.Srcu.Read())
        {
            PageFault fault = Sample();
            HostPage page = Kvm.FaultinPfnShared(_vcpu, fault, out _)!;
            Assert.Equal(Errno.Ok, SetPrivateElsewhere());
            using (Kvm.MmuLock.Write())
            {
                Assert.True(Kvm.IsPageFaultStale(fault));
                _ = Kvm.MapPage(_vcpu, fault, page);
            }
            Kvm.ReleasePfnClean(page);
        }
        Assert.Equal("E6", Violation());
    }

    [Fact]
    public void E4_ReferenceThatNoTableHas_IsFound()
    {
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        HostPage page = _machine.Memory.PageOf(PfnAt());
        Assert.True(page.TryGet(PageHolder.Spte));
        Assert.Equal("E4", Violation());
    }

    [Fact]
    public void E14_EntryThatTheReverseMapMisses_IsFound()
    {
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        using (Kvm.Srcu.Read())
        using (Kvm.MmuLock.Write()) Kvm.GfnToMemslot(new Gfn(0x10))!.Rmap.Remove(0, Kvm.Roots()[0]);
        Assert.Equal("E14", Violation());
    }

    [Fact]
    public void ValidationOff_ChecksNothing()
    {
        var kvm = new Kvm(new Mm(new HostMemory()));
        Assert.Null(kvm.Invariants);
    }

    private Errno SetPrivateElsewhere()
    {
        Errno error = Errno.Ok;
        var setter = new Thread(() => error = _machine.SetPrivate(0x10, 1));
        setter.Start();
        setter.Join();
        return error;
    }

    private string Violation() => Assert.Throws<ModelViolationException>(_machine.Check).Invariant;

    private PageFault Sample()
    {
        PageFault fault = Kvm.BeginPageFault(_vcpu, new GuestAccess(Gpa(0), AccessKind.Write, 1));
        fault.MmuSeq = Kvm.MmuInvalidateSeq;
        return fault;
    }

    private RetPf Touch(ulong page) => _vcpu.Touch(new GuestAccess(Gpa(page), AccessKind.Write, 1)).Value;

    private Pfn PfnAt()
    {
        using (_machine.Mm.MmapRead()) return _machine.Mm.PteAt(new Hva(Hva0)).Page!.Pfn;
    }

    private static Gpa Gpa(ulong page) => new Gfn(0x10 + page).Address;

    private static HvaRange Range(ulong page, ulong pages) => HvaRange.FromStartLength(new Hva(Hva0 + (page * Page)), pages * Page);
}
