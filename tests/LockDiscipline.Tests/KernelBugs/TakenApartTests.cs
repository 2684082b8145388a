namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Owned values in tuples, in values that may be missing, and behind conditional expressions.</summary>
public sealed class TakenApartTests
{
    // virt/kvm/kvm_main.c, gfn_to_pfn with its page: the error beside the page tells whether there is one.
    [Fact]
    public Task PageBesideItsError_FaultInPfn() => Kernel.VerifyAsync("""
        public class Fault
        {
            [return: Owned("page")] static (Errno Error, Page? Page) FaultIn(ulong gfn) => default;
            static void Put([Consumes("page")] Page? page) { }
            static bool IsWritable(ulong gfn) => true;
            Page? _last;

            public Errno Before(ulong gfn)
            {
                var (error, page) = {|LCK4003:FaultIn|}(gfn);
                if (error != Errno.Success)
                    return error;
                if (!IsWritable(gfn))
                    return Errno.Again;
                Put(page);
                return Errno.Success;
            }

            public Errno Twice(ulong gfn)
            {
                var (error, page) = FaultIn(gfn);
                if (error != Errno.Success)
                    return error;
                Put(page);
                if (!IsWritable(gfn))
                    {|LCK4004:Put|}(page);
                return Errno.Success;
            }

            public Errno After(ulong gfn)
            {
                var (error, page) = FaultIn(gfn);
                if (error != Errno.Success)
                    return error;
                error = IsWritable(gfn) ? Errno.Success : Errno.Again;
                Put(page);
                return error;
            }

            public Errno ByItsMembers(ulong gfn)
            {
                var fault = FaultIn(gfn);
                if (fault.Error != Errno.Success)
                    return fault.Error;
                if (!IsWritable(gfn))
                {
                    Put(fault.Page);
                    return Errno.Again;
                }

                Put(fault.Page);
                return fault.Error;
            }

            public Errno ByPattern(ulong gfn)
            {
                if (FaultIn(gfn) is not (Errno.Success, { } page))
                    return Errno.NoMemory;
                Put(page);
                return Errno.Success;
            }

            public Errno BySwitch(ulong gfn)
            {
                switch (FaultIn(gfn))
                {
                    case (Errno.Again, _):
                        return Errno.Again;
                    case (Errno.NoMemory, _):
                        return Errno.NoMemory;
                    case var (_, page):
                        Put(page);
                        return Errno.Success;
                }
            }

            public bool Kept(ulong gfn)
            {
                (var error, _last) = FaultIn(gfn);
                return error == Errno.Success;
            }
        }
        """);

    // The same with a helper in between, which says nothing of what it hands on.
    [Fact]
    public Task PageHandedOnByAHelper_FaultInPfn() => Kernel.VerifyAsync("""
        public class Fault
        {
            static Errno Get(ulong gfn, [Owned("page")] out Page? page) { page = null; return Errno.Success; }
            [return: Owned("page")] static Result<Page> Find(ulong gfn) => default;
            static void Put([Consumes("page")] Page? page) { }
            static bool IsWritable(ulong gfn) => true;
            private static (Errno, Page?) Both(ulong gfn) { var error = Get(gfn, out var page); return (error, page); }
            private static Page? OrNull(ulong gfn) { if (Get(gfn, out var page) != Errno.Success) return null; return page; }
            private static Page? Chosen(ulong gfn) { var found = Find(gfn); return found.IsError ? null : found.Value; }
            private static bool TryFind(ulong gfn, out Page? page)
            {
                var found = Find(gfn);
                if (found.IsError)
                {
                    page = null;
                    return false;
                }

                page = found.Value;
                return true;
            }

            public Errno Before(ulong gfn)
            {
                var (error, page) = {|LCK4003:Both|}(gfn);
                if (error != Errno.Success)
                    return error;
                if (!IsWritable(gfn))
                    return Errno.Again;
                Put(page);
                return Errno.Success;
            }

            public Errno BeforeNull(ulong gfn)
            {
                var page = {|LCK4003:OrNull|}(gfn);
                if (page is null)
                    return Errno.NoMemory;
                if (!IsWritable(gfn))
                    return Errno.Again;
                Put(page);
                return Errno.Success;
            }

            public Errno BeforeChosen(ulong gfn)
            {
                if ({|LCK4003:Chosen|}(gfn) is not { } page)
                    return Errno.NoMemory;
                if (!IsWritable(gfn))
                    return Errno.Again;
                Put(page);
                return Errno.Success;
            }

            public Errno BeforeTried(ulong gfn)
            {
                if (!{|LCK4003:TryFind|}(gfn, out var page))
                    return Errno.NoMemory;
                if (!IsWritable(gfn))
                    return Errno.Again;
                Put(page);
                return Errno.Success;
            }

            public Errno After(ulong gfn)
            {
                var (error, page) = Both(gfn);
                if (error != Errno.Success)
                    return error;
                error = IsWritable(gfn) ? Errno.Success : Errno.Again;
                Put(page);
                Put(OrNull(gfn));
                Put(Chosen(gfn));
                if (TryFind(gfn, out var found))
                    Put(found);
                return error;
            }
        }
        """);

    // arch/x86/kvm/mmu, a pfn that may be missing: a value, not an object.
    [Fact]
    public Task ValueThatMayBeMissing_Pfn() => Kernel.VerifyAsync("""
        public class Pfns
        {
            public readonly struct Pfn { public long Number { get; init; } }
            [return: Owned("pfn")] static Pfn? Get(ulong gfn) => null;
            [return: Owned("pfn")] static (Pfn Pfn, int Level)? GetLevel(ulong gfn) => null;
            static void Put([Consumes("pfn")] Pfn pfn) { }
            static bool IsMapped() => true;

            public int Before(ulong gfn)
            {
                if ({|LCK4003:Get|}(gfn) is not { } pfn)
                    return -1;
                if (!IsMapped())
                    return -2;
                Put(pfn);
                return 0;
            }

            public int BeforeLevel(ulong gfn)
            {
                if ({|LCK4003:GetLevel|}(gfn) is not (var pfn, var level))
                    return -1;
                if (level > 2)
                    return -2;
                Put(pfn);
                return level;
            }

            public int After(ulong gfn)
            {
                if (Get(gfn) is { } pfn)
                {
                    int error = IsMapped() ? 0 : -2;
                    Put(pfn);
                    return error;
                }

                return -1;
            }

            public int AfterLevel(ulong gfn)
            {
                if (GetLevel(gfn) is not { } found)
                    return -1;
                int level = found.Level;
                Put(found.Pfn);
                return level;
            }
        }
        """);

    // What was found under the lock, beside its depth: the walk of mm/maple_tree.c.
    [Fact]
    public Task NodeBesideItsDepth_UsedAfterTheRelease() => Kernel.VerifyAsync("""
        public class Tree
        {
            readonly Shared _lock = new();
            public class Node { public int Key; }
            [RequiresLock("_lock", Shared = true)] [return: ValidUnder("_lock")] (Node? Node, int Depth) Walk(int key) => default;

            public int Before(int key)
            {
                _lock.EnterRead();
                var (node, depth) = Walk(key);
                _lock.ExitRead();
                return node is null ? depth : {|LCK4001:node|}.Key;
            }

            public int After(int key)
            {
                _lock.EnterRead();
                var walked = Walk(key);
                int found = walked.Node?.Key ?? -1;
                _lock.ExitRead();
                return walked.Depth > 3 || walked.Node is null ? -1 : found;
            }
        }
        """);

    // Chosen by a condition that decides later what becomes of it.
    [Fact]
    public Task ChosenByACondition_GivenBackOrKept() => Kernel.VerifyAsync("""
        public class Cache
        {
            public class Entry { public int Users; }
            [return: Owned("entry")] static Entry? Find(int id) => null;
            static void Put([Consumes("entry")] Entry? entry) { }
            Entry? _kept;

            [return: Owned("entry")]
            public Entry? Take(int id, bool keeps)
            {
                var entry = Find(id);
                if (entry is null)
                    return null;
                var taken = keeps ? entry : null;
                if (taken is null)
                    Put(entry);
                return taken;
            }

            public void Keep(int id, bool keeps)
            {
                var entry = Find(id);
                Put(keeps ? null : entry);
                if (keeps)
                    _kept = entry;
            }

            public void Forgotten(int id, bool keeps, bool stays)
            {
                var entry = {|LCK4003:Find|}(id);
                Put(keeps ? null : entry);
                if (keeps && stays)
                    _kept = entry;
            }
        }
        """);

    // drivers/usb, a request that is taken over only where the call says so: by a flag or an error among what it returns.
    [Fact]
    public Task TakenOverAsPartOfTheResultSays_UsbSubmit() => Kernel.VerifyAsync("""
        public class Urb { public int Length; }
        public class Device
        {
            [return: Owned("urb")] static Urb Make() => new();
            static void Free([Consumes("urb")] Urb urb) { }
            static (Errno Error, int Slot) Submit([Consumes("urb", WhenReturns = true)] Urb urb) => default;
            static (bool Ok, int Slot) TrySubmit([Consumes("urb", WhenReturns = true)] Urb urb) => default;
            static bool? MaySubmit([Consumes("urb", WhenReturns = true)] Urb urb) => null;
            static bool TryMake([Owned("urb")] out Urb? urb) { urb = null; return false; }

            public int Before()
            {
                var urb = {|LCK4003:Make|}();
                var (error, slot) = Submit(urb);
                if (error != Errno.Success)
                    return -1;
                return slot;
            }

            public int BeforeFlag()
            {
                var urb = Make();
                var (ok, slot) = TrySubmit(urb);
                if (!ok)
                    return -1 + Dropped(urb);
                return slot + {|LCK4004:urb|}.Length;
            }

            static int Dropped([Consumes("urb")] Urb urb) { Free(urb); return 0; }

            public bool BeforeDiscard() => {|LCK4003:TryMake|}(out _);

            public int After()
            {
                var urb = Make();
                var submitted = Submit(urb);
                if (submitted.Error != Errno.Success)
                {
                    Free(urb);
                    return -1;
                }

                return submitted.Slot;
            }

            public int AfterFlag()
            {
                var urb = Make();
                var (ok, slot) = TrySubmit(urb);
                if (!ok)
                {
                    Free(urb);
                    return -1;
                }

                return slot;
            }

            public bool AfterMay()
            {
                var urb = Make();
                if (MaySubmit(urb) == true)
                    return true;
                Free(urb);
                return false;
            }
        }
        """);
}
