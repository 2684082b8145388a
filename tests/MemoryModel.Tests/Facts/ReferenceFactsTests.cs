using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Facts;

/// <summary>E4: each page that a fault gets is put once, whatever the fault comes to. A task that returned with one would be refused.</summary>
public sealed class ReferenceFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;

    [Fact]
    public void FaultThatIsTriedAgain_PutsWhatItGot() => Balanced(new Machine(), static (machine, vcpu) =>
    {
        machine.Map(Hva0, 1);
        machine.AddSlot(0, 0x10, 1, Hva0);
        using (machine.Kvm.MmuLock.Write())
        {
            machine.Kvm.MmuInvalidateBegin();
            machine.Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(0x10), 1));
        }
        Assert.Equal(RetPf.Retry, Touch(vcpu).Value);
        using (machine.Kvm.MmuLock.Write()) machine.Kvm.MmuInvalidateEnd();
        Assert.Equal(RetPf.Fixed, Touch(vcpu).Value);
        Assert.Equal(RetPf.Spurious, Touch(vcpu).Value);
    });

    [Theory]
    [InlineData("EINVAL")]
    [InlineData("ENOMEM")]
    public void PageThatCannotBePrepared_IsPut_AndStaysTheFiles(string error)
    {
        Errno answer = error == "EINVAL" ? Errno.EINVAL : Errno.ENOMEM;
        Balanced(new Machine(new RefusingBackend(answer)), (machine, vcpu) =>
        {
            GuestMemfd file = Private(machine);
            Assert.Equal((answer, ExitReason.MemoryFault), (Touch(vcpu, isPrivate: true).Error, vcpu.Exit.ExitReason));
            Assert.Equal(1, file.PageCount);
            Assert.Equal(1, file.Pages().Single().Page.References);
        });
    }

    [Fact]
    public void SecurePageTableThatIsBusyOrRefuses_PageIsPut()
    {
        Tdx tdx = null!;
        Balanced(new Machine(self => new Kvm(self.Mm, tdx = new Tdx(self.Memory))), (machine, vcpu) =>
        {
            GuestMemfd file = Private(machine);
            // The image has nothing for the frame.
            Assert.Equal(Errno.EINVAL, Touch(vcpu, isPrivate: true).Error);
            tdx.FinalizeMachine();
            tdx.BusyCalls = 2;
            Assert.Equal(RetPf.Retry, Touch(vcpu, isPrivate: true).Value);
            Assert.Equal(RetPf.Retry, Touch(vcpu, isPrivate: true).Value);
            Assert.Equal(1, file.Pages().Single().Page.References);
            Assert.Equal(RetPf.Fixed, Touch(vcpu, isPrivate: true).Value);
            Assert.Equal((2, 1), (file.Pages().Single().Page.References, file.Pages().Single().Page.HeldBy(PageHolder.SecureEpt)));
        });
    }

    [Fact]
    public void PageThatIsBroken_IsNotTaken() => Balanced(new Machine(), static (machine, vcpu) =>
    {
        GuestMemfd file = Private(machine);
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize, 0, Page));
        file.PoisonPage(0);
        Assert.Equal(Errno.EHWPOISON, Touch(vcpu).Error);
        Assert.Equal(1, file.Pages().Single().Page.References);
    });

    [Fact]
    public void MirrorThatWritesAPrivateMappingOfAFile_DoesNotReachTheFile()
    {
        var machine = new Machine();
        int fd = machine.Mm.Files.Install(new MemoryFile(machine.Memory, Page, machine.Lockdep)).Value;
        Hva shared = machine.Mm.MmapFile(Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value;
        Hva own = machine.Mm.MmapFile(Page, VmaFlags.ReadWrite, fd).Value;
        var mirror = new Mirror(machine.Mm);
        Assert.Equal(Errno.Ok, mirror.Write(shared, [1]));
        var words = new ulong[1];
        Assert.Equal(Errno.Ok, mirror.Read(own, words));
        Assert.Equal(1ul, words[0]);
        Assert.Equal(Errno.Ok, mirror.Write(own, [2]));
        Assert.Equal((1ul, 2ul), (machine.Mm.Read(shared).Value, machine.Mm.Read(own).Value));
    }

    [Fact]
    public void OperatorAndWalkOverAllAddresses_ClipToTheSlots()
    {
        var machine = new Machine();
        machine.AddSlot(0, 0x10, 2, 0);
        machine.AddSlot(1, 0x20, 1, Mm.TaskSize.Value - Page);
        var seen = new List<string>();
        HvaRange all = HvaRange.FromStartEnd(new Hva(0), new Hva(ulong.MaxValue));
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(machine.Kvm, all, (Kvm _, in SlotGfnRange range) =>
        {
            seen.Add(range.Range.ToString());
            return Errno.Ok;
        }));
        Assert.Equal(["[0x10, 0x12)", "[0x20, 0x21)"], seen);
        seen.Clear();
        Assert.True(NotifierWalk.Run(machine.Kvm, HvaRange.FromStartEnd(new Hva(Page - 1), new Hva(Page + 1)), (Kvm _, in SlotGfnRange range) =>
        {
            seen.Add(range.Range.ToString());
            return true;
        }));
        Assert.Equal(["[0x10, 0x12)"], seen);
    }

    private static GuestMemfd Private(Machine machine)
    {
        GuestMemfd file = machine.AddPrivateSlot(0, 0x10, 1, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x10, 1));
        return file;
    }

    private static Result<RetPf> Touch(Vcpu vcpu, bool isPrivate = false) => vcpu.Touch(new GuestAccess(new Gfn(0x10).Address, AccessKind.Write, 1, isPrivate));

    private static void Balanced(Machine machine, Action<Machine, Vcpu> body) => ModelTask.Run("vCPU", () =>
    {
        body(machine, machine.AddVcpu());
        machine.Check();
    });

    private sealed class RefusingBackend(Errno answer) : IBackend
    {
        public string Name => "refusing";

        public Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh) => Errno.Ok;

        public void FlushMemslot(Kvm kvm, Memslot slot)
        {
        }

        public void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
        {
        }

        public Errno PreparePrivatePage(Kvm kvm, HostPage page, Gfn gfn) => answer;
    }
}
