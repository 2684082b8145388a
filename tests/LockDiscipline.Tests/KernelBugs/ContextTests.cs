namespace LockDiscipline.Tests.KernelBugs;

/// <summary>What may not wait where it stands, found through helpers and callbacks.</summary>
public sealed class ContextTests
{
    // net/bluetooth/hci_event.c: a handler walks the connections and has a command sent, which waits.
    [Fact]
    public Task CommandSentUnderTheHashLock_Bluetooth() => Kernel.VerifyAsync("""
        public class Hci
        {
            public class Conn { public int Handle; public Conn? Next; }
            readonly Spin _hash = new();
            readonly Gate _sync = new();
            [GuardedBy("_hash")] Conn? _first;
            static Errno Command(int opcode) { Thread.Sleep(1); return Errno.Success; }
            private Errno Setup(Conn conn) => conn.Handle == 0 ? Errno.Again : SendPath(conn.Handle);
            private Errno SendPath(int handle) { _sync.Enter(); var ret = Command(handle); _sync.Exit(); return ret; }

            public int Before()
            {
                int n = 0;
                _hash.Enter();
                for (var conn = _first; conn is not null; conn = conn.Next)
                {
                    if ({|LCK2001:Setup|}(conn) == Errno.Success)
                        n++;
                }
                _hash.Exit();
                return n;
            }

            public int After()
            {
                var handles = new List<int>();
                _hash.Enter();
                for (var conn = _first; conn is not null; conn = conn.Next)
                    handles.Add(conn.Handle);
                _hash.Exit();
                int n = 0;
                foreach (int handle in handles)
                {
                    if (SendPath(handle) == Errno.Success)
                        n++;
                }
                return n;
            }
        }
        """);

    // mm/percpu.c, pcpu_alloc: atomic or not is an argument.
    [Fact]
    public Task FlagDecidesWhetherItWaits_Percpu() => Kernel.VerifyAsync("""
        public class Percpu
        {
            readonly Gate _alloc = new();
            readonly Spin _lock = new();
            [GuardedBy("_lock")] int _free;
            private bool Reserve(int size, bool atomic)
            {
                if (!atomic)
                    _alloc.Enter();
                _lock.Enter();
                bool fits = _free >= size;
                if (fits)
                    _free -= size;
                _lock.Exit();
                if (!atomic)
                    _alloc.Exit();
                return fits;
            }

            readonly Spin _caller = new();
            public bool Before(int size)
            {
                _caller.Enter();
                bool ok = {|LCK2001:Reserve|}(size, false);
                _caller.Exit();
                return ok;
            }
            public bool After(int size)
            {
                _caller.Enter();
                bool ok = Reserve(size, true);
                _caller.Exit();
                return ok;
            }
        }
        """);

    // fs/proc/task_mmu.c: the callback of a walk copies to user memory, which may need the lock that the walk holds.
    [Fact]
    public Task CopyToUserInAWalk_Pagemap() => Kernel.VerifyAsync("""
        public class Walker
        {
            public delegate bool Visit(Vma vma);
            readonly Mm mm = new();
            Vma? last;
            [RequiresLock("mm.MmapLock", Shared = true)]
            void ForEach(ulong start, ulong end, Visit visit)
            {
                for (ulong at = start; at < end;)
                {
                    var vma = mm.VmaLookup(at);
                    if (vma is null || !visit(vma))
                        return;
                    at = vma.End;
                }
            }

            public ulong Before(ulong start, ulong end)
            {
                ulong n = 0;
                Vma? biggest = null;
                mm.MmapLock.EnterRead();
                ForEach(start, end, vma =>
                {
                    n += vma.End - vma.Start;
                    return mm.{|LCK1007:CopyToUser|}(start, [], 1) == 0;
                });
                mm.MmapLock.ExitRead();
                return n + (biggest?.End ?? 0);
            }

            public ulong After(ulong start, ulong end)
            {
                ulong n = 0;
                mm.MmapLock.EnterRead();
                ForEach(start, end, vma => { n += vma.End - vma.Start; return true; });
                mm.MmapLock.ExitRead();
                mm.CopyToUser(start, [], 1);
                return n;
            }
        }
        """);

    // A wait for space that tests once.
    [Fact]
    public Task WaitsOnceForSpace_Ring() => Kernel.VerifyAsync("""
        public class Ring
        {
            readonly object _lock = new();
            [GuardedBy("_lock")] int _space;
            public void Before(int need)
            {
                lock (_lock)
                {
                    if (_space < need)
                        Monitor.{|LCK2008:Wait|}(_lock);
                    _space -= need;
                }
            }
            public void After(int need)
            {
                lock (_lock)
                {
                    while (_space < need)
                        Monitor.Wait(_lock);
                    _space -= need;
                }
            }
        }
        """);
}
