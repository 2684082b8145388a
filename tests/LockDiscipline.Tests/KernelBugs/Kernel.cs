using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.KernelBugs;

/// <summary>The part of a kernel that the bugs happened in, reduced to its contracts: address spaces, memory slots, page tables, pages.</summary>
/// <remarks>Locks and modes as in the kernel's <c>virt/kvm/locking.rst</c> and <c>mm/process_addrs.rst</c>.</remarks>
internal static class Kernel
{
    const string Api = """
        public class Vma
        {
            public ulong Start, End;
            public int Flags;
            public readonly Shared Lock = new();
            [ContainmentTest] public bool Contains(ulong address) => address >= Start && address < End;
            [ReleasesLock("Lock", Shared = true)] public void EndRead() { }
        }

        public class Page { public int Count; public Page? Next; }

        public class Mm
        {
            public readonly Shared MmapLock = new();

            [RequiresLock("MmapLock", Shared = true)]
            [return: ValidUnder("MmapLock"), NearestMatch("address")]
            public Vma? FindVma(ulong address) => null;

            [RequiresLock("MmapLock", Shared = true)]
            [return: ValidUnder("MmapLock")]
            public Vma? VmaLookup(ulong address) => null;

            [TryAcquiresLock("return.Lock", Shared = true)]
            [return: ValidUnder("return.Lock")]
            public Vma? LockVmaUnderRcu(ulong address) => null;

            [RequiresLock("MmapLock"), AcquiresLock("vma.Lock")] public void StartWrite(Vma vma) { }
            [RequiresLock("MmapLock"), ReleasesLock("vma.Lock")] public void EndWrite(Vma vma) { }

            [RequiresLock("MmapLock", Shared = true), MaySleep] public int GetUserPages(ulong address, int count, Page[] pages) => 0;
            [ExcludesLock("MmapLock"), MaySleep] public int GetUserPagesUnlocked(ulong address, int count, Page[] pages) => 0;

            // Drops the lock where it has to wait for the disk.
            [RequiresLock("MmapLock", Shared = true), ReleasesTemporarily("MmapLock"), MaySleep] public int FilemapFault(ulong address) => 0;

            // The area that contains the address may grow downwards.
            [RequiresLock("MmapLock")] public Errno ExpandStack(Vma vma, ulong address) => Errno.Success;

            [ExcludesLock("MmapLock"), MaySleep] public int CopyFromUser(byte[] to, ulong from, int count) => 0;
            [ExcludesLock("MmapLock"), MaySleep] public int CopyToUser(ulong to, byte[] from, int count) => 0;
        }

        [Lock("srcu", Reentrant = true)]
        public class Srcu
        {
            [AcquiresLock(Shared = true)] [return: LockToken] public int ReadLock() => 0;
            [ReleasesLock(Shared = true)] public void ReadUnlock([LockToken] int index) { }
            [WaitsFor("this")] public void Synchronize() { }
        }

        [Lock("rw spin lock", Spinning = true)]
        public class MmuLock
        {
            [AcquiresLock] public void Write() { }
            [ReleasesLock(Shared = false)] public void WriteDone() { }
            [AcquiresLock(Shared = true)] public void Read() { }
            [ReleasesLock(Shared = true)] public void ReadDone() { }
        }

        public class Slot { public ulong Base, Pages; public ulong Hva; }

        [MustCheck]
        public readonly struct Result<T>
        {
            [ErrorTest] public bool IsError => false;
            [OnSuccess] public T Value { get; init; }
            public Errno Error { get; init; }
        }

        public class Kvm
        {
            public readonly Mm Mm = new();
            public readonly Srcu Srcu = new();
            public readonly Gate SlotsLock = new();
            [RequiresSettled("flush")] public readonly MmuLock MmuLock = new();
            [GuardedByAny("Srcu", "SlotsLock")] public Slot[] Slots = [];

            [RequiresLock("Srcu", Shared = true)]
            [return: ValidUnder("Srcu")]
            public Slot? GfnToSlot(ulong gfn) => null;

            [MaySleep] public Errno TopUpCaches() => Errno.Success;

            [SequenceSample("mmu")] public int InvalidateSequence => 0;
            [SequenceRecheck("mmu"), RequiresLock("MmuLock", Shared = true)] public bool InvalidateRetry(int sequence) => false;
            [SequenceFetch("mmu"), RequiresLock("Srcu", Shared = true), MaySleep] public long GfnToPfn(ulong gfn) => 0;
            [SequenceFetch("mmu"), MaySleep] public Errno FaultIn(ulong gfn, [Owned("pfn")] out Page? page) { page = null; return Errno.Success; }
            [SequenceCommit("mmu"), RequiresLock("MmuLock", Shared = true)] public void Map(ulong gfn, long pfn) { }
            public void ReleaseUnused([Consumes("pfn")] Page? page) { }
            [RequiresLock("MmuLock", Shared = true)] public void ReleaseFaultIn([Consumes("pfn")] Page? page) { }

            [RequiresLock("MmuLock"), LeavesPending("flush", WhenReturns = true)] public bool ZapRange(ulong start, ulong end) => false;
            [RequiresLock("MmuLock"), LeavesPending("flush", WhenReturns = true)] public bool ZapMore(ulong start, [TakesPending("flush")] bool flush) => flush;
            [RequiresLock("MmuLock")] public Errno MakePagesAvailable() => Errno.Success;
            [RequiresLock("MmuLock"), ReleasesTemporarily("MmuLock")] public void Yield() { }
            [Settles("flush")] public void FlushTlbs() { }
            public static bool Resched() => false;
        }

        """;

    /// <summary>Verifies a source that uses the API, with every rule of the flow analysis on.</summary>
    public static Task VerifyAsync(string source) => Flows.VerifyAsync(Api + source);
}
