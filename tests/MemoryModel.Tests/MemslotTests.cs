using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

public sealed class MemslotTests
{
    private const ulong Page = PageSize.Bytes;
    private readonly RecordingBackend _backend = new();
    private readonly Machine _machine;

    public MemslotTests() => _machine = new Machine(_backend);

    [Theory]
    [InlineData(4u)]
    [InlineData(8u)]
    [InlineData(1u << 16)]
    [InlineData(1u << 31)]
    public void D002_UnsupportedFlag_IsInvalid(uint flag) => Assert.Equal(Errno.EINVAL, _machine.SetSlot(0, 0, 1, 0x100000, (MemslotFlags)flag));

    [Fact]
    public void D007_ManyContiguousSlots_AllSucceed()
    {
        for (int i = 0; i < 512; i++) _machine.AddSlot(i, (ulong)i * 512, 512, (ulong)i << 21);
        using (_machine.Kvm.Srcu.Read())
        {
            Assert.Equal(512, _machine.Kvm.Memslots().Count);
            Assert.Equal(300, _machine.Kvm.GfnToMemslot(new Gfn((300 * 512) + 511))!.Id);
        }
    }

    [Fact]
    public void D008_SlotNumberBeyondTheLast_IsInvalid()
    {
        _machine.AddSlot(32763, 0, 1, 0);
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(32764, 1, 1, 0x1000));
    }

    [Fact]
    public void D016_SizeZero_DeletesWhateverTheAddressSays()
    {
        _machine.AddSlot(3, 16, 4, 0x100000);
        Assert.Equal(Errno.Ok, _machine.SetSlot(3, 99, 0, 0x7000));
        Assert.Equal("", _machine.Slots());
        Assert.Equal(Errno.EINVAL, _machine.Delete(3));
    }

    [Theory]
    [InlineData(14ul)]
    [InlineData(18ul)]
    public void D019_D020_OverlapAtFrontOrBack_Exists(ulong gfn)
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        Assert.Equal(Errno.EEXIST, _machine.SetSlot(2, gfn, 4, 0x200000));
        Assert.Equal(Errno.Ok, _machine.SetSlot(2, gfn, 4, 0x100000, space: 1));
    }

    [Fact]
    public void D035_SlotsThatShareMemory_AreLegal()
    {
        _machine.AddSlot(0, 0, 4, 0x100000);
        _machine.AddSlot(1, 4, 4, 0x100000);
        using (_machine.Kvm.Srcu.Read())
        {
            Assert.Equal(_machine.Kvm.GfnToHva(new Gfn(1)).Value, _machine.Kvm.GfnToHva(new Gfn(5)).Value);
        }
    }

    public static TheoryData<UserMemoryRegion> WrongArguments => new()
    {
        new UserMemoryRegion(0, 0, new Gpa(0), Page + 1, new Hva(0)),
        new UserMemoryRegion(0, 0, new Gpa(1), Page, new Hva(0)),
        new UserMemoryRegion(0, 0, new Gpa(0), Page, new Hva(1)),
        new UserMemoryRegion(0, 0, new Gpa(0), Page, Mm.TaskSize),
        new UserMemoryRegion(0, 0, new Gpa(0), 2 * Page, Mm.TaskSize - Page),
        new UserMemoryRegion(2 << 16, 0, new Gpa(0), Page, new Hva(0)),
        new UserMemoryRegion(0, 0, new Gpa(ulong.MaxValue - Page + 1), 2 * Page, new Hva(0)),
        new UserMemoryRegion(0, 0, new Gpa(0), (1UL << 31) * Page, new Hva(0)),
    };

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public void ArgumentWrongInItself_IsInvalid(UserMemoryRegion region) => Assert.Equal(Errno.EINVAL, _machine.Kvm.SetUserMemoryRegion(region));

    [Fact]
    public void LargestSlot_IsAccepted() =>
        Assert.Equal(Errno.Ok, _machine.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, 0, new Gpa(0), ((1UL << 31) - 1) * Page, new Hva(0))));

    [Fact]
    public void WrongFlagOnAnOverlap_IsInvalidNotExists()
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(2, 16, 4, 0x200000, MemslotFlags.GuestMemfd));
    }

    [Theory]
    [InlineData(16ul, 5ul, 0x100000ul, MemslotFlags.None)]
    [InlineData(16ul, 4ul, 0x101000ul, MemslotFlags.None)]
    [InlineData(16ul, 4ul, 0x100000ul, MemslotFlags.ReadOnly)]
    public void ChangeOfSizeAddressOrReadOnly_IsInvalid(ulong gfn, ulong pages, ulong hva, MemslotFlags flags)
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(1, gfn, pages, hva, flags));
    }

    [Fact]
    public void SameRequestAgain_ChangesNothing()
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        ulong generation = _machine.Generation();
        _machine.AddSlot(1, 16, 4, 0x100000);
        Assert.Equal(generation, _machine.Generation());
    }

    [Fact]
    public void Create_IsOneGracePeriod_DeleteIsTwo_GenerationsOfSpacesNeverMeet()
    {
        Assert.Equal(0UL, _machine.Generation());
        Assert.Equal(1UL, _machine.Generation(1));
        _machine.AddSlot(1, 16, 4, 0x100000);
        Assert.Equal(2UL, _machine.Generation());
        Assert.Equal(1UL, _machine.Generation(1));
        Assert.Equal(Errno.Ok, _machine.Delete(1));
        Assert.Equal(6UL, _machine.Generation());
    }

    [Fact]
    public void FlagsOnly_NeverPassesThroughInvalid()
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        _backend.Calls.Clear();
        Assert.Equal(Errno.Ok, _machine.SetSlot(1, 16, 4, 0x100000, MemslotFlags.LogDirtyPages));
        Assert.Equal(["prepare FlagsOnly", "commit FlagsOnly"], _backend.Calls);
    }

    [Fact]
    public void Delete_WhileInvalid_SlotIsFoundButTranslatesNothing()
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        bool looked = false;
        _backend.OnFlush = (kvm, _) =>
        {
            using (kvm.Srcu.Read())
            {
                Memslot? slot = kvm.GfnToMemslot(new Gfn(17));
                Assert.NotNull(slot);
                Assert.True(slot.IsInvalid);
                Assert.Equal(new Hva(0x100000), slot.UserspaceAddr);
                Assert.False(kvm.IsVisibleGfn(new Gfn(17)));
                Assert.Equal(Errno.ENOENT, kvm.GfnToHva(new Gfn(17)).Error);
                Assert.Equal(Errno.ENOENT, kvm.GfnToPage(new Gfn(17)).Error);
                looked = true;
            }
        };
        _backend.Calls.Clear();
        Assert.Equal(Errno.Ok, _machine.Delete(1));
        Assert.True(looked);
        Assert.Equal(["flush 1 invalid=True", "prepare Delete", "commit Delete"], _backend.Calls);
    }

    [Fact]
    public void Move_GoesThroughInvalidToTheNewFrames()
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        _backend.Calls.Clear();
        Assert.Equal(Errno.Ok, _machine.SetSlot(1, 32, 4, 0x100000));
        Assert.Equal(["flush 1 invalid=True", "prepare Move", "commit Move"], _backend.Calls);
        using (_machine.Kvm.Srcu.Read())
        {
            Assert.Null(_machine.Kvm.GfnToMemslot(new Gfn(16)));
            Assert.Equal(new Hva(0x100000), _machine.Kvm.GfnToHva(new Gfn(32)).Value);
        }
    }

    [Fact]
    public void MoveOntoItsOwnFrames_IsNoOverlap()
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        Assert.Equal(Errno.Ok, _machine.SetSlot(1, 18, 4, 0x100000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void E12_BackendRefuses_SlotsAreAsBefore(int what)
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        string before = _machine.Slots();
        _backend.Answer = Errno.ENOMEM;
        Errno error = what switch
        {
            0 => _machine.SetSlot(2, 64, 4, 0x200000),
            1 => _machine.Delete(1),
            _ => _machine.SetSlot(1, 32, 4, 0x100000),
        };
        Assert.Equal(Errno.ENOMEM, error);
        Assert.Equal(before, _machine.Slots());

        // Both sets must be back: the next update swaps the other one in.
        _backend.Answer = Errno.Ok;
        _machine.AddSlot(3, 128, 1, 0x300000);
        Assert.Equal(Errno.Ok, _machine.Delete(3));
        Assert.Equal(before, _machine.Slots());
    }

    [Fact]
    public void WriteThroughReadOnlySlot_IsRefused_ReadIsNot()
    {
        _machine.Map(0x100000, 4);
        Assert.Equal(Errno.Ok, _machine.SetSlot(1, 16, 4, 0x100000, MemslotFlags.ReadOnly));
        using (_machine.Kvm.Srcu.Read())
        {
            Assert.Equal(Errno.EROFS, _machine.Kvm.GfnToHva(new Gfn(16), write: true).Error);
            Assert.Equal(new Hva(0x101000), _machine.Kvm.GfnToHva(new Gfn(17)).Value);
        }
    }

    [Fact]
    public void E10_ReaderKeepsSeeingTheSetThatItBeganWith()
    {
        _machine.AddSlot(1, 16, 4, 0x100000);
        int index = _machine.Kvm.Srcu.ReadLock();
        MemslotSet set = _machine.Kvm.Memslots();
        var updater = new Thread(() => ModelTask.Run("updater", () => Assert.Equal(Errno.Ok, _machine.SetSlot(2, 64, 4, 0x200000))));
        updater.Start();
        // The new set is published before the wait for readers, so it is seen while the updater still waits for this section.
        var spin = new SpinWait();
        while (_machine.Kvm.Memslots() == set) spin.SpinOnce();
        Assert.NotEqual(0UL, _machine.Kvm.Memslots().Generation & MemslotSet.UpdateInProgress);
        Assert.Equal(1, set.Count);
        Assert.Null(set.FindByGfn(new Gfn(64)));
        Assert.True(updater.IsAlive);
        _machine.Kvm.Srcu.ReadUnlock(index);
        updater.Join();
        Assert.Equal(0UL, _machine.Generation() & MemslotSet.UpdateInProgress);
    }

    [Fact]
    public void SwapWaitsForActiveInvalidation()
    {
        _machine.Kvm.Invalidations.Begin();
        var updater = new Thread(() => ModelTask.Run("updater", () => _machine.AddSlot(1, 16, 4, 0x100000)));
        updater.Start();
        // The updater cannot get past the wait: nothing that it does can make it end before End().
        Assert.Equal("", _machine.Slots());
        _machine.Kvm.Invalidations.End();
        updater.Join();
        Assert.NotEqual("", _machine.Slots());
        Assert.Throws<ModelViolationException>(_machine.Kvm.Invalidations.End);
    }

    [Fact]
    public void E26_SetRegionInsideReadSection_IsRefused()
    {
        Assert.Throws<ModelViolationException>(() => ModelTask.Run("vcpu", () =>
        {
            _machine.Kvm.Srcu.ReadLock();
            _machine.AddSlot(1, 16, 4, 0x100000);
        }));
    }

    [Fact]
    public void LookupOutsideReadSection_IsRefused() =>
        Assert.Equal("lock required", Assert.Throws<ModelViolationException>(() => _machine.Kvm.GfnToMemslot(new Gfn(0))).Invariant);
}
