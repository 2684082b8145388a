namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Sleeping, allocating and faulting where that is not allowed.</summary>
public sealed class AtomicContextTests
{
    // arch/x86/kvm/mmu.c, allocating the roots: one of the vendors' callbacks reads guest memory.
    [Fact]
    public Task GuestMemoryReadUnderMmuLock_KvmRoots() => Kernel.VerifyAsync("""
        public abstract class Vendor
        {
            [MaySleep] public abstract ulong ReadPdptr(int index);
        }

        public class Mmu(Kvm kvm, Vendor vendor)
        {
            [GuardedBy("kvm.MmuLock")] readonly ulong[] roots = new ulong[4];
            readonly Kvm kvm = kvm;

            public void Before()
            {
                kvm.MmuLock.Write();
                {|LCK2001:AllocRoots|}();
                kvm.MmuLock.WriteDone();
            }

            void AllocRoots()
            {
                for (int i = 0; i < 4; i++)
                {
                    ulong pdptr = vendor.ReadPdptr(i);
                    if ((pdptr & 1) != 0)
                        roots[i] = pdptr;
                }
            }

            public void After()
            {
                for (int i = 0; i < 4; i++)
                {
                    ulong pdptr = vendor.ReadPdptr(i);
                    if ((pdptr & 1) == 0)
                        continue;
                    kvm.MmuLock.Write();
                    roots[i] = pdptr;
                    kvm.MmuLock.WriteDone();
                }
            }
        }
        """);

    // drivers/gpu/drm/xe: dropping the last reference sleeps, and takes the list's own lock.
    [Fact]
    public Task ReferencePutUnderASpinLock_Xe() => Kernel.VerifyAsync("""
        public class Bo { [MaySleep] public void Put() { } public void Get() { } public void PutDeferred(List<Bo> list) => list.Add(this); public int Size; }

        public class Client
        {
            readonly Spin gate = new();
            [GuardedBy("gate")] readonly List<Bo> list = new();

            public int Before()
            {
                int size = 0;
                gate.Enter();
                foreach (var bo in list)
                {
                    bo.Get();
                    size += bo.Size;
                    bo.{|LCK2001:Put|}();
                }
                gate.Exit();
                return size;
            }

            public int After()
            {
                int size = 0;
                var deferred = new List<Bo>();
                gate.Enter();
                foreach (var bo in list)
                {
                    bo.Get();
                    size += bo.Size;
                    bo.PutDeferred(deferred);
                }
                gate.Exit();
                foreach (var bo in deferred)
                    bo.Put();
                return size;
            }
        }
        """);

    // arch/arm64/kvm/nested.c: an array that notifiers walk under one lock is replaced under another.
    [Fact]
    public Task ArrayReplacedUnderTheWrongLock_ArmNested() => Kernel.VerifyAsync("""
        public class Nested(Kvm kvm)
        {
            readonly Kvm kvm = kvm;
            readonly Gate config = new();
            [GuardedBy("kvm.MmuLock")] int[] mmus = [];
            [MaySleep] static void Free(int[] array) { }
            [MaySleep] static int[] Allocate(int count) => new int[count];

            public void Before(int count)
            {
                config.Enter();
                var bigger = Allocate(count);
                var old = {|LCK1001:mmus|};
                {|LCK1001:mmus|} = bigger;
                Free(old);
                config.Exit();
            }

            public void Overdone(int count)
            {
                config.Enter();
                kvm.MmuLock.Write();
                var bigger = {|LCK2001:Allocate|}(count);
                mmus = bigger;
                kvm.MmuLock.WriteDone();
                config.Exit();
            }

            public void After(int count)
            {
                config.Enter();
                var bigger = Allocate(count);
                kvm.MmuLock.Write();
                Array.Copy(mmus, bigger, mmus.Length);
                var old = mmus;
                mmus = bigger;
                kvm.MmuLock.WriteDone();
                Free(old);
                config.Exit();
            }

            public int Sum()
            {
                int sum = 0;
                kvm.MmuLock.Read();
                foreach (int mmu in mmus)
                    sum += mmu;
                kvm.MmuLock.ReadDone();
                return sum;
            }
        }
        """);

    // arch/s390/mm/fault.c: resolved under the mmap lock, in a place that may be atomic.
    [Fact]
    public Task FaultResolvedInAtomicContext_S390() => Kernel.VerifyAsync("""
        public class Fault(Mm mm)
        {
            [NoSleep] public int Before(ulong address)
            {
                mm.MmapLock.{|LCK2001:EnterRead|}();
                int ret = Resolve(address);
                mm.MmapLock.ExitRead();
                return ret;
            }

            [NoSleep] public int InAtomicContext(ulong address) => -14;

            public int After(ulong address, bool isAtomic)
            {
                if (isAtomic)
                    return InAtomicContext(address);
                mm.MmapLock.EnterRead();
                int ret = Resolve(address);
                mm.MmapLock.ExitRead();
                return ret;
            }

            static int Resolve(ulong address) => 0;
        }
        """);

    // virt/kvm, arch/x86/kvm: user memory touched under the lock that its faults take.
    [Fact]
    public Task UserMemoryCopiedUnderTheMmapLock_KvmSlots() => Kernel.VerifyAsync("""
        public class Reader(Kvm kvm)
        {
            public int Before(ulong gfn, byte[] to)
            {
                int ret = -14;
                kvm.Mm.MmapLock.EnterRead();
                var slot = Find(gfn);
                if (slot is not null)
                    ret = kvm.Mm.{|LCK1007:CopyFromUser|}(to, slot.Hva, to.Length);
                kvm.Mm.MmapLock.ExitRead();
                return ret;
            }

            public int After(ulong gfn, byte[] to)
            {
                int ret = -14;
                int index = kvm.Srcu.ReadLock();
                var slot = kvm.GfnToSlot(gfn);
                if (slot is not null)
                    ret = kvm.Mm.CopyFromUser(to, slot.Hva, to.Length);
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }

            static Slot? Find(ulong gfn) => null;
        }
        """);
}
