using FsCheck;
using FsCheck.Fluent;
using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>
/// Random sequences of everything that a guest and its host can do to memory, against an oracle that has one word per page of each kind and nothing else. After each step every invariant is checked; at the end every page is free.
/// Seeds are fixed.
/// </summary>
public sealed class GuestOracleTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Pages = 8;
    private const ulong Base = 0x10;
    private const ulong Hva0 = 0x100000;
    private const int OperationBytes = 3;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20080216, 20230401);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void GuestAndHost_AgreeWithAnArrayOfWords(bool pins, bool accessedBits) => FsCheck.Check.One(s_config, Prop.ForAll(
        Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 40 * OperationBytes).ToArbitrary(),
        operations => new Run(pins, accessedBits).All(operations)));

    [Fact]
    public void FailedOperations_LeaveNoTrace() => FsCheck.Check.One(s_config, Prop.ForAll(
        Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 12).ToArbitrary(),
        numbers =>
        {
            var run = new Run(pins: false, accessedBits: true);
            run.All([0, 1, 7, 9, 2, 0, 0, 2, 3, 1, 3, 3]);
            string before = run.Describe();
            Assert.True(run.Fail(numbers).IsError);
            run.Machine.Check();
            Assert.Equal(before, run.Describe());
        }));

    private sealed class Run
    {
        private readonly ulong[] _shared = new ulong[Pages];
        private readonly ulong[] _private = new ulong[Pages];
        private readonly bool[] _isPrivate = new bool[Pages];
        private readonly Vcpu[] _vcpus;
        private readonly GuestMemfd _file;
        private readonly int _fd;
        private readonly RecordingBackend _backend = new();
        private bool _hasSlot = true;

        public Run(bool pins, bool accessedBits)
        {
            Machine = new Machine(self => new Kvm(self.Mm, _backend) { PinsMappedPages = pins, UsesAccessedBits = accessedBits });
            Machine.Map(Hva0, Pages, VmaFlags.ReadWrite | VmaFlags.Mergeable);
            _fd = Machine.Kvm.CreateGuestMemfd(Pages * Page).Value;
            _file = Machine.File(_fd);
            Assert.Equal(Errno.Ok, Machine.SetPrivateSlot(0, Base, Pages, Hva0, _fd));
            _vcpus = [Machine.AddVcpu(), Machine.AddVcpu()];
        }

        public Machine Machine { get; }

        public void All(byte[] operations)
        {
            for (int i = 0; i + OperationBytes <= operations.Length; i += OperationBytes)
            {
                Step(operations[i], operations[i + 1] % Pages, operations[i + 2]);
                Machine.Check();
            }
            if (operations.Length > OperationBytes * 20) TearDown();
        }

        public string Describe() => $"{Machine.Slots()} {_file.PageCount} {Machine.Memory.LivePages} {string.Join(',', Enumerable.Range(0, (int)Pages).Select(page => Machine.Kvm.MemIsPrivate(new Gfn(Base + (ulong)page))))} {string.Join(',', _file.Pages().Select(entry => entry.Page))}";

        /// <summary>An operation that cannot succeed.</summary>
        public Errno Fail(byte[] numbers)
        {
            ulong page = numbers[1] % Pages;
            switch (numbers[0] % 7)
            {
                case 0:
                    _backend.Answer = Errno.ENOMEM;
                    Errno error = Machine.SetSlot(1, 0x100, 4, Hva0);
                    _backend.Answer = Errno.Ok;
                    return error;
                case 1:
                    return Machine.SetPrivateSlot(1, 0x100, 2, Hva0, _fd, page % (Pages - 1));
                case 2:
                    return Machine.SetSlot(1, Base + page, 2, Hva0);
                case 3:
                    return Machine.Kvm.SetMemoryAttributes(new Gfn(Base + page).Address, (numbers[2] % 2UL) * (Page + 1), MemoryAttributes.Private);
                case 4:
                    return _file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, (page * Page) + 1, Page);
                case 5:
                    return Machine.Mm.Mprotect(HvaRange.FromStartLength(new Hva(0x7000_0000), Page), VmaFlags.Read);
                default:
                    return Machine.SetSlot(0, 0x200 + page, Pages, Hva0);
            }
        }

        private void Step(int operation, ulong page, ulong value)
        {
            Vcpu vcpu = _vcpus[value % 2];
            var gpa = new Gfn(Base + page).Address;
            var hva = new Hva(Hva0 + (page * Page));
            switch (operation % 14)
            {
                case 0 or 1:
                    RunResult wrote = vcpu.Write(gpa, value);
                    Assert.Equal(_hasSlot, wrote.IsDone);
                    if (_hasSlot) Guest(page) = value;
                    break;
                case 2 or 3:
                    RunResult read = vcpu.Read(gpa);
                    Assert.Equal(_hasSlot, read.IsDone);
                    if (_hasSlot) Assert.Equal(Guest(page), read.Value);
                    break;
                case 4:
                    Assert.Equal(Errno.Ok, Machine.Mm.Write(hva, value));
                    _shared[page] = value;
                    break;
                case 5:
                    Assert.Equal(_shared[page], Machine.Mm.Read(hva).Value);
                    break;
                case 6:
                    Assert.Equal(Errno.Ok, Machine.Mm.Madvise(HvaRange.FromStartLength(hva, Page), Advice.DontNeed));
                    _shared[page] = 0;
                    break;
                case 7:
                    _ = Machine.Mm.SwapOut(hva);
                    _ = Machine.Mm.SwapOut(hva);
                    break;
                case 8:
                    _ = Machine.Mm.MergePages(hva, new Hva(Hva0 + (value % Pages * Page)));
                    break;
                case 9:
                    Assert.Equal(Errno.Ok, Machine.SetPrivate(Base + page, 1, value % 2 == 0));
                    _isPrivate[page] = value % 2 == 0;
                    break;
                case 10:
                    Assert.Equal(Errno.Ok, _file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, page * Page, Page));
                    _private[page] = 0;
                    break;
                case 11:
                    _ = Machine.Mm.ClearFlushYoung(hva);
                    break;
                case 12:
                    Assert.Equal(Errno.Ok, Machine.Mm.Mprotect(HvaRange.FromStartLength(hva, Page), VmaFlags.Read));
                    Assert.Equal(Errno.Ok, Machine.Mm.Mprotect(HvaRange.FromStartLength(hva, Page), VmaFlags.ReadWrite));
                    break;
                default:
                    Assert.Equal(Errno.Ok, _hasSlot ? Machine.Delete(0) : Machine.SetPrivateSlot(0, Base, Pages, Hva0, _fd));
                    _hasSlot = !_hasSlot;
                    break;
            }
        }

        private void TearDown()
        {
            Assert.Equal(Errno.Ok, Machine.Mm.Files.Close(_fd));
            Machine.Mm.Exit();
            Machine.Kvm.Put();
            Assert.Equal(0, Machine.Memory.LivePages);
            Assert.Equal(0, Machine.Memory.SwappedPages);
        }

        private ref ulong Guest(ulong page) => ref _isPrivate[page] ? ref _private[page] : ref _shared[page];
    }
}
