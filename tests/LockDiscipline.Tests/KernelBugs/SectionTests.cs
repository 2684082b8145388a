namespace LockDiscipline.Tests.KernelBugs;

/// <summary>What holds within a section only: references, tests, modes, and which lock it was.</summary>
public sealed class SectionTests
{
    // sound/core/seq/seq_ports.c, snd_seq_create_port: the new port is in the list, and may be gone once the list is unlocked.
    [Fact]
    public Task PortUsedAfterUnlock_AlsaSequencer() => Kernel.VerifyAsync("""
        public class Sequencer
        {
            public class Port { public int Number; public readonly List<int> Subscribers = new(); }
            readonly Gate _ports = new();
            [GuardedBy("_ports")] readonly List<Port> _list = new();
            [RequiresLock("_ports")] [return: ValidUnder("_ports")] Port Insert(int number) { var port = new Port { Number = number }; _list.Add(port); return port; }
            static void Get([Owned("port")] Port port) { }
            static void Put([Consumes("port")] Port port) { }

            public int Before(int number)
            {
                _ports.Enter();
                var port = Insert(number);
                _ports.Exit();
                int used = {|LCK4001:port|}.Number;
                return used;
            }

            public int After(int number)
            {
                _ports.Enter();
                var port = Insert(number);
                Get(port);
                _ports.Exit();
                int used = port.Number;
                Put(port);
                return used;
            }
        }
        """);

    // sound/core/control_compat.c: the lock was moved out of the inner function, and one of its callers overlooked.
    [Fact]
    public Task InnerFunctionCalledWithoutTheLock_AlsaControl() => Kernel.VerifyAsync("""
        public class Card
        {
            readonly Shared _controls = new();
            [GuardedBy("_controls")] readonly List<int> _values = new();
            internal int Read(int id) => _values.Count > id ? _values[id] : -1;
            public int ReadUser(int id)
            {
                _controls.EnterRead();
                int value = Read(id);
                _controls.ExitRead();
                return value;
            }
            public int ReadCompat(int id, bool packed)
            {
                int value = packed ? id >> 8 : id;
                value = {|LCK1002:Read|}(value);
                return value;
            }
            public int ReadCompatFixed(int id, bool packed) => ReadUser(packed ? id >> 8 : id);
        }
        """);

    // fs/notify, fsnotify_unmount_inodes: the list is unlocked within the walk; a reference keeps the place.
    [Fact]
    public Task WalkGoesOnAcrossAnUnlock_Inodes() => Kernel.VerifyAsync("""
        public class Inodes
        {
            public class Inode { public bool Freeing; public Inode? Next; public int Marks; }
            readonly Gate _list = new();
            [RequiresLock("_list")] [return: ValidUnder("_list")] Inode? First() => null;
            [RequiresLock("_list")] [return: ValidUnder("_list")] Inode? After(Inode inode) => inode.Next;
            static void Get([Owned("inode")] Inode inode) { }
            static void Put([Consumes("inode")] Inode? inode) { }
            static void Notify(Inode inode) { }

            public void Before()
            {
                _list.Enter();
                for (var inode = First(); inode is not null; inode = After({|LCK4001:inode|}))
                {
                    if (inode.Freeing)
                        continue;
                    int marks = inode.Marks;
                    _list.Exit();
                    Console.WriteLine(marks);
                    _list.Enter();
                }
                _list.Exit();
            }

            public void Fixed()
            {
                Inode? held = null;
                _list.Enter();
                for (var inode = First(); inode is not null; inode = After(inode))
                {
                    if (inode.Freeing)
                        continue;
                    Get(inode);
                    _list.Exit();
                    Put(held);
                    Notify(inode);
                    held = inode;
                    _list.Enter();
                }
                _list.Exit();
                Put(held);
            }
        }
        """);

    // kernel/time: tested, unlocked to compute, locked again, and rearmed without another look.
    [Fact]
    public Task NotTestedAgainUnderTheLock_Timers() => Kernel.VerifyAsync("""
        public class Timers
        {
            readonly Gate _lock = new();
            [GuardedBy("_lock")] bool _running;
            [GuardedBy("_lock")] public bool Running => _running;
            [RequiresLock("_lock"), RequiresTest("Running")] void Rearm(long when) { }
            static long Compute() => 1;

            public bool Before()
            {
                _lock.Enter();
                if (!Running)
                {
                    _lock.Exit();
                    return false;
                }
                _lock.Exit();
                long when = Compute();
                _lock.Enter();
                {|LCK5004:Rearm|}(when);
                _lock.Exit();
                return true;
            }

            public bool After()
            {
                _lock.Enter();
                bool running = Running;
                _lock.Exit();
                if (!running)
                    return false;
                long when = Compute();
                _lock.Enter();
                if (!Running)
                {
                    _lock.Exit();
                    return false;
                }
                Rearm(when);
                _lock.Exit();
                return true;
            }
        }
        """);

    // mm/mmap.c, __do_munmap: the counter is written after the lock was downgraded.
    [Fact]
    public Task WrittenAfterTheDowngrade_Munmap() => Kernel.VerifyAsync("""
        public class Munmap
        {
            readonly Shared _mmap = new();
            [GuardedBy("_mmap")] long _total;
            static void Unmap(ulong start) { }
            public void Before(ulong start, long pages, bool downgrade)
            {
                _mmap.EnterWrite();
                if (downgrade)
                    _mmap.Downgrade();
                Unmap(start);
                {|LCK1003:_total|} -= pages;
                if (downgrade)
                    _mmap.ExitRead();
                else
                    _mmap.ExitWrite();
            }
            public void After(ulong start, long pages, bool downgrade)
            {
                _mmap.EnterWrite();
                _total -= pages;
                if (downgrade)
                    _mmap.Downgrade();
                Unmap(start);
                if (downgrade)
                    _mmap.ExitRead();
                else
                    _mmap.ExitWrite();
            }
        }
        """);

    // net, route look-ups: the entry is good within the read section, or with a reference.
    [Fact]
    public Task RouteReturnedOutOfTheReadSection_Routes() => Kernel.VerifyAsync("""
        public class Routes
        {
            [Lock("rcu", Reentrant = true)]
            public class Rcu { [AcquiresLock(Shared = true)] public void ReadLock() { } [ReleasesLock(Shared = true)] public void ReadUnlock() { } }
            public class Route { public int Metric; public Route? Parent; }
            readonly Rcu rcu = new();
            [RequiresLock("rcu", Shared = true)] [return: ValidUnder("rcu")] Route? Lookup(int key) => null;
            static bool TryHold([Owned("route")] Route route) => true;
            static void Release([Consumes("route")] Route route) { }

            public Route? Before(int key)
            {
                rcu.ReadLock();
                var route = Lookup(key);
                rcu.ReadUnlock();
                return {|LCK4001:route|};
            }
            public int Cached(int key)
            {
                rcu.ReadLock();
                var route = Lookup(key);
                if (route is null)
                {
                    rcu.ReadUnlock();
                    return 0;
                }
                var parent = route.Parent;
                rcu.ReadUnlock();
                return {|LCK4001:route|}.Metric;
            }
            [return: Owned("route")]
            public Route? After(int key)
            {
                rcu.ReadLock();
                var route = Lookup(key);
                if (route is not null && !TryHold(route))
                    route = null;
                rcu.ReadUnlock();
                return route;
            }
            public int Metric(int key)
            {
                rcu.ReadLock();
                int metric = Lookup(key)?.Metric ?? 0;
                rcu.ReadUnlock();
                return metric;
            }
        }
        """);

    // drivers/tty/tty_jobctrl.c, tiocspgrp: of two ends of a terminal, the lock of the wrong one.
    [Fact]
    public Task LockOfTheOtherEnd_Tty() => Kernel.VerifyAsync("""
        public class Tty
        {
            public readonly Spin Control = new();
            [GuardedBy("Control")] public int Group;
            public Tty? Link;
            static bool Allowed(int group) => true;

            public static Errno Before(Tty tty, Tty real, int group)
            {
                tty.Control.Enter();
                if (!Allowed(group))
                    goto unlock;
                real.{|LCK1001:Group|} = group;
            unlock:
                tty.Control.Exit();
                return Errno.Success;
            }

            public static Errno After(Tty tty, Tty real, int group)
            {
                real.Control.Enter();
                if (!Allowed(group))
                    goto unlock;
                real.Group = group;
            unlock:
                real.Control.Exit();
                return Errno.Success;
            }
        }
        """);

    // include/linux/kvm_host.h, search_memslots: the binary search ends at a slot that may not contain the frame.
    [Fact]
    public Task LastSlotBelowTakenForAHit_Memslots() => Kernel.VerifyAsync("""
        public class Memslots
        {
            public class Slot { public ulong Base, Pages; [ContainmentTest] public bool Contains(ulong gfn) => gfn >= Base && gfn < Base + Pages; public readonly int[] Flags = new int[8]; }
            readonly Slot[] _slots = [];
            // The last slot that starts at or below the frame.
            [return: NearestMatch("gfn")] Slot? Approximate(ulong gfn) => _slots.Length > 0 ? _slots[0] : null;

            public int Before(ulong gfn)
            {
                var slot = Approximate(gfn);
                if (slot is null)
                    return -1;
                return {|LCK4005:slot|}.Flags[(int)(gfn - slot.Base)];
            }

            public int After(ulong gfn)
            {
                var slot = Approximate(gfn);
                if (slot is null || !slot.Contains(gfn))
                    return -1;
                return slot.Flags[(int)(gfn - slot.Base)];
            }

            public int Walk(ulong start, ulong end)
            {
                int n = 0;
                Slot? slot = null;
                for (ulong gfn = start; gfn < end; gfn++)
                {
                    if (slot is null || !slot.Contains(gfn))
                        slot = Approximate(gfn);
                    if (slot is null || gfn < slot.Base || gfn >= slot.Base + slot.Pages)
                        continue;
                    n += slot.Flags[0];
                }
                return n;
            }
        }
        """);
}
