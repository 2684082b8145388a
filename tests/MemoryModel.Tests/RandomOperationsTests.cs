using FsCheck;
using FsCheck.Fluent;
using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>Whatever is asked of a machine of any kind, in any order: every invariant holds after each operation, and when all is over every page is free.</summary>
public sealed class RandomOperationsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const ulong Pages = 6;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20230405, 20080217);

    [Fact]
    public void PlainMachine() => Check(static () => new Subject(new Machine(), GmemFlags.None));

    [Fact]
    public void MachineWhoseFileCanBeMapped() => Check(static () => new Subject(new Machine(), GmemFlags.Mmap | GmemFlags.InitShared));

    [Fact]
    public void MachineWhoseFileCanBeMappedAndIsPrivateAtFirst() => Check(static () => new Subject(new Machine(), GmemFlags.Mmap));

    [Fact]
    public void MachineWithoutAccessedBitsThatPinsItsPages() =>
        Check(static () => new Subject(new Machine(static self => new Kvm(self.Mm) { PinsMappedPages = true, UsesAccessedBits = false, SlotZapAllQuirk = false }), GmemFlags.None));

    [Fact]
    public void SevSnpMachine() => Check(static () => new Subject(new Machine(new SevSnp(new Rmp(), 1)), GmemFlags.None));

    [Fact]
    public void TdxMachine() => Check(static () =>
    {
        Tdx tdx = null!;
        var machine = new Machine(self => new Kvm(self.Mm, tdx = new Tdx(self.Memory)));
        tdx.FinalizeMachine();
        return new Subject(machine, GmemFlags.None);
    });

    [Fact]
    public void UltravisorMachine() => Check(static () => new Subject(Machine.Secure(4), GmemFlags.None));

    /// <summary>The same while one in a few allocations, copies and reads of swap fails.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MachineOnWhichThingsFail(bool isSecure) => Check(() => new Subject(isSecure ? Machine.Secure(4) : new Machine(), GmemFlags.None, failing: true));

    private static void Check(Func<Subject> make) => FsCheck.Check.One(s_config, Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, int.MaxValue - 1), 60).ToArbitrary(), operations =>
    {
        Subject subject = make();
        foreach (int operation in operations) subject.Do(operation);
        subject.End();
    }));

    private sealed class Subject
    {
        private readonly Machine _machine;
        private readonly GmemFlags _flags;
        private readonly List<int> _files = [];
        private readonly bool _isFailing;
        private readonly Vcpu _vcpu;
        private readonly Vcpu _other;

        public Subject(Machine machine, GmemFlags flags, bool failing = false)
        {
            _isFailing = failing;
            _machine = machine;
            _flags = flags;
            _vcpu = machine.AddVcpu();
            _other = machine.AddVcpu();
            _other.InSmm = true;
            machine.Map(Hva0, Pages);
            _ = machine.SetSlot(0, 0x10, Pages, Hva0);
        }

        private Mm Mm => _machine.Mm;

        private Kvm Kvm => _machine.Kvm;

        public void Do(int number)
        {
            int choice = number % 32;
            ulong page = (ulong)(number / 32) % Pages;
            int more = number / 32 / (int)Pages;
            ulong count = 1 + ((ulong)more % (Pages - page));
            HvaRange range = HvaRange.FromStartLength(new Hva(Hva0 + (page * Page)), count * Page);
            int slot = more % 3;
            Gpa gpa = new Gfn(0x10 + page).Address;
            if (_isFailing) _machine.Memory.Faults = FaultInjection.Every(1 + (number / 7 % 5));
            switch (choice)
            {
                case 0 or 1 or 2 or 3: Guest(more % 2 == 0 ? _vcpu : _other, gpa, (AccessKind)(more % 3), more % 2 == 0); break;
                case 4 or 5: _ = Mm.Write(range.Start, (ulong)number); break;
                case 6: _ = Mm.Read(range.Start); break;
                case 7: _ = Mm.Madvise(range, Advice.DontNeed); break;
                case 8: _ = Mm.Munmap(range); break;
                case 9: _ = Mm.MmapFixed(range.Start, range.Length, more % 2 == 0 ? VmaFlags.ReadWrite : VmaFlags.ReadWrite | VmaFlags.Mergeable, replace: more % 4 == 0); break;
                case 10: _ = Mm.Mprotect(range, (VmaFlags)(more % 4)); break;
                case 11 or 12: _ = Mm.SwapOut(range.Start); break;
                case 13: _ = Mm.MergePages(range.Start, new Hva(Hva0 + ((ulong)more % Pages * Page))); break;
                case 14: _ = more % 2 == 0 ? Mm.ClearFlushYoung(range.Start) : Mm.ClearYoung(range.Start); break;
                case 15: _ = _machine.SetSlot(slot, 0x10 + page, count, range.Start.Value, (MemslotFlags)(more % 4), space: more % 2); break;
                case 16: _ = _machine.Delete(slot, more % 2); break;
                case 17: _ = _machine.SetSlot(slot, (ulong)(0x10 * (1 + (more % 3))), Pages, Hva0); break;
                case 18 or 19: _ = _machine.SetPrivate(0x10 + page, count, more % 2 == 0); break;
                case 20: Create(); break;
                case 21 or 22: if (_files.Count > 0) _ = _machine.SetPrivateSlot(slot, 0x10 + page, count, range.Start.Value, _files[more % _files.Count], page); break;
                case 23: WithFile(more, file => _ = file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, page * Page, count * Page)); break;
                case 24: WithFile(more, file => _ = file.Fallocate(FallocateMode.KeepSize, page * Page, count * Page)); break;
                case 25: Close(more); break;
                case 26: _ = Kvm.GetDirtyLog((uint)((more % 2 << 16) | slot)); break;
                case 27: _ = _vcpu.PreFaultMemory(ref gpa, ref count); break;
                case 28: Prefault(gpa, count); break;
                case 29: MapFile(more); break;
                case 30: Secure(gpa, more); break;
                default: _ = Kvm.GmemPopulate(gpa.Frame, range.Start, count, static (_, _, _, _) => Errno.Ok); break;
            }
            _machine.Memory.Faults = null;
            _machine.Check();
        }

        /// <summary>Everything goes, in the order in which it comes least easily: the process first.</summary>
        public void End()
        {
            while (_files.Count > 0) Close(0);
            Mm.Exit();
            _machine.Check();
            Assert.Equal(Errno.EIO, _vcpu.Touch(new GuestAccess(new Gfn(0x10).Address, AccessKind.Write)).Error);
            Kvm.Put();
            Assert.Equal(0, _machine.Memory.LivePages);
            Assert.Equal(0, _machine.Memory.SwappedPages);
            if (_machine.Pool is { } pool) Assert.Equal(0, pool.Used);
        }

        private void Guest(Vcpu vcpu, Gpa gpa, AccessKind kind, bool isPrivate)
        {
            _ = vcpu.Touch(new GuestAccess(gpa, kind, gpa.Value, isPrivate));
            _ = vcpu.Touch(new GuestAccess(gpa, kind, gpa.Value, isPrivate));
        }

        private void Prefault(Gpa gpa, ulong count)
        {
            ulong size = count * Page;
            _ = _vcpu.PreFaultMemory(ref gpa, ref size);
        }

        private void Create()
        {
            if (_files.Count < 2 && Kvm.CreateGuestMemfd(Pages * Page, _flags) is { IsOk: true } made) _files.Add(made.Value);
        }

        private void Close(int which)
        {
            if (_files.Count == 0) return;
            int fd = _files[which % _files.Count];
            _files.Remove(fd);
            Assert.Equal(Errno.Ok, Mm.Files.Close(fd));
        }

        private void WithFile(int which, Action<GuestMemfd> act)
        {
            if (_files.Count > 0) act(_machine.File(_files[which % _files.Count]));
        }

        private void MapFile(int which)
        {
            if (_files.Count == 0 || Mm.MmapFile(Pages * Page, VmaFlags.ReadWrite | VmaFlags.Shared, _files[which % _files.Count]) is not { IsOk: true } at) return;
            _ = Mm.Write(at.Value, 5);
            if (which % 2 == 0) Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(at.Value, Pages * Page)));
        }

        private void Secure(Gpa gpa, int which)
        {
            if (_machine.Uv is not { } uv) return;
            switch (which % 8)
            {
                case 0 or 1: _ = uv.InitStart(); break;
                case 2: _ = uv.PageIn(gpa); break;
                case 3: _ = uv.PageIn(gpa, flags: 1); break;
                case 4: _ = uv.PageOut(gpa); break;
                case 5: _ = uv.InitDone(); break;
                case 6: _ = uv.InitAbort(); break;
                default: Assert.Equal(Errno.Ok, uv.SvmOff()); break;
            }
        }
    }
}
