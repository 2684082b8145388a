namespace LockDiscipline.Tests.KernelBugs;

/// <summary>What a call does depends on whether it succeeds: it takes a buffer over, counts a user, unbinds. And errors of several calls, tested as one.</summary>
public sealed class RefusedTests
{
    // drivers/usb, many drivers: a request that cannot be submitted stays with whoever made it.
    [Fact]
    public Task RequestThatCannotBeSubmitted_Usb() => Kernel.VerifyAsync("""
        public class Urb { public int Length; }
        public class Device
        {
            readonly Spin _lock = new();
            [GuardedBy("_lock")] int _inFlight;
            [return: Owned("urb")] static Urb? Alloc() => null;
            static void Free([Consumes("urb")] Urb? urb) { }
            static Errno Submit([Consumes("urb", WhenReturns = true)] Urb urb) => Errno.Success;

            public Errno Before(int length)
            {
                var urb = {|LCK4003:Alloc|}();
                if (urb is null)
                    return Errno.NoMemory;
                urb.Length = length;
                _lock.Enter();
                _inFlight++;
                _lock.Exit();
                var ret = Submit(urb);
                if (ret != Errno.Success)
                {
                    _lock.Enter();
                    _inFlight--;
                    _lock.Exit();
                }

                return ret;
            }

            public Errno After(int length)
            {
                var urb = Alloc();
                if (urb is null)
                    return Errno.NoMemory;
                urb.Length = length;
                _lock.Enter();
                _inFlight++;
                _lock.Exit();
                var ret = Submit(urb);
                if (ret != Errno.Success)
                {
                    _lock.Enter();
                    _inFlight--;
                    _lock.Exit();
                    Free(urb);
                }

                return ret;
            }
        }
        """);

    // drivers/base/power/runtime.c, pm_runtime_get_sync: the count goes up although the device does not wake.
    [Fact]
    public Task CountedAlthoughItFails_RuntimePower() => Kernel.VerifyAsync("""
        public class Device { public bool IsAwake; }
        public class Driver
        {
            static int GetSync([Owned("usage")] Device device, bool other) => 0;
            static int Resume([Owned("usage", Always = true)] Device device) => 0;
            static void Put([Consumes("usage")] Device device) { }
            static Errno Program(Device device) => Errno.Success;

            public int Before(Device device)
            {
                int ret = {|LCK4003:Resume|}(device);
                if (ret < 0)
                    return ret;
                ret = Program(device) == Errno.Success ? 0 : -5;
                Put(device);
                return ret;
            }

            public int After(Device device)
            {
                int ret = Resume(device);
                if (ret < 0)
                    goto put;
                ret = Program(device) == Errno.Success ? 0 : -5;
            put:
                Put(device);
                return ret;
            }

            // The variant that gives the count back itself.
            public int Variant(Device device)
            {
                int ret = GetSync(device, true);
                if (ret < 0)
                    return ret;
                Put(device);
                return 0;
            }
        }
        """);

    // krealloc into the only pointer: where it fails, the former memory is still there, and nobody knows it any more.
    [Fact]
    public Task GrownIntoTheOnlyVariable_Krealloc() => Kernel.VerifyAsync("""
        public class Table { public int Count; }
        public class Owner
        {
            [return: Owned("table")] static Table? Alloc(int count) => null;
            static bool Grow([Consumes("table", WhenReturns = true)] Table former, int count, [Owned("table")] out Table? grown) { grown = null; return false; }
            static void Free([Consumes("table")] Table? table) { }
            static bool Fill(Table table) => true;

            public Errno Before(int count)
            {
                var table = {|LCK4003:Alloc|}(4);
                if (table is null)
                    return Errno.NoMemory;
                if (count > 4 && !Grow(table, count, out table))
                    return Errno.NoMemory;
                Fill(table!);
                Free(table);
                return Errno.Success;
            }

            public Errno After(int count)
            {
                var table = Alloc(4);
                if (table is null)
                    return Errno.NoMemory;
                if (count > 4)
                {
                    if (!Grow(table, count, out var grown))
                    {
                        Free(table);
                        return Errno.NoMemory;
                    }

                    table = grown;
                }

                Fill(table!);
                Free(table);
                return Errno.Success;
            }
        }
        """);

    // virt/kvm/guest_memfd.c, unbind: where the file is dying it leaves early, and the slot is freed with its binding.
    [Fact]
    public Task BindingLeftByAnEarlyReturn_GuestMemfd() => Kernel.VerifyAsync("""
        public class Memfd
        {
            public readonly Gate Lock = new();
            [LeavesPending("binding")] public void Bind(Slot slot) { }
            [Settles("binding", WhenReturns = true)] public bool TryUnbind(Slot slot) => false;
            [Settles("binding")] public void Unbind(Slot slot) { }
            [RequiresSettled("binding")] public void Free(Slot slot) { }

            public void Before(Slot slot) { Bind(slot); TryUnbind(slot); {|LCK5003:Free|}(slot); }
            public void After(Slot slot) { Bind(slot); if (!TryUnbind(slot)) Unbind(slot); Free(slot); }
            public void Always(Slot slot) { Bind(slot); Unbind(slot); Free(slot); }
        }
        """);

    // mm/filemap.c, writes page by page: an error of the copy leaves the loop with the page.
    [Fact]
    public Task PageKeptWhereTheCopyFails_BufferedWrite() => Kernel.VerifyAsync("""
        public class Writer
        {
            [return: Owned("folio")] static Page? Grab(int index) => null;
            static void Put([Consumes("folio")] Page page) { }
            [MustCheck] static int Copy(Page page, byte[] from) => 0;

            public int Before(byte[] from)
            {
                int done = 0;
                while (done < from.Length)
                {
                    var page = {|LCK4003:Grab|}(done);
                    if (page is null)
                        break;
                    int copied = Copy(page, from);
                    if (copied < 0)
                        return copied;
                    if (copied == 0)
                    {
                        Put(page);
                        continue;
                    }

                    done += copied;
                    Put(page);
                }

                return done;
            }

            public int After(byte[] from)
            {
                int done = 0, error = 0;
                while (done < from.Length)
                {
                    var page = Grab(done);
                    if (page is null)
                        break;
                    int copied = Copy(page, from);
                    Put(page);
                    if (copied < 0)
                    {
                        error = copied;
                        break;
                    }

                    done += copied;
                }

                return done > 0 ? done : error;
            }
        }
        """);

    // fs/ext4/namei.c and others, create: one label too far down leaves the new inode.
    [Fact]
    public Task OneLabelTooFar_CreateInode() => Kernel.VerifyAsync("""
        public class Inode { public int Links; }
        public class Directory
        {
            [return: Owned("inode")] static Inode? New() => null;
            static void Drop([Consumes("inode")] Inode inode) { }
            static void Instantiate([Consumes("inode")] Inode inode) { }
            static Errno Charge(Inode inode) => Errno.Success;
            static Errno Link(Inode inode) => Errno.Success;
            static Errno Stop() => Errno.Success;

            public Errno Before()
            {
                var ret = Errno.NoMemory;
                var inode = {|LCK4003:New|}();
                if (inode is null)
                    goto stop;
                ret = Charge(inode);
                if (ret != Errno.Success)
                    goto stop;
                ret = Link(inode);
                if (ret != Errno.Success)
                {
                    inode.Links--;
                    goto drop;
                }

                Instantiate(inode);
                goto stop;
            drop:
                Drop(inode);
            stop:
                var end = Stop();
                return ret == Errno.Success ? end : ret;
            }

            public Errno After()
            {
                var ret = Errno.NoMemory;
                var inode = New();
                if (inode is null)
                    goto stop;
                ret = Charge(inode);
                if (ret != Errno.Success)
                    goto drop;
                ret = Link(inode);
                if (ret != Errno.Success)
                {
                    inode.Links--;
                    goto drop;
                }

                Instantiate(inode);
                goto stop;
            drop:
                Drop(inode);
            stop:
                var end = Stop();
                return ret == Errno.Success ? end : ret;
            }
        }
        """);

    // net, many drivers: the length is counted after the buffer went to the card.
    [Fact]
    public Task LengthReadAfterTransmit_NetworkDrivers() => Kernel.VerifyAsync("""
        public class Buffer { public int Length; }
        public class Card
        {
            int _sent;
            static Errno Transmit([Consumes("skb")] Buffer buffer) => Errno.Success;

            public Errno Before(Buffer buffer)
            {
                var ret = Transmit(buffer);
                if (ret == Errno.Success)
                    _sent += {|LCK4004:buffer|}.Length;
                return ret;
            }

            public Errno After(Buffer buffer)
            {
                int length = buffer.Length;
                var ret = Transmit(buffer);
                if (ret == Errno.Success)
                    _sent += length;
                return ret;
            }
        }
        """);

    // drivers/gpu/drm: the fence of each round is lost to that of the next.
    [Fact]
    public Task FenceOfEachRoundLost_Drm() => Kernel.VerifyAsync("""
        public class Fence { public bool IsDone; }
        public class Ring
        {
            [return: Owned("fence")] static Fence? Of(int ring) => null;
            static void Put([Consumes("fence")] Fence? fence) { }

            public Fence? Before(int rings)
            {
                Fence? last = null;
                for (int i = 0; i < rings; i++)
                {
                    var fence = {|LCK4003:Of|}(i);
                    if (fence is null || fence.IsDone)
                        continue;
                    Put(last);
                    last = fence;
                }

                return last;
            }

            public Fence? After(int rings)
            {
                Fence? last = null;
                for (int i = 0; i < rings; i++)
                {
                    var fence = Of(i);
                    if (fence is null)
                        continue;
                    if (fence.IsDone)
                    {
                        Put(fence);
                        continue;
                    }

                    Put(last);
                    last = fence;
                }

                return last;
            }
        }
        """);

    // Two steps whose errors are asked for together: failing where both have failed is not failing where one has.
    [Fact]
    public Task OneOfTwoErrorsEnough_Probe() => Kernel.VerifyAsync("""
        public class Probe
        {
            static Errno Clock() => Errno.Success;
            static Errno Reset() => Errno.Success;

            public Errno Before()
            {
                var clock = Clock();
                var reset = {|LCK3001:Reset|}();
                if (clock != Errno.Success && reset != Errno.Success)
                    return Errno.Again;
                return Errno.Success;
            }

            public Errno After()
            {
                var clock = Clock();
                var reset = Reset();
                if (clock != Errno.Success || reset != Errno.Success)
                    return Errno.Again;
                return Errno.Success;
            }
        }
        """);

    // Areas collected for later, which are gone by then.
    [Fact]
    public Task AreasCollectedBeyondTheLock() => Kernel.VerifyAsync("""
        public class Collector
        {
            readonly List<ulong> _starts = new();
            public void Before(Mm mm, ulong[] addresses, List<Vma> found)
            {
                mm.MmapLock.EnterRead();
                foreach (var address in addresses)
                {
                    if (mm.VmaLookup(address) is { } vma)
                        found.Add({|LCK4002:vma|});
                }

                mm.MmapLock.ExitRead();
            }

            public void After(Mm mm, ulong[] addresses)
            {
                mm.MmapLock.EnterRead();
                foreach (var address in addresses)
                {
                    if (mm.VmaLookup(address) is { } vma)
                        _starts.Add(vma.Start);
                }

                mm.MmapLock.ExitRead();
            }
        }
        """);
}
