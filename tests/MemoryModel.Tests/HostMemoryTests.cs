using MemoryModel.Memory;
using MemoryModel.Mmu;

namespace MemoryModel.Tests;

/// <summary>Swap, merging, fork, remapping and notifiers.</summary>
public sealed class HostMemoryTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Hva0 = 0x100000;
    private readonly Machine _machine = new();

    private Mm Mm => _machine.Mm;

    [Fact]
    public void SwappedPage_ComesBackWithItsContent_InGuestAndProcess()
    {
        Vcpu vcpu = Guest(2);
        Assert.True(vcpu.Write(Gpa(0), 77).IsDone);
        Assert.Equal(Errno.EAGAIN, Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.Ok, Mm.SwapOut(new Hva(Hva0)));
        _machine.Check();
        Assert.Equal((0L, 1L), (_machine.Memory.LivePages, _machine.Memory.SwappedPages));
        Assert.Equal(77ul, vcpu.Read(Gpa(0)).Value);
        Assert.Equal(77ul, Mm.Read(new Hva(Hva0)).Value);
        Assert.Equal(0L, _machine.Memory.SwappedPages);
    }

    [Fact]
    public void L19_PageHeldByAnother_StaysInMemory_AndComesBackAsItIs()
    {
        _machine.Map(Hva0, 1);
        HostPage page = Mm.GetUserPage(new Hva(Hva0), write: true).Value;
        Assert.Equal(Errno.EAGAIN, Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.EBUSY, Mm.SwapOut(new Hva(Hva0)));
        page.Content = 5;
        Assert.Equal(5ul, Mm.Read(new Hva(Hva0)).Value);
        using (Mm.MmapRead()) Assert.Same(page, Mm.PteAt(new Hva(Hva0)).Page);
        _machine.Memory.PutPage(page);
        Assert.Equal(1, page.References);
    }

    [Fact]
    public void SwapThatIsFull_IsSaid()
    {
        var memory = new HostMemory(swapCapacity: 0);
        var mm = new Mm(memory);
        Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(Hva0), Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mm.Write(new Hva(Hva0), 1));
        Assert.Equal(Errno.EAGAIN, mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.ENOSPC, mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(1ul, mm.Read(new Hva(Hva0)).Value);
    }

    [Fact]
    public void MachineThatPinsItsPages_KeepsThemInMemoryOnlyWhileTheyAreMapped()
    {
        var machine = new Machine(self => new Kvm(self.Mm) { PinsMappedPages = true });
        machine.Map(Hva0, 1);
        machine.AddSlot(0, 0x10, 1, Hva0);
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Write(Gpa(0), 3).IsDone);
        machine.Check();
        Assert.Equal(2, machine.Memory.PageOf(PfnAt(machine)).References);
        Assert.Equal(Errno.EAGAIN, machine.Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.Ok, machine.Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(0, machine.Memory.LivePages);
        Assert.Equal(3ul, vcpu.Read(Gpa(0)).Value);
    }

    [Fact]
    public void MergedPages_AreOne_UntilOneIsWritten()
    {
        Vcpu vcpu = Guest(2, VmaFlags.ReadWrite | VmaFlags.Mergeable);
        Assert.True(vcpu.Write(Gpa(0), 9).IsDone);
        Assert.True(vcpu.Write(Gpa(1), 9).IsDone);
        Assert.Equal(Errno.Ok, Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        _machine.Check();
        Assert.Equal(1, _machine.Memory.LivePages);
        Assert.Equal(9ul, vcpu.Read(Gpa(1)).Value);
        Assert.True(vcpu.Write(Gpa(1), 10).IsDone);
        Assert.Equal((9ul, 10ul), (vcpu.Read(Gpa(0)).Value, vcpu.Read(Gpa(1)).Value));
        _machine.Check();
    }

    [Fact]
    public void Merging_WantsConsent_EqualContent_AndNobodyElse()
    {
        _machine.Map(Hva0, 2);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0), 1));
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0 + Page), 2));
        Assert.Equal(Errno.EINVAL, Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        Assert.Equal(Errno.Ok, Mm.Madvise(Range(0, 2), Advice.Mergeable));
        Assert.Equal(Errno.EAGAIN, Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0 + Page), 1));
        HostPage held = Mm.GetUserPage(new Hva(Hva0), write: false).Value;
        Assert.Equal(Errno.EBUSY, Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        _machine.Memory.PutPage(held);
        Assert.Equal(Errno.Ok, Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        Assert.Equal(1, _machine.Memory.LivePages);
        Assert.Equal(Errno.Ok, Mm.Madvise(Range(0, 2), Advice.Unmergeable));
        Assert.Equal(2, _machine.Memory.LivePages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D119_Fork_WritesOfOneAreNotSeenByTheOther_WithTheGuestsMappingsToo(bool guestWrites)
    {
        Vcpu vcpu = Guest(1);
        Assert.True(vcpu.Write(Gpa(0), 1).IsDone);
        Mm child = Mm.Fork().Value;
        _machine.Check();
        if (guestWrites) Assert.True(vcpu.Write(Gpa(0), 2).IsDone);
        else Assert.Equal(Errno.Ok, child.Write(new Hva(Hva0), 2));
        Assert.Equal(guestWrites ? 2ul : 1ul, Mm.Read(new Hva(Hva0)).Value);
        Assert.Equal(guestWrites ? 1ul : 2ul, child.Read(new Hva(Hva0)).Value);
        _machine.Check();
        child.Exit();
        Mm.Exit();
        Assert.Equal(0, _machine.Memory.LivePages);
    }

    [Fact]
    public void D118_ReadOfUntouchedMemory_IsTheZeroPage_AWriteReplacesIt()
    {
        Vcpu vcpu = Guest(1);
        Assert.Equal(0ul, vcpu.Read(Gpa(0)).Value);
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0), 4));
        _machine.Check();
        Assert.Equal(4ul, vcpu.Read(Gpa(0)).Value);
        Assert.Equal(0ul, _machine.Memory.ZeroPage.Content);
    }

    [Fact]
    public void D122_SharedFile_WritesReachTheFile()
    {
        var file = new MemoryFile(_machine.Memory, 2 * Page, _machine.Lockdep);
        int fd = Mm.Files.Install(file).Value;
        Hva hva = Mm.MmapFile(2 * Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value;
        _machine.AddSlot(0, 0x10, 2, hva.Value);
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(Gpa(1), 6).IsDone);
        Assert.Equal(6ul, file.Read(1).Value);
        Hva copy = Mm.MmapFile(2 * Page, VmaFlags.ReadWrite, fd).Value;
        Assert.Equal(Errno.Ok, Mm.Write(copy + Page, 7));
        Assert.Equal(6ul, file.Read(1).Value);
        Assert.Equal(Errno.Ok, Mm.Files.Close(fd));
        Mm.Exit();
        Assert.Equal(0, _machine.Memory.LivePages);
    }

    [Fact]
    public void Mremap_MovesContent_GrowsShrinksAndSaysWhatIsWrong()
    {
        Vcpu vcpu = Guest(2);
        Assert.True(vcpu.Write(Gpa(1), 8).IsDone);
        Hva moved = Mm.Mremap(new Hva(Hva0), 2 * Page, 2 * Page, MremapFlags.MayMove | MremapFlags.Fixed, new Hva(0x900000)).Value;
        Assert.Equal(8ul, Mm.Read(moved + Page).Value);
        Assert.Equal(Errno.EFAULT, vcpu.Read(Gpa(1)).Error);
        _machine.Check();
        Assert.Equal(moved, Mm.Mremap(moved, 2 * Page, 4 * Page).Value);
        Assert.Equal(moved, Mm.Mremap(moved, 4 * Page, Page).Value);
        Assert.Equal(Errno.EFAULT, Mm.Read(moved + Page).Error);
        Assert.Equal(Errno.EINVAL, Mm.Mremap(moved + 1, Page, Page).Error);
        Assert.Equal(Errno.EINVAL, Mm.Mremap(moved, Page, 0).Error);
        Assert.Equal(Errno.EINVAL, Mm.Mremap(moved, Page, Page, MremapFlags.Fixed, new Hva(0xa00000)).Error);
        Assert.Equal(Errno.EINVAL, Mm.Mremap(moved, Page, Page, MremapFlags.Fixed | MremapFlags.MayMove, moved).Error);
        Assert.Equal(Errno.EFAULT, Mm.Mremap(new Hva(0x7000000), Page, Page).Error);
        _machine.Map(moved.Value + Page, 1, VmaFlags.Read);
        Assert.Equal(Errno.ENOMEM, Mm.Mremap(moved, Page, 2 * Page).Error);
        Assert.Equal(Errno.EFAULT, Mm.Mremap(moved, 2 * Page, 2 * Page, MremapFlags.MayMove).Error);
    }

    [Fact]
    public void MprotectOverAHole_ChangesWhatComesBeforeIt()
    {
        _machine.Map(Hva0, 1);
        _machine.Map(Hva0 + (2 * Page), 1);
        Assert.Equal(Errno.ENOMEM, Mm.Mprotect(Range(0, 3), VmaFlags.Read));
        Assert.Equal(Errno.EFAULT, Mm.Write(new Hva(Hva0), 1));
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0 + (2 * Page)), 1));
        Assert.Equal(Errno.EINVAL, Mm.Mprotect(HvaRange.FromStartLength(new Hva(Hva0 + 1), Page), VmaFlags.Read));
    }

    [Fact]
    public void DontNeedOverAHole_DropsTheRest()
    {
        _machine.Map(Hva0, 1);
        _machine.Map(Hva0 + (2 * Page), 1);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0 + (2 * Page)), 1));
        Assert.Equal(Errno.ENOMEM, Mm.Madvise(Range(0, 3), Advice.DontNeed));
        Assert.Equal(0ul, Mm.Read(new Hva(Hva0 + (2 * Page))).Value);
    }

    [Fact]
    public void EveryChangeOfWhatIsMapped_IsBetweenStartAndEnd()
    {
        var notifier = new CountingNotifier();
        Assert.Equal(Errno.Ok, Mm.RegisterNotifier(notifier));
        _machine.Map(Hva0, 4, VmaFlags.ReadWrite | VmaFlags.Mergeable);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0), 1));
        Assert.Empty(notifier.Calls);
        Assert.Equal(Errno.Ok, Mm.Mprotect(Range(0, 1), VmaFlags.Read));
        Assert.Equal(Errno.EAGAIN, Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.Ok, Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.Ok, Mm.Munmap(Range(0, 4)));
        Assert.Equal(
            [
                "start ProtectVma [0x100000, 0x101000)", "end ProtectVma [0x100000, 0x101000)",
                "clear_flush_young", "clear_flush_young",
                "start Clear [0x100000, 0x101000)", "end Clear [0x100000, 0x101000)",
                "start Unmap [0x100000, 0x104000)", "end Unmap [0x100000, 0x104000)",
            ],
            notifier.Calls);
        notifier.Calls.Clear();
        Mm.UnregisterNotifier(notifier);
        _machine.Map(Hva0, 4);
        Assert.Equal(Errno.Ok, Mm.Munmap(Range(0, 4)));
        Assert.Equal(["release"], notifier.Calls);
    }

    [Fact]
    public void L21_RefusedInvalidation_WhoAgreedIsToldTheEnd_WhoRefusedIsNot()
    {
        var first = new CountingNotifier();
        var second = new CountingNotifier { Refuses = true };
        var third = new CountingNotifier();
        foreach (CountingNotifier notifier in new[] { first, second, third }) Assert.Equal(Errno.Ok, Mm.RegisterNotifier(notifier));
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0), 1));
        Assert.Equal(Errno.EAGAIN, Mm.OomReap());
        Assert.Equal((2, 1, 0), (first.Calls.Count, second.Calls.Count, third.Calls.Count));
        Assert.Equal(1, _machine.Memory.LivePages);
    }

    [Fact]
    public void OomReap_DropsPages_WithTheGuestsMappings()
    {
        Vcpu vcpu = Guest(2);
        Assert.True(vcpu.Write(Gpa(0), 1).IsDone);
        Assert.Equal(Errno.Ok, Mm.OomReap());
        _machine.Check();
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.Equal(0ul, vcpu.Read(Gpa(0)).Value);
    }

    [Fact]
    public void TestYoung_StopsAtTheFirstYes_ClearingAsksAll()
    {
        var first = new CountingNotifier { Young = true };
        var second = new CountingNotifier { Young = true };
        Assert.Equal(Errno.Ok, Mm.RegisterNotifier(first));
        Assert.Equal(Errno.Ok, Mm.RegisterNotifier(second));
        _machine.Map(Hva0, 1);
        Assert.True(Mm.TestYoung(new Hva(Hva0)));
        Assert.True(Mm.ClearYoung(new Hva(Hva0)));
        Assert.Equal(["test_young", "clear_young"], first.Calls);
        Assert.Equal(["clear_young"], second.Calls);
    }

    [Fact]
    public void WrongHolder_CannotPut()
    {
        _machine.Map(Hva0, 1);
        HostPage page = Mm.GetUserPage(new Hva(Hva0), write: true).Value;
        Assert.Equal("page reference", Assert.Throws<ModelViolationException>(() => _machine.Memory.PutPage(page, PageHolder.Gmem)).Invariant);
        Assert.Equal((1, 1), (page.HeldBy(PageHolder.PageTable), page.HeldBy(PageHolder.GetUserPages)));
        _machine.Memory.PutPage(page);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void L13_UnmapTakesEveryEntryOut_HoweverTheListIsRearranged(int roots)
    {
        Vcpu vcpu = Guest(1);
        var own = new List<ShadowRoot>();
        for (int i = 0; i < roots; i++)
        {
            own.Add(_machine.Kvm.CreateRoot());
            vcpu.UseRoot(own[i]);
            Assert.True(vcpu.Write(Gpa(0), 1).IsDone);
        }
        _machine.Check();
        Assert.Equal(Errno.Ok, Mm.Munmap(Range(0, 1)));
        Assert.All(own, root => Assert.False(root.EntryOf(new Gfn(0x10)).IsPresent));
        _machine.Check();
        Assert.Equal(0, _machine.Memory.LivePages);
    }

    private Vcpu Guest(ulong pages, VmaFlags flags = VmaFlags.ReadWrite)
    {
        _machine.Map(Hva0, pages, flags);
        _machine.AddSlot(0, 0x10, pages, Hva0);
        return _machine.AddVcpu();
    }

    private static Pfn PfnAt(Machine machine)
    {
        using (machine.Mm.MmapRead()) return machine.Mm.PteAt(new Hva(Hva0)).Page!.Pfn;
    }

    private static Gpa Gpa(ulong page) => new Gfn(0x10 + page).Address;

    private static HvaRange Range(ulong page, ulong pages) => HvaRange.FromStartLength(new Hva(Hva0 + (page * Page)), pages * Page);
}
