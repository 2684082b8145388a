namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Undone in part, written back late, told in part.</summary>
public sealed class UndoTests
{
    // virt/kvm/kvm_main.c: the commit fails, and one of two members gets its former value.
    [Fact]
    public Task OneOfTwoCountersRestored_Memslots() => Kernel.VerifyAsync("""
        public class Rollback2
        {
            readonly Gate _slots = new();
            [GuardedBy("_slots")] int _count;
            [GuardedBy("_slots")] long _pages;
            [GuardedBy("_slots")] int _generation;
            static Errno Commit() => Errno.Success;
            public Errno Before(long pages)
            {
                _slots.Enter();
                int oldCount = _count;
                long oldPages = _pages;
                _count = oldCount + 1;
                _pages = oldPages + pages;
                var ret = Commit();
                if (ret != Errno.Success)
                {
                    _count = oldCount;
                    _slots.Exit();
                    {|LCK5007:return ret;|}
                }
                _slots.Exit();
                return ret;
            }
            public Errno After(long pages)
            {
                _slots.Enter();
                int oldCount = _count;
                long oldPages = _pages;
                _count = oldCount + 1;
                _pages = oldPages + pages;
                var ret = Commit();
                if (ret != Errno.Success)
                {
                    _count = oldCount;
                    _pages = oldPages;
                }
                _slots.Exit();
                return ret;
            }
            public Errno GotoUndo(long pages)
            {
                _slots.Enter();
                _count++;
                _pages += pages;
                var ret = Commit();
                if (ret != Errno.Success)
                    goto undo;
                _generation++;
                _slots.Exit();
                return Errno.Success;
            undo:
                _pages -= pages;
                _count--;
                _slots.Exit();
                return ret;
            }
        }
        """);

    // Mm: the limit is tested, the lock dropped to reclaim, and the old sum written.
    [Fact]
    public Task ReservationComputedBeforeTheReclaim() => Kernel.VerifyAsync("""
        public class Stale2
        {
            readonly Spin _lock = new();
            [GuardedBy("_lock")] long _used;
            [GuardedBy("_lock")] int _users;
            static bool Reclaim(long n) => true;
            public bool Before(long n)
            {
                _lock.Enter();
                long used = _used;
                _lock.Exit();
                if (used + n > 100 && !Reclaim(n))
                    return false;
                _lock.Enter();
                {|LCK5006:_used =|} used + n;
                _lock.Exit();
                return true;
            }
            public bool After(long n)
            {
                _lock.Enter();
                while (_used + n > 100)
                {
                    _lock.Exit();
                    if (!Reclaim(n))
                        return false;
                    _lock.Enter();
                }
                _used += n;
                _lock.Exit();
                return true;
            }
            public bool Compared(long n)
            {
                while (true)
                {
                    _lock.Enter();
                    long used = _used;
                    _lock.Exit();
                    if (!Reclaim(used))
                        return false;
                    _lock.Enter();
                    if (_used != used)
                    {
                        _lock.Exit();
                        continue;
                    }
                    _used = used + n;
                    _lock.Exit();
                    return true;
                }
            }
            public void Other(long n)
            {
                _lock.Enter();
                int users = _users;
                _lock.Exit();
                _lock.Enter();
                _used = users * n;
                _lock.Exit();
            }
        }
        """);

    // arch/x86/kvm: one of the exits to user space does not say how large the range is.
    [Fact]
    public Task SizeMissingOnOneExit_MemoryFault() => Kernel.VerifyAsync("""
        public class Vcpu
        {
            public ulong Gpa, Size; public bool IsPrivate; public int Reason;
            static bool Shared(ulong gfn) => false;
            [AssignedWhenReturns(Errno.Again, "Gpa", "Size")]
            public Errno Before(ulong gfn, bool huge)
            {
                if (Shared(gfn))
                {
                    Gpa = gfn << 12;
                    Size = huge ? 1UL << 21 : 4096;
                    return Errno.Again;
                }
                if (huge)
                {
                    Gpa = gfn << 12;
                    {|LCK5005:return Errno.Again;|}
                }
                return Errno.Success;
            }
            void Fill(ulong gfn, ulong size) { Gpa = gfn << 12; Size = size; }
            [AssignedWhenReturns(Errno.Again, "Gpa", "Size")]
            public Errno After(ulong gfn, bool huge)
            {
                var ret = Errno.Success;
                if (Shared(gfn) || huge)
                {
                    Fill(gfn, 4096);
                    ret = Errno.Again;
                }
                return ret;
            }
        }
        """);

    // SRCU: indices of two domains, of two rounds, of a section that was opened again.
    [Fact]
    public Task IndicesOfTwoSections_Srcu() => Kernel.VerifyAsync("""
        public class Tokens
        {
            readonly Srcu a = new(), b = new();
            static bool Step() => true;
            [GuardedByAny("a")] int _data;
            public void Loop(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    int index = a.ReadLock();
                    if (!Step())
                    {
                        a.ReadUnlock(index);
                        continue;
                    }
                    a.ReadUnlock(index);
                }
            }
            public void Swapped()
            {
                int first = a.ReadLock();
                int second = b.ReadLock();
                b.{|LCK4006:ReadUnlock|}(first);
                a.{|LCK4006:ReadUnlock|}(second);
            }
            public void Shadow(bool again)
            {
                int index = a.ReadLock();
                if (again)
                {
                    int inner = a.ReadLock();
                    Step();
                    a.ReadUnlock(inner);
                }
                a.ReadUnlock(index);
            }
            public int Relocked()
            {
                int index = a.ReadLock();
                if (!Step())
                {
                    a.ReadUnlock(index);
                    a.ReadLock();
                }
                int n = _data;
                a.{|LCK4006:ReadUnlock|}(index);
                return n;
            }
            public int RelockedRight()
            {
                int index = a.ReadLock();
                if (!Step())
                {
                    a.ReadUnlock(index);
                    index = a.ReadLock();
                }
                int n = _data;
                a.ReadUnlock(index);
                return n;
            }
        }
        """);

    // virt/kvm/kvm_main.c: the new slots are published within a read section of the old ones.
    [Fact]
    public Task WaitsForItsOwnReaders_SwapMemslots() => Kernel.VerifyAsync("""
        public class Sync2
        {
            readonly Kvm kvm = new();
            static void Free([Consumes("slots")] Slot[] slots) { }
            private void Swap(Slot[] slots) { kvm.Slots = slots; kvm.Srcu.Synchronize(); }
            public void Before(Slot[] slots)
            {
                int index = kvm.Srcu.ReadLock();
                kvm.SlotsLock.Enter();
                {|LCK2005:Swap|}(slots);
                kvm.SlotsLock.Exit();
                kvm.Srcu.ReadUnlock(index);
            }
        }
        public class Publisher
        {
            readonly Kvm kvm = new();
            private void Swap(Slot[] slots) { kvm.Slots = slots; kvm.Srcu.Synchronize(); }
            public void After(Slot[] slots)
            {
                kvm.SlotsLock.Enter();
                Swap(slots);
                kvm.SlotsLock.Exit();
            }
        }
        """);

    // virt/kvm: an error pfn is used as a frame.
    [Fact]
    public Task ErrorFrameMapped_Pfn() => Kernel.VerifyAsync("""
        public class ErrPfn
        {
            readonly Kvm kvm = new();
            public readonly struct Pfn { [ErrorTest] public bool IsError => false; [ErrorTest] public bool IsNoslot => false; [OnSuccess] public ulong Frame => 0; }
            [RequiresLock("kvm.Srcu", Shared = true), MustCheck] Pfn Find(ulong gfn) => default;
            static Errno Map(ulong frame) => Errno.Success;
            public Errno Before(ulong gfn)
            {
                int index = kvm.Srcu.ReadLock();
                var pfn = {|LCK3001:Find|}(gfn);
                kvm.Srcu.ReadUnlock(index);
                return Map(pfn.{|LCK3004:Frame|});
            }
            public Errno After(ulong gfn)
            {
                int index = kvm.Srcu.ReadLock();
                var pfn = Find(gfn);
                kvm.Srcu.ReadUnlock(index);
                if (pfn.IsError)
                    return Errno.Again;
                return Map(pfn.Frame);
            }
            static bool Bad(Pfn pfn) => pfn.IsError || pfn.IsNoslot;
            public Errno ByHelper(ulong gfn)
            {
                int index = kvm.Srcu.ReadLock();
                var pfn = Find(gfn);
                kvm.Srcu.ReadUnlock(index);
                return Bad(pfn) ? Errno.Again : Map(pfn.Frame);
            }
        }
        """);

    // Fs: the parent directory is locked while the child is.
    [Fact]
    public Task ChildBeforeParent_Inodes() => Kernel.VerifyAsync("""
        public class Inode2
        {
            [AcquiredAfter("Parent")] public readonly Gate Lock = new();
            public readonly Gate Parent = new();
            [GuardedBy("Lock")] int _n;
            private void Touch() { Lock.Enter(); _n++; Lock.Exit(); }
            private void TouchParent() { Parent.Enter(); Parent.Exit(); }
            public void Right() { Parent.Enter(); Touch(); Parent.Exit(); }
            public void Wrong() { Lock.Enter(); _n--; {|LCK2002:TouchParent|}(); Lock.Exit(); }
            public bool Try() { Lock.Enter(); bool ok = Parent.TryEnter(); if (ok) Parent.Exit(); _n++; Lock.Exit(); return ok; }
        }
        public class Flusher
        {
            readonly Gate _state = new();
            readonly Work _work;
            [GuardedBy("_state")] int _runs;
            public Flusher() { _work = new Work(Run); }
            public class Work(Action run) { public void Queue() => run(); }
            void Run() { _state.Enter(); _runs++; _state.Exit(); }
            public void Start() => _work.Queue();
        }
        """);
}
