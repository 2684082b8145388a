using MemoryModel.Backends;
using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>Every way back of every operation: each place that can fail is made to, one after the other. What failed has left no trace, and succeeds when it is tried again.</summary>
public sealed class FaultInjectionTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;

    private static readonly HvaRange s_all = HvaRange.FromStartLength(new Hva(Hva0), 8 * Page);

    // Name, what the machine is given first, the operation, the errors that it may return, how many places it comes by, and whether the generation may have moved after a failure.
    private static readonly Case[] s_cases =
    [
        new("create a slot", NoSlot, m => m.SetSlot(0, 0x10, 8, Hva0), [Errno.ENOMEM], 2),
        new("create a logged slot", NoSlot, m => m.SetSlot(0, 0x10, 8, Hva0, MemslotFlags.LogDirtyPages), [Errno.ENOMEM], 3),
        new("create a private slot", NoSlot, m => m.SetPrivateSlot(0, 0x10, 8, Hva0, FileOf(m)), [Errno.ENOMEM], 2),
        new("move a slot", OneSlot, m => m.SetSlot(0, 0x40, 8, Hva0), [Errno.ENOMEM], 3, MovesGeneration: true),
        new("move and log a slot", OneSlot, m => m.SetSlot(0, 0x40, 8, Hva0, MemslotFlags.LogDirtyPages), [Errno.ENOMEM], 4, MovesGeneration: true),
        new("log a slot", OneSlot, m => m.SetSlot(0, 0x10, 8, Hva0, MemslotFlags.LogDirtyPages), [Errno.ENOMEM], 2),
        new("log a slot no more", LoggedSlot, m => m.SetSlot(0, 0x10, 8, Hva0), [Errno.ENOMEM], 1),
        new("delete a slot", OneSlot, m => m.Delete(0), [Errno.ENOMEM], 1, MovesGeneration: true),
        new("delete a private slot", PrivateSlot, m => m.Delete(1), [Errno.ENOMEM], 1, MovesGeneration: true),
        new("make frames private", PrivateSlot, m => m.SetPrivate(0x42, 2, isPrivate: false), [Errno.ENOMEM], 1),
        new("clear the dirty log", LoggedSlot, m => m.Kvm.ClearDirtyLog(0, 0, 8, [3]), [Errno.EFAULT], 1),
        new("make a file", NoSlot, m => m.Kvm.CreateGuestMemfd(Page).Error, [Errno.ENOMEM], 1),
        new("make a vCPU", OneSlot, m => m.Kvm.CreateVcpu().Error, [Errno.ENOMEM], 1),
        new("register a notifier", NoSlot, m => m.Mm.RegisterNotifier(new CountingNotifier()), [Errno.ENOMEM, Errno.EINTR], 2),
        new("mmap", NoSlot, m => m.Mm.Mmap(Page, VmaFlags.Read).Error, [Errno.ENOMEM], 1),
        new("mmap over", NoSlot, m => m.Mm.MmapFixed(new Hva(Hva0 + Page), Page, VmaFlags.Read, replace: true), [Errno.ENOMEM], 1),
        new("munmap in the middle", OneSlot, m => m.Mm.Munmap(Range(1, 1)), [Errno.ENOMEM], 1),
        new("mprotect in the middle", OneSlot, m => m.Mm.Mprotect(Range(1, 1), VmaFlags.Read), [Errno.ENOMEM], 1),
        new("madvise mergeable", OneSlot, m => m.Mm.Madvise(Range(1, 1), Advice.Mergeable), [Errno.ENOMEM], 1),
        new("mremap", OneSlot, m => m.Mm.Mremap(new Hva(Hva0), 8 * Page, 16 * Page, MremapFlags.MayMove).Error, [Errno.ENOMEM], 1),
        new("mremap elsewhere", OneSlot, m => m.Mm.Mremap(new Hva(Hva0 + Page), Page, Page, MremapFlags.MayMove | MremapFlags.Fixed, new Hva(0x900000)).Error, [Errno.ENOMEM], 1),
        new("mremap smaller", OneSlot, m => m.Mm.Mremap(new Hva(Hva0), 8 * Page, Page).Error, [Errno.ENOMEM], 1),
        new("fork", OneSlot, Fork, [Errno.ENOMEM], 1),
        new("process writes", NoSlot, m => m.Mm.Write(new Hva(Hva0), 1), [Errno.ENOMEM], 1),
        new("process writes what was only read", m => Untouched(m, m.Mm.Read(new Hva(Hva0)).Error), m => m.Mm.Write(new Hva(Hva0), 1), [Errno.ENOMEM], 1),
        new("process reads what is in swap", InSwap, m => m.Mm.Read(new Hva(Hva0)).Error, [Errno.ENOMEM, Errno.EFAULT], 2),
        new("guest writes", OneSlot, m => Touch(m, 0x10), [Errno.ENOMEM, Errno.EFAULT], 2),
        new("guest touches what is in swap", InSwap, m => Touch(m, 0x10), [Errno.ENOMEM, Errno.EFAULT], 3),
        new("guest touches private memory", PrivateSlot, m => Touch(m, 0x40), [Errno.ENOMEM], 2),
        new("faulting ahead", OneSlot, PreFault, [Errno.ENOMEM], 1),
        new("allocating a page of a file", PrivateSlot, m => m.File(FileOf(m)).Fallocate(FallocateMode.KeepSize, 0, Page), [Errno.ENOMEM, Errno.EINTR], 2),
        new("populating a page", PrivateSlot, m => m.Kvm.GmemPopulate(new Gfn(0x40), new Hva(Hva0), 1, static (_, _, _, _) => Errno.Ok).Error, [Errno.ENOMEM, Errno.EINTR, Errno.EFAULT], 3),
        new("kernel reads guest memory", OneSlot, m => Reading(m, kvm => kvm.ReadGuest(new Gfn(0x10), new ulong[1])), [Errno.EFAULT], 1),
        new("kernel writes guest memory", LoggedSlot, m => Reading(m, static kvm => kvm.WriteGuest(new Gfn(0x13), [7])), [Errno.EFAULT], 2),
    ];

    public static TheoryData<string> Names => [.. s_cases.Select(static c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatFailed_LeavesNoTrace_AndSucceedsAfterwards(string name)
    {
        Case tried = s_cases.Single(c => c.Name == name);
        var seen = new HashSet<Errno>();
        int places = 0;
        for (int nth = 1; ; nth++)
        {
            var machine = new Machine();
            tried.Given(machine);
            string before = Describe(machine, tried.MovesGeneration);
            FaultInjection faults = machine.Memory.Faults = FaultInjection.Nth(nth);
            Errno error = Errno.Ok;
            ModelTask.Run("caller", () => error = tried.Operation(machine));
            machine.Memory.Faults = null;
            machine.Check();
            if (faults.Injected == 0)
            {
                Assert.Equal(Errno.Ok, error);
                break;
            }
            places++;
            Assert.Contains(error, tried.Errors);
            seen.Add(error);
            Assert.Equal(before, Describe(machine, tried.MovesGeneration));
            Assert.Equal(Errno.Ok, tried.Operation(machine));
            machine.Check();
            End(machine);
        }
        Assert.Equal(tried.Places, places);
        Assert.True(seen.SetEquals(tried.Errors), $"came back: {string.Join(", ", seen)}");
    }

    [Fact]
    public void AllocationThatFailsHalfway_KeepsWhatItHas()
    {
        var machine = new Machine();
        PrivateSlot(machine);
        machine.Memory.Faults = FaultInjection.Nth(3, FaultSite.Page);
        Assert.Equal(Errno.ENOMEM, machine.File(FileOf(machine)).Fallocate(FallocateMode.KeepSize, 0, 8 * Page));
        Assert.Equal(2, machine.File(FileOf(machine)).PageCount);
    }

    [Fact]
    public void PopulationThatFailsHalfway_SaysHowFarItCame()
    {
        var machine = new Machine();
        PrivateSlot(machine);
        machine.Memory.Faults = FaultInjection.Nth(3, FaultSite.UserCopy);
        Assert.Equal(2ul, machine.Kvm.GmemPopulate(new Gfn(0x40), new Hva(Hva0), 4, static (_, _, _, _) => Errno.Ok).Value);
    }

    [Fact]
    public void LogThatCannotBeHandedOver_IsLostUnlessItIsTakenByHand()
    {
        var machine = new Machine();
        LoggedSlot(machine);
        Assert.Equal(Errno.Ok, Reading(machine, static kvm => kvm.WriteGuest(new Gfn(0x11), [1])));
        machine.Memory.Faults = FaultInjection.Nth(1, FaultSite.UserCopy);
        Assert.Equal(Errno.EFAULT, machine.Kvm.GetDirtyLog(0).Error);
        machine.Check();
        Assert.Equal(0ul, machine.Kvm.GetDirtyLog(0).Value[0]);

        var byHand = new Machine(static self => new Kvm(self.Mm) { DirtyLogProtect = DirtyLogProtect.Manual });
        LoggedSlot(byHand);
        Assert.Equal(Errno.Ok, Reading(byHand, static kvm => kvm.WriteGuest(new Gfn(0x11), [1])));
        byHand.Memory.Faults = FaultInjection.Nth(1, FaultSite.UserCopy);
        Assert.Equal(Errno.EFAULT, byHand.Kvm.GetDirtyLog(0).Error);
        Assert.NotEqual(0ul, byHand.Kvm.GetDirtyLog(0).Value[0] & 2);
    }

    [Fact]
    public void SecureMachineThatCannotKeepAccountOfItsPages_StaysOrdinary()
    {
        Machine machine = Machine.Secure();
        machine.Map(Hva0, 8);
        machine.AddSlot(0, 0x10, 8, Hva0);
        machine.Memory.Faults = FaultInjection.Nth(1);
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.InitStart());
        using (machine.Uv.UvmemLock.Hold()) Assert.Equal(SecureGuestState.Normal, machine.Uv.State);
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        machine.Check();
    }

    [Fact]
    public void OnlyTheTaskAndThePlaceThatAreMeant_Fail()
    {
        var machine = new Machine();
        NoSlot(machine);
        machine.Memory.Faults = FaultInjection.Every(1, FaultSite.Page, task: "other");
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0), 1));
        Errno error = Errno.Ok;
        ModelTask.Run("other", () => error = machine.Mm.Write(new Hva(Hva0 + Page), 1));
        Assert.Equal(Errno.ENOMEM, error);
        Assert.Equal(1, machine.Memory.Faults.Injected);
        Assert.Throws<ArgumentOutOfRangeException>(static () => FaultInjection.Nth(0));
    }

    /// <summary>A change of slots that fails on its way, beside a guest that faults and a process that gives a page up: nothing goes wrong in any schedule.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MoveThatFails_BesideAFaultAndAnInvalidation_IsSafeInEverySchedule(int nth)
    {
        int injected = 0;
        ExplorationResult result = Explorer.Exhaust(
            () =>
            {
                var machine = new Machine();
                OneSlot(machine);
                Vcpu vcpu = machine.AddVcpu();
                FaultInjection faults = machine.Memory.Faults = FaultInjection.Nth(nth, task: "ioctl");
                return new Trial(
                    new TrialTask("ioctl", () => Assert.Equal(Errno.ENOMEM, machine.SetSlot(0, 0x40, 8, Hva0))),
                    new TrialTask("vCPU", () => _ = vcpu.Touch(new GuestAccess(new Gfn(0x10).Address, AccessKind.Write, 1))),
                    new TrialTask("process", () => _ = machine.Mm.Madvise(Range(0, 1), Advice.DontNeed)))
                {
                    AtEnd = () =>
                    {
                        injected += faults.Injected;
                        machine.Check();
                        Assert.Contains("slot 0:0 gfn [0x10", machine.Slots(), StringComparison.Ordinal);
                    },
                };
            },
            preemptions: 1);
        Assert.Null(result.Failure);
        Assert.True(result.IsComplete);
        Assert.True(injected >= result.Schedules);
    }

    private static HvaRange Range(ulong first, ulong count) => HvaRange.FromStartLength(new Hva(Hva0 + (first * Page)), count * Page);

    private static void NoSlot(Machine machine)
    {
        machine.Map(Hva0, 8);
        _ = machine.Kvm.CreateGuestMemfd(8 * Page).Value;
    }

    private static void OneSlot(Machine machine)
    {
        NoSlot(machine);
        machine.AddSlot(0, 0x10, 8, Hva0);
        for (ulong i = 1; i < 3; i++) Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0 + (i * Page)), i));
    }

    private static void LoggedSlot(Machine machine)
    {
        NoSlot(machine);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, 8, Hva0, MemslotFlags.LogDirtyPages));
    }

    private static void PrivateSlot(Machine machine)
    {
        OneSlot(machine);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0), 1));
        Assert.Equal(Errno.Ok, machine.SetPrivateSlot(1, 0x40, 8, Hva0, FileOf(machine)));
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x40, 8));
    }

    private static void InSwap(Machine machine)
    {
        OneSlot(machine);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0), 5));
        Assert.Equal(Errno.EAGAIN, machine.Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.Ok, machine.Mm.SwapOut(new Hva(Hva0)));
    }

    private static void Untouched(Machine machine, Errno error)
    {
        _ = error;
        NoSlot(machine);
        Assert.Equal(0ul, machine.Mm.Read(new Hva(Hva0)).Value);
    }

    private static int FileOf(Machine machine) => Enumerable.Range(3, 8).First(fd => machine.Mm.Files.Get(fd) is { IsOk: true } file && Borrowed(file.Value));

    private static bool Borrowed(KernelFile file)
    {
        file.Put();
        return true;
    }

    private static Errno Touch(Machine machine, ulong gfn)
    {
        Vcpu vcpu = machine.Kvm.Vcpus.Count > 0 ? machine.Kvm.Vcpus[0] : VcpuOf(machine);
        return vcpu.Touch(new GuestAccess(new Gfn(gfn).Address, AccessKind.Write, 9)).Error;
    }

    private static Errno Fork(Machine machine)
    {
        Result<Mm> child = machine.Mm.Fork();
        if (child.IsError) return child.Error;
        child.Value.Exit();
        return Errno.Ok;
    }

    private static Errno PreFault(Machine machine)
    {
        Vcpu vcpu = machine.Kvm.Vcpus.Count > 0 ? machine.Kvm.Vcpus[0] : VcpuOf(machine);
        (Gpa gpa, ulong size) = (new Gfn(0x11).Address, Page);
        Errno error = vcpu.PreFaultMemory(ref gpa, ref size);
        Assert.Equal(error.IsError ? Page : 0, size);
        return error;
    }

    // Its own making is not what is meant to fail.
    private static Vcpu VcpuOf(Machine machine)
    {
        FaultInjection? faults = machine.Memory.Faults;
        machine.Memory.Faults = null;
        Vcpu vcpu = machine.AddVcpu();
        machine.Memory.Faults = faults;
        return vcpu;
    }

    private static Errno Reading(Machine machine, Func<Kvm, Errno> act)
    {
        using (machine.Kvm.Srcu.Read()) return act(machine.Kvm);
    }

    private static string Describe(Machine machine, bool movesGeneration)
    {
        var lines = new List<string> { machine.Slots(), machine.Slots(1), $"{machine.Memory.LivePages} pages, {machine.Memory.SwappedPages} in swap" };
        if (!movesGeneration) lines.Add($"generations {machine.Generation()} {machine.Generation(1)}");
        lines.AddRange(machine.Mm.PeekAreas().Select(static area => $"{area.Range} {area.Flags}"));
        for (ulong gfn = 0x10; gfn < 0x50; gfn++)
        {
            if (machine.Kvm.MemIsPrivate(new Gfn(gfn))) lines.Add($"{gfn:x} private");
        }
        if (FileOf(machine) is int fd && machine.File(fd) is { } file) lines.Add($"file: {file.PageCount} pages, bound to {string.Join(", ", file.Bindings())}");
        using (machine.Kvm.Srcu.Read())
        {
            foreach (Memslot slot in machine.Kvm.Memslots().ToList()) lines.Add($"slot {slot.Id}: {slot.Dirty?.Count ?? -1} marks");
        }
        return string.Join('\n', lines);
    }

    private static void End(Machine machine)
    {
        Assert.Equal(Errno.Ok, machine.Mm.Files.Close(FileOf(machine)));
        for (int fd = 3; fd < 8; fd++) _ = machine.Mm.Files.Close(fd);
        machine.Mm.Exit();
        machine.Kvm.Put();
        Assert.Equal(0, machine.Memory.LivePages);
        Assert.Equal(0, machine.Memory.SwappedPages);
    }

    private sealed record Case(string Name, Action<Machine> Given, Func<Machine, Errno> Operation, Errno[] Errors, int Places, bool MovesGeneration = false);
}
