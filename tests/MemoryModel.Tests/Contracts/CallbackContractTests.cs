using System.Reflection;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Contracts;

/// <summary>
/// What the model calls and others write: interfaces, delegates, members to override. There the model is the caller who has to see to the contract, and what a body must not do is refused. Each is called by the model here, and asks
/// the validator about its own contract from inside.
/// </summary>
public sealed class CallbackContractTests
{
    [Fact]
    public void EveryCallback_IsCalledUnderItsContract()
    {
        var witness = new CallbackWitness();
        Notifier(witness);
        Backend(witness, new PlainBackend());
        Tdx(witness);
        SevSnp(witness);
        Firmware(witness);
        Ranges(witness);
        Devices(witness);
        Files(witness);

        string[] expected = [.. Contract.All.Where(static c => c.IsCallback && CallbackWitness.Checks(c)).Select(static c => c.Name).Distinct().Order(StringComparer.Ordinal)];
        Assert.True(witness.Problems.Count == 0, string.Join('\n', witness.Problems));
        Assert.Equal(expected, witness.Seen.Order(StringComparer.Ordinal));
    }

    private static void Notifier(CallbackWitness witness)
    {
        var machine = new Machine();
        machine.Map(0x100000, 2);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(0x100000), 1));
        var notifier = new WitnessingNotifier(witness);
        Assert.Equal(Errno.Ok, machine.Mm.RegisterNotifier(notifier));
        _ = machine.Mm.ClearFlushYoung(new Hva(0x100000));
        _ = machine.Mm.ClearYoung(new Hva(0x100000));
        _ = machine.Mm.TestYoung(new Hva(0x100000));
        Assert.Equal(Errno.Ok, machine.Mm.Madvise(HvaRange.FromStartLength(new Hva(0x100000), Machine.Page), Advice.DontNeed));
        notifier.MustNotSleep = true;
        Assert.Equal(Errno.Ok, machine.Mm.OomReap());
        notifier.MustNotSleep = false;
        machine.Mm.UnregisterNotifier(notifier);
    }

    private static Machine Backend(CallbackWitness witness, IBackend inner)
    {
        var machine = new Machine(BackendWitness.Around(inner, witness));
        machine.Map(0x200000, 4);
        machine.AddSlot(0, 0x10, 4, 0x200000);
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 1).IsDone);
        Assert.Equal(Errno.Ok, machine.Mm.Madvise(HvaRange.FromStartLength(new Hva(0x200000), Machine.Page), Advice.DontNeed));
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x40, 4, 0x200000));
        Assert.Equal(Errno.Ok, machine.Delete(0));
        return machine;
    }

    private static void Tdx(CallbackWitness witness)
    {
        var machine = new Machine(m => new Kvm(m.Mm, BackendWitness.Around(TdxOf(m), witness)));
        machine.Map(0x200000, 4);
        GuestMemfd file = machine.AddPrivateSlot(0, 0x10, 4, 0x200000);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x10, 4));
        Vcpu vcpu = machine.AddVcpu();
        _ = vcpu.Touch(new GuestAccess(new Gfn(0x10).Address, AccessKind.Write, 1, IsPrivate: true));
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, 4 * Machine.Page));
    }

    private static Tdx TdxOf(Machine machine)
    {
        var tdx = new Tdx(machine.Memory);
        tdx.FinalizeMachine();
        return tdx;
    }

    private static void SevSnp(CallbackWitness witness)
    {
        var machine = new Machine(BackendWitness.Around(new SevSnp(new Rmp(), 1, largePages: true), witness));
        machine.Map(0x200000, 1024);
        GuestMemfd file = machine.AddPrivateSlot(0, 0x200, 1024, 0x200000);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x200, 1024));
        Vcpu vcpu = machine.AddVcpu();
        _ = vcpu.Read(new Gfn(0x200).Address, isPrivate: true);
        // The page is the guest's by now, and used as shared memory: the hardware objects.
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x200, 1024, isPrivate: false));
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x200, 1024));
        _ = machine.Kvm.Backend.HandleProtectionFault(vcpu, new GuestAccess(new Gfn(0x200).Address, AccessKind.Read, IsPrivate: true));
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, 1024 * Machine.Page));
    }

    private static void Firmware(CallbackWitness witness)
    {
        var drops = 0;
        Machine machine = Machine.Secure(firmware: new WitnessingFirmware(witness));
        machine.Map(0x200000, 4);
        machine.AddSlot(0, 0x10, 4, 0x200000);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address).IsSuccess);
        Assert.True(machine.Uv.PageIn(new Gfn(0x11).Address, flags: 1).IsSuccess);
        Assert.True(machine.Uv.PageOut(new Gfn(0x10).Address).IsSuccess);
        Assert.Equal(Errno.Ok, machine.Uv.SvmOff());

        var lockdep = new Lockdep();
        var mm = new Mm(new HostMemory(), lockdep);
        var uv = new Ultravisor(mm, new UvmemPool(4, lockdep), drop: (self, slot, _) =>
        {
            drops++;
            witness.Check(typeof(MemslotDrop), new Dictionary<string, object> { ["uv"] = self });
            self.DropPages(slot, skipPageOut: true);
        });
        Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(0x200000), Machine.Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, uv.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, new Gfn(0x10).Address, Machine.Page, new Hva(0x200000))));
        Assert.True(uv.InitStart().IsSuccess);
        Assert.Equal(Errno.Ok, uv.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, default, 0, default)));
        Assert.Equal(1, drops);
    }

    private static void Ranges(CallbackWitness witness)
    {
        var machine = new Machine();
        machine.Map(0x200000, 8);
        machine.AddSlot(0, 0x10, 4, 0x200000);
        _ = machine.AddPrivateSlot(1, 0x20, 4, 0x204000);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x20, 4));
        HvaRange range = HvaRange.FromStartLength(new Hva(0x200000), Machine.Page);
        Dictionary<string, object> Arguments() => new() { ["kvm"] = machine.Kvm };
        _ = NotifierWalk.Run(machine.Kvm, range, (Kvm _, in SlotGfnRange _) =>
        {
            witness.Check(typeof(NotifierHandler), Arguments());
            return true;
        }, _ => witness.Check(typeof(NotifierLockHook), Arguments()), _ => witness.Check(typeof(NotifierLockHook), Arguments()));
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(machine.Kvm, range, (Kvm _, in SlotGfnRange _) =>
        {
            witness.Check(typeof(HvaRangeOperation), Arguments());
            return Errno.Ok;
        }));
        Assert.True(machine.Kvm.GmemPopulate(new Gfn(0x20), null, 1, (_, _, _, _) =>
        {
            witness.Check(typeof(GmemPopulate), Arguments());
            return Errno.Ok;
        }).IsOk);
    }

    private static void Devices(CallbackWitness witness)
    {
        var machine = new Machine();
        machine.Map(0x200000, 2);
        var owner = new WitnessingOwner(witness, machine.Mm);
        using (machine.Mm.MmapRead())
        {
            Assert.True(machine.Mm.TryReplacePte(new Hva(0x200000), default, Pte.Of(owner.Page)));
            Assert.True(machine.Mm.TryReplacePte(new Hva(0x201000), default, Pte.Of(owner.Page)));
        }
        Assert.Equal(Errno.EFAULT, machine.Mm.Write(new Hva(0x200000), 1));
        Assert.Equal(Errno.Ok, machine.Mm.Munmap(HvaRange.FromStartLength(new Hva(0x200000), 2 * Machine.Page)));
    }

    private static void Files(CallbackWitness witness)
    {
        var machine = new Machine();
        int fd = machine.Mm.Files.Install(new WitnessingFile(witness, machine.Memory)).Value;
        Hva at = machine.Mm.MmapFile(Machine.Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value;
        Assert.Equal(Errno.Ok, machine.Mm.Write(at, 1));
        Assert.Equal(Errno.Ok, machine.Mm.Munmap(HvaRange.FromStartLength(at, Machine.Page)));
        Assert.Equal(Errno.Ok, machine.Mm.Files.Close(fd));
    }
}
