namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Who has it now: handed to a list, a device, a socket, which may refuse it.</summary>
public sealed class HandoverTests
{
    // virt/kvm/eventfd.c, kvm_irqfd_assign: two files, the second of them optional, and one way out.
    [Fact]
    public Task SecondFileFails_KvmIrqfdAssign() => Kernel.VerifyAsync("""
        public class Irqfds
        {
            public class Eventfd { }
            public class Irqfd { public Eventfd? Event, Resample; }
            readonly Spin _lock = new();
            [GuardedBy("_lock")] readonly List<Irqfd> _items = new();
            [return: Owned("eventfd")] static Result<Eventfd> Get(int fd) => default;
            static void Put([Consumes("eventfd")] Eventfd file) { }
            static Errno Init(Irqfd irqfd) => Errno.Success;

            public Errno Before(int fd, int resampleFd, bool resample)
            {
                var file = {|LCK4003:Get|}(fd);
                if (file.IsError)
                    return file.Error;
                var irqfd = new Irqfd();
                if (resample)
                {
                    var second = Get(resampleFd);
                    if (second.IsError)
                        return second.Error;
                    irqfd.Resample = second.Value;
                }

                var ret = Init(irqfd);
                if (ret != Errno.Success)
                    return ret;
                irqfd.Event = file.Value;
                _lock.Enter();
                _items.Add(irqfd);
                _lock.Exit();
                return Errno.Success;
            }

            public Errno After(int fd, int resampleFd, bool resample)
            {
                var ret = Errno.Success;
                Eventfd? second = null;
                var file = Get(fd);
                if (file.IsError)
                    return file.Error;
                var irqfd = new Irqfd();
                if (resample)
                {
                    var found = Get(resampleFd);
                    if (found.IsError)
                    {
                        ret = found.Error;
                        goto fail;
                    }

                    second = found.Value;
                }

                ret = Init(irqfd);
                if (ret != Errno.Success)
                    goto fail;
                irqfd.Event = file.Value;
                irqfd.Resample = second;
                _lock.Enter();
                _items.Add(irqfd);
                _lock.Exit();
                return Errno.Success;

            fail:
                if (second is not null)
                    Put(second);
                Put(file.Value);
                return ret;
            }
        }
        """);

    // net/dccp/input.c, dccp_rcv_state_process: the request handler frees the packet, and so does its caller.
    [Fact]
    public Task FreedByTheHandlerAndByItsCaller_Dccp() => Kernel.VerifyAsync("""
        public class Dccp
        {
            public class Skb { public int Type; }
            static void Free([Consumes("skb")] Skb skb) { }
            private static int Respond(Skb skb)
            {
                if (skb.Type == 0)
                    return 1;
                Free(skb);
                return 0;
            }
            private static int RespondHeld(Skb skb) => skb.Type == 0 ? 1 : 0;

            public int Before([Consumes("skb")] Skb skb, bool listening)
            {
                if (listening)
                {
                    if (Respond(skb) != 0)
                        return 1;
                    goto discard;
                }
                if (skb.Type == 7)
                    goto discard;
                return 2;
            discard:
                {|LCK4004:Free|}(skb);
                return 0;
            }

            public int After([Consumes("skb")] Skb skb, bool listening)
            {
                if (listening && RespondHeld(skb) != 0)
                    return 1;
                Free(skb);
                return 0;
            }
        }
        """);

    // fs, create functions: an early failure keeps the inode; a helper that puts it on failure, and a caller who does so again.
    [Fact]
    public Task InodeOfAFailedCreate_FileSystems() => Kernel.VerifyAsync("""
        public class Fs
        {
            public class Node { public int Links; }
            [return: Owned("inode")] static Result<Node> NewInode() => default;
            static void Put([Consumes("inode")] Node node) { }
            static Errno AddEntry(Node node) => Errno.Success;
            static Errno InitSecurity(Node node) => Errno.Success;
            static void Instantiate([Consumes("inode")] Node node) { }

            public Errno Before()
            {
                var made = {|LCK4003:NewInode|}();
                if (made.IsError)
                    return made.Error;
                var node = made.Value;
                var ret = InitSecurity(node);
                if (ret != Errno.Success)
                    return ret;
                ret = AddEntry(node);
                if (ret != Errno.Success)
                {
                    Put(node);
                    return ret;
                }
                Instantiate(node);
                return Errno.Success;
            }

            public Errno Twice()
            {
                var made = NewInode();
                if (made.IsError)
                    return made.Error;
                var node = made.Value;
                var ret = Link(node);
                if (ret != Errno.Success)
                    {|LCK4004:Put|}(node);
                return ret;
            }

            // Puts the inode where it fails.
            private static Errno Link(Node node)
            {
                var ret = AddEntry(node);
                if (ret == Errno.Success)
                {
                    Instantiate(node);
                    return Errno.Success;
                }
                node.Links--;
                Put(node);
                return ret;
            }

            public Errno After()
            {
                var made = NewInode();
                if (made.IsError)
                    return made.Error;
                var node = made.Value;
                var ret = InitSecurity(node);
                if (ret != Errno.Success)
                    goto put;
                ret = AddEntry(node);
                if (ret != Errno.Success)
                    goto put;
                Instantiate(node);
                return Errno.Success;
            put:
                Put(node);
                return ret;
            }

            public Errno ByHelper()
            {
                var made = NewInode();
                if (made.IsError)
                    return made.Error;
                return Link(made.Value);
            }
        }
        """);

    // drivers/net, transmit rings: dma_mapping_error not asked; the mapping kept where the doorbell fails.
    [Fact]
    public Task MappingUntestedOrKept_NetworkRings() => Kernel.VerifyAsync("""
        public class Rings
        {
            public class Buffer { }
            public struct Descriptor { public ulong Address; }
            [return: Owned("mapping")] static Result<ulong> Map(Buffer buffer) => default;
            static void Unmap([Consumes("mapping")] ulong address) { }
            [return: MustCheck] static Errno Kick() => Errno.Success;
            readonly ulong[] ring = new ulong[8];

            public Errno Before(Buffer buffer)
            {
                var map = {|LCK4003:Map|}(buffer);
                if (map.IsError)
                    return map.Error;
                ulong address = map.Value;
                var ret = Kick();
                if (ret != Errno.Success)
                    return ret;
                Unmap(address);
                return Errno.Success;
            }

            public void Untested(Buffer buffer)
            {
                var map = {|LCK3001:Map|}(buffer);
                ulong address = map.{|LCK3004:Value|};
                Console.WriteLine(address);
                Unmap(map.Value);
            }

            public Errno After(Buffer buffer)
            {
                var map = Map(buffer);
                if (map.IsError)
                    return map.Error;
                ulong address = map.Value;
                var ret = Kick();
                Unmap(address);
                return ret;
            }

            public Errno Fill(Buffer[] buffers)
            {
                int i = 0;
                foreach (var buffer in buffers)
                {
                    var map = Map(buffer);
                    if (map.IsError)
                        return map.Error;
                    ring[i++] = map.Value;
                }
                return Errno.Success;
            }
        }
        """);

    // kernel/time/posix-timers.c in the form of a helper: it finds the object and locks it; one exit of its caller forgets.
    [Fact]
    public Task FoundAndLocked_LeftLocked() => Kernel.VerifyAsync("""
        public class LockedResult
        {
            public class Obj { public readonly Gate Lock = new(); [GuardedBy("Lock")] public int N; }
            readonly Gate _table = new();
            [GuardedBy("_table")] readonly Dictionary<int, Obj> _objects = new();
            // Found and locked, or null; the table is free again.
            private Obj? FindLocked(int id)
            {
                _table.Enter();
                if (!_objects.TryGetValue(id, out var obj))
                {
                    _table.Exit();
                    return null;
                }
                obj.Lock.Enter();
                _table.Exit();
                return obj;
            }
            public int Before(int id)
            {
                var obj = {|LCK1004:FindLocked|}(id);
                if (obj is null)
                    return -1;
                int n = obj.N;
                if (n < 0)
                    return n;
                obj.Lock.Exit();
                return n;
            }
            public int After(int id)
            {
                var obj = FindLocked(id);
                if (obj is null)
                    return -1;
                int n = obj.N;
                obj.Lock.Exit();
                return n;
            }
        }
        """);
}
