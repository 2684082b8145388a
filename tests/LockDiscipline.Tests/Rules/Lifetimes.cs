namespace LockDiscipline.Tests.Rules;

/// <summary>A small annotated memory API that the tests of the families LCK4xxx and LCK5xxx share.</summary>
internal static class Lifetimes
{
    const string Api = """
        public class Vma
        {
            public ulong Start, End;
            public int Flags;
            public ulong Begin => Flags == 0 ? Start : 0;
            [ContainmentTest] public bool Contains(ulong address) => address >= Start && address < End;
            public void Touch() { }
        }

        public class Page { public int Count; }

        [MustCheck]
        public readonly struct Result<T>
        {
            [ErrorTest] public bool IsError => false;
            [SuccessTest] public bool IsSuccess => true;
            [OnSuccess] public T Value { get; init; }
            public Errno Error { get; init; }
        }

        public class Mm
        {
            public readonly Shared Lock = new();
            public readonly Srcu Srcu = new();
            public readonly Spin MmuLock = new();

            [RequiresLock("Lock", Shared = true)]
            [return: ValidUnder("Lock"), NearestMatch("address")]
            public Vma? FindVma(ulong address) => null;

            [RequiresLock("Lock", Shared = true)]
            [return: ValidUnder("Lock")]
            public Vma? LookUp(ulong address) => null;

            [ReleasesTemporarily("Lock")] public void Fault() { }

            [return: Owned("page")] public Page? Get(int pfn) => null;
            [return: Owned("page")] public Result<Page> TryGet(int pfn) => default;
            public bool Take(int pfn, [Owned("page")] out Page page) { page = new Page(); return true; }
            public Errno Fetch(int pfn, [Owned("page")] out Page? page) { page = null; return Errno.Success; }
            public void Put([Consumes("page")] Page page) { }
            public void Free([Consumes("slot")] Page page) { }
            public void Look(Page page) { }

            [SequenceSample("mmu")] public int Sequence => 0;
            [SequenceFetch("mmu")] public int GetPfn(ulong gfn) => 0;
            [SequenceRecheck("mmu")] public bool IsStale(int sequence) => false;
            [SequenceCommit("mmu")] public void Map(int pfn) { }

            public static bool Cond() => true;
        }

        [Lock("srcu")]
        public class Srcu
        {
            [AcquiresLock(Shared = true)] [return: LockToken] public int ReadLock() => 0;
            [ReleasesLock(Shared = true)] public void ReadUnlock([LockToken] int index) { }
        }

        """;

    /// <summary>Verifies the members of a class that has an <c>Mm</c>, with every rule of the flow analysis on.</summary>
    public static Task VerifyAsync(string members, params DiagnosticResult[] expected) => Flows.VerifyAsync(WithMembers(members), expected);

    /// <summary>That class, with the API.</summary>
    public static string WithMembers(string members) => $$"""
        {{Api}}
        public class C
        {
            readonly Mm mm = new();
            static bool Cond() => true;
        {{members}}
        }
        """;
}
