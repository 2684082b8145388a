namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Pages, pins and references leaked, released twice, or used after their release.</summary>
public sealed class OwnershipTests
{
    // arch/arm64/kvm/nested.c: the page is lost where the recheck fires, and where the page is read-only.
    [Fact]
    public Task PageLostWhereTheRecheckFires_ArmNested() => Kernel.VerifyAsync("""
        public class Fault(Kvm kvm)
        {
            public Errno Before(ulong gfn, bool isReadOnly)
            {
                int sequence = kvm.InvalidateSequence;
                var error = kvm.{|LCK4003:FaultIn|}(gfn, out var page);
                if (error != Errno.Success)
                    return error;
                if (isReadOnly)
                    return Errno.Again;
                kvm.MmuLock.Read();
                if (kvm.InvalidateRetry(sequence))
                {
                    kvm.MmuLock.ReadDone();
                    return Errno.Again;
                }
                kvm.Map(gfn, 1);
                kvm.ReleaseFaultIn(page);
                kvm.MmuLock.ReadDone();
                return Errno.Success;
            }

            public Errno After(ulong gfn, bool isReadOnly)
            {
                int sequence = kvm.InvalidateSequence;
                var error = kvm.FaultIn(gfn, out var page);
                if (error != Errno.Success)
                    return error;
                if (isReadOnly)
                {
                    kvm.ReleaseUnused(page);
                    return Errno.Again;
                }
                kvm.MmuLock.Read();
                if (kvm.InvalidateRetry(sequence))
                {
                    error = Errno.Again;
                    goto Out;
                }
                kvm.Map(gfn, 1);
            Out:
                kvm.ReleaseFaultIn(page);
                kvm.MmuLock.ReadDone();
                return error;
            }
        }
        """);

    // mm/shmem.c, arch/x86/kvm/vmx/nested.c: the synthesized exit releases nothing.
    [Fact]
    public Task PagesKeptByASynthesizedExit_NestedVmx() => Kernel.VerifyAsync("""
        public class Nested
        {
            [return: Owned("page")] static Page? Get(ulong gpa) => null;
            static void Put([Consumes("page")] Page page) { }
            static bool Enter(Page apic, Page msr) => true;

            public bool Before(ulong gpa)
            {
                var apic = {|LCK4003:Get|}(gpa);
                if (apic is null)
                    return false;
                var msr = Get(gpa + 1);
                if (msr is null)
                    return false;
                bool entered = Enter(apic, msr);
                Put(msr);
                Put(apic);
                return entered;
            }

            public bool After(ulong gpa)
            {
                Page? apic = null, msr = null;
                bool entered = false;
                apic = Get(gpa);
                if (apic is null)
                    goto Out;
                msr = Get(gpa + 1);
                if (msr is null)
                    goto Out;
                entered = Enter(apic, msr);
            Out:
                if (msr is not null)
                    Put(msr);
                if (apic is not null)
                    Put(apic);
                return entered;
            }
        }
        """);

    // mm/shmem.c: the page comes back in by reference, and another error must free it.
    [Fact]
    public Task PageHandedInByReferenceNotFreed_UserFaultCopies() => Kernel.VerifyAsync("""
        public class Copies
        {
            [return: Owned("page")] static Page? Allocate() => null;
            static void Put([Consumes("page")] Page page) { }
            static bool Account() => true;
            static bool Insert(Page page) => true;

            public int Before()
            {
                var page = {|LCK4003:Allocate|}();
                if (!Account())
                    return -12;
                if (page is null)
                    return -12;
                if (!Insert(page))
                {
                    Put(page);
                    return -17;
                }
                Put(page);
                return 0;
            }

            public int After()
            {
                var page = Allocate();
                if (!Account())
                {
                    if (page is not null)
                    {
                        Put(page);
                        page = null;
                    }
                    return -12;
                }
                if (page is null)
                    return -12;
                bool inserted = Insert(page);
                Put(page);
                return inserted ? 0 : -17;
            }
        }
        """);

    // arch/arm64/kvm/vgic/vgic-its.c: what the walk sees is put, not what was erased.
    [Fact]
    public Task ErasedEntryDropped_VgicIts() => Kernel.VerifyAsync("""
        public class Cache
        {
            readonly List<Page> entries = new();
            [return: Owned("reference")] Page? Erase(int key) => null;
            static void Put([Consumes("reference")] Page entry) { }

            public void Before()
            {
                int key = 0;
                foreach (var entry in entries)
                {
                    {|LCK4003:Erase|}(key++);
                    Put(entry);
                }
            }

            public void After()
            {
                for (int key = 0; key < entries.Count; key++)
                {
                    var old = Erase(key);
                    if (old is not null)
                        Put(old);
                }
            }
        }
        """);

    // drivers/clk/imx/clk-scu.c: the walk goes on from what was freed.
    [Fact]
    public Task WalkGoesOnFromTheFreedElement_ClkScu() => Kernel.VerifyAsync("""
        public class Clocks
        {
            Page? head;
            static void Free([Consumes("clock")] Page clock) { }

            public void Before()
            {
                for (var clock = head; clock is not null; clock = {|LCK4004:clock|}.Next)
                    Free(clock);
            }

            public void While()
            {
                var clock = head;
                while (clock is not null)
                {
                    Free(clock);
                    clock = {|LCK4004:clock|}.Next;
                }
            }

            public void After()
            {
                Page? next;
                for (var clock = head; clock is not null; clock = next)
                {
                    next = clock.Next;
                    Free(clock);
                }
            }
        }
        """);

    // arch/x86/kvm/svm/sev.c, arch/s390/kvm/pci.c, arch/arm64/kvm/arm.c: a late failure leaves what earlier steps made.
    [Fact]
    public Task FirmwareHandleKeptWhereALaterStepFails_Sev() => Kernel.VerifyAsync("""
        public class Sev
        {
            static Errno Start([Owned("firmware")] out Page? handle) { handle = null; return Errno.Success; }
            static Errno BindAsid(Page handle, int asid) => Errno.Success;
            static void Decommission([Consumes("firmware")] Page handle) { }
            Page? session;

            public Errno Before(int asid)
            {
                var error = {|LCK4003:Start|}(out var handle);
                if (error != Errno.Success)
                    return error;
                error = BindAsid(handle!, asid);
                if (error != Errno.Success)
                    return error;
                session = handle;
                return Errno.Success;
            }

            public Errno After(int asid)
            {
                var error = Start(out var handle);
                if (error != Errno.Success)
                    return error;
                error = BindAsid(handle!, asid);
                if (error != Errno.Success)
                {
                    Decommission(handle!);
                    return error;
                }
                session = handle;
                return Errno.Success;
            }

            public Page? Session => session;
        }
        """);

    // mm/vma.c: a hook may swap the file for one with a reference of its own.
    [Fact]
    public Task SwappedFileNotPut_MmapRegion() => Kernel.VerifyAsync("""
        public class Region
        {
            static bool Hook([Owned("file")] out Page? file) { file = null; return false; }
            static void Put([Consumes("file")] Page? file) { }
            static Errno NewArea() => Errno.Success;
            Page? mapped;

            public Errno Before()
            {
                bool swapped = {|LCK4003:Hook|}(out var file);
                var error = NewArea();
                if (error != Errno.Success)
                    return error;
                if (swapped)
                    mapped = file;
                return Errno.Success;
            }

            public Errno After()
            {
                bool swapped = Hook(out var file);
                var error = NewArea();
                if (error != Errno.Success)
                {
                    if (swapped)
                        Put(file);
                    return error;
                }
                if (swapped)
                    mapped = file;
                return Errno.Success;
            }

            public Page? Mapped => mapped;
        }
        """);

    // arch/x86/kvm/mmu/mmu.c: a failed second allocation destroys what the first failure destroyed.
    [Fact]
    public Task CacheDestroyedTwice_KvmMmuModule() => Kernel.VerifyAsync("""
        public class Module
        {
            [return: Owned("cache")] static Page? Create() => null;
            static void Destroy([Consumes("cache")] Page? cache) { }

            public bool Before()
            {
                var headers = Create();
                if (headers is null)
                    return false;
                var descriptors = Create();
                if (descriptors is null)
                {
                    Destroy(headers);
                    goto Out;
                }
                Destroy(descriptors);
            Out:
                {|LCK4004:Destroy|}(headers);
                return false;
            }

            public bool After()
            {
                var headers = Create();
                if (headers is null)
                    return false;
                var descriptors = Create();
                if (descriptors is null)
                {
                    Destroy(headers);
                    headers = null;
                }
                Destroy(descriptors);
                if (headers is not null)
                    Destroy(headers);
                return false;
            }
        }
        """);
}
