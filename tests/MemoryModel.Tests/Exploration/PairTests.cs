using MemoryModel.Exploration;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Exploration;

/// <summary>Any two operations beside each other, on a machine that is in use: every invariant holds in every schedule up to the bound, both return, and when all is over every page is free.</summary>
public sealed class PairTests
{
    private const ulong Page = Machine.Page;
    private static readonly Hva s_hva = new(0x200000);
    private static readonly Gfn s_shared = new(0x10);
    private static readonly Gfn s_private = new(0x40);

    // Of each of several hundred pairs; LOCKDISCIPLINE_RUNS sets how many, for a long run.
    private static readonly int s_runs = int.TryParse(Environment.GetEnvironmentVariable("LOCKDISCIPLINE_RUNS"), out int runs) ? runs : 100;

    private static readonly (string Name, Action<World, Vcpu> Act)[] s_operations =
    [
        ("guest writes", static (_, vcpu) => World.Touch(vcpu, s_shared, AccessKind.Write, isPrivate: false)),
        ("guest reads", static (_, vcpu) => World.Touch(vcpu, s_shared, AccessKind.Read, isPrivate: false)),
        ("guest writes private memory", static (_, vcpu) => World.Touch(vcpu, s_private, AccessKind.Write, isPrivate: true)),
        ("guest faults ahead", static (_, vcpu) => World.Prefault(vcpu)),
        ("kernel writes", static (w, vcpu) => w.Kernel()),
        ("process writes", static (w, vcpu) => _ = w.Mm.Write(s_hva, 8)),
        ("process writes the file", static (w, vcpu) => _ = w.Mm.Write(w.Mapping, 8)),
        ("dontneed", static (w, vcpu) => _ = w.Mm.Madvise(w.First, Advice.DontNeed)),
        ("munmap", static (w, vcpu) => _ = w.Mm.Munmap(w.First)),
        ("mprotect", static (w, vcpu) => _ = w.Mm.Mprotect(w.First, VmaFlags.Read)),
        ("mremap", static (w, vcpu) => _ = w.Mm.Mremap(s_hva, Page, Page, MremapFlags.MayMove | MremapFlags.Fixed, s_hva + (8 * Page))),
        ("swap out", static (w, vcpu) => _ = w.Mm.SwapOut(s_hva)),
        ("age", static (w, vcpu) => _ = w.Mm.ClearFlushYoung(s_hva)),
        ("poison", static (w, vcpu) => _ = w.Mm.PoisonPage(s_hva)),
        ("merge", static (w, vcpu) => _ = w.Mm.MergePages(s_hva, s_hva + Page)),
        ("fork", static (w, vcpu) => w.Children.Add(w.Mm.Fork().Value)),
        ("reap", static (w, vcpu) => _ = w.Mm.OomReap()),
        ("delete the slot", static (w, vcpu) => _ = w.Machine.Delete(0)),
        ("move the slot", static (w, vcpu) => _ = w.Machine.SetSlot(0, 0x20, 2, s_hva.Value)),
        ("log the slot", static (w, vcpu) => _ = w.Machine.SetSlot(0, s_shared.Value, 2, s_hva.Value, MemslotFlags.LogDirtyPages)),
        ("read the log", static (w, vcpu) => _ = w.Kvm.GetDirtyLog(2)),
        ("delete the private slot", static (w, vcpu) => _ = w.Machine.Delete(1)),
        ("make shared", static (w, vcpu) => _ = w.Machine.SetPrivate(s_private.Value, 1, isPrivate: false)),
        ("punch", static (w, vcpu) => w.OnFile(static file => _ = file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, Page))),
        ("allocate", static (w, vcpu) => w.OnFile(static file => _ = file.Fallocate(FallocateMode.KeepSize, 0, 2 * Page))),
        ("break the private page", static (w, vcpu) => w.OnFile(static file => file.PoisonPage(0))),
        ("close the file", static (w, vcpu) => _ = w.Mm.Files.Close(w.Fd)),
        ("populate", static (w, vcpu) => _ = w.Kvm.GmemPopulate(s_private, s_hva, 1, static (_, _, page, content) =>
        {
            page.Content = content!.Value;
            return Errno.Ok;
        })),
        ("exit", static (w, vcpu) => w.Mm.Exit()),
    ];

    public static TheoryData<string, bool> Names
    {
        get
        {
            var names = new TheoryData<string, bool>();
            foreach ((string name, _) in s_operations)
            {
                names.Add(name, false);
                names.Add(name, true);
            }
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OperationBesideAnyOther_BreaksNothing(string name, bool isFileShared)
    {
        int first = Array.FindIndex(s_operations, operation => operation.Name == name);
        for (int second = first; second < s_operations.Length; second++)
        {
            (string other, Action<World, Vcpu> act) = s_operations[second];
            ExplorationResult result = Explorer.Exhaust(
                () =>
                {
                    var world = new World(isFileShared);
                    return new Trial(new TrialTask(name, () => s_operations[first].Act(world, world.Vcpu)), new TrialTask(other, () => act(world, world.Other))) { AtEnd = world.End };
                },
                preemptions: 2,
                maxRuns: s_runs);
            Assert.True(result.Failure is null, $"{name} beside {other}: {result.Failure}");
        }
    }

    private sealed class World
    {
        public World(bool isFileShared)
        {
            Machine.Map(s_hva.Value, 2, VmaFlags.ReadWrite | VmaFlags.Mergeable);
            Assert.Equal(Errno.Ok, Mm.Write(s_hva, 7));
            Assert.Equal(Errno.Ok, Mm.Write(s_hva + Page, 7));
            Machine.AddSlot(0, s_shared.Value, 2, s_hva.Value);
            Fd = Kvm.CreateGuestMemfd(2 * Page, GmemFlags.Mmap | (isFileShared ? GmemFlags.InitShared : GmemFlags.None)).Value;
            Assert.Equal(Errno.Ok, Machine.SetPrivateSlot(1, s_private.Value, 2, s_hva.Value, Fd));
            Mapping = Mm.MmapFile(2 * Page, VmaFlags.ReadWrite | VmaFlags.Shared, Fd).Value;
            Assert.Equal(Errno.Ok, Machine.SetPrivate(s_private.Value, 2));
            Assert.Equal(Errno.Ok, Machine.SetSlot(2, 0x80, 2, s_hva.Value, MemslotFlags.LogDirtyPages));
            Vcpu = Machine.AddVcpu();
            Other = Machine.AddVcpu();
            // In use: each has translations that somebody else's change must take from it.
            Assert.True(Other.Write(s_shared.Address, 7).IsDone);
            Assert.True(Other.Write(s_private.Address, 7).IsDone);
            Assert.True(Other.Write(new Gfn(0x81).Address, 7).IsDone);
        }

        /// <summary>The first operation's, if it is a guest's.</summary>
        public Vcpu Vcpu { get; }

        /// <summary>The second one's.</summary>
        public Vcpu Other { get; }

        public Machine Machine { get; } = new();

        public Mm Mm => Machine.Mm;

        public Kvm Kvm => Machine.Kvm;

        public int Fd { get; }

        public Hva Mapping { get; }

        public List<Mm> Children { get; } = [];

        public HvaRange First => HvaRange.FromStartLength(s_hva, Page);

        public static void Touch(Vcpu vcpu, Gfn gfn, AccessKind kind, bool isPrivate)
        {
            _ = vcpu.Touch(new GuestAccess(gfn.Address, kind, 9, isPrivate));
            _ = vcpu.Touch(new GuestAccess(gfn.Address, kind, 9, isPrivate));
        }

        public static void Prefault(Vcpu vcpu)
        {
            (Gpa gpa, ulong size) = (s_shared.Address, 2 * Page);
            _ = vcpu.PreFaultMemory(ref gpa, ref size);
        }

        public void Kernel()
        {
            using (Kvm.Srcu.Read()) _ = Kvm.WriteGuest(new Gfn(0x80), [4]);
        }

        public void OnFile(Action<GuestMemfd> act)
        {
            Result<KernelFile> file = Mm.Files.Get(Fd);
            if (file.IsError) return;
            act((GuestMemfd)file.Value);
            file.Value.Put();
        }

        /// <summary>What was gone over is right, and everything can go.</summary>
        public void End()
        {
            Machine.Check();
            _ = Mm.Files.Close(Fd);
            foreach (Mm child in Children) child.Exit();
            Mm.Exit();
            Machine.Check();
            Kvm.Put();
            Assert.Equal(0, Machine.Memory.LivePages);
            Assert.Equal(0, Machine.Memory.SwappedPages);
        }
    }
}
