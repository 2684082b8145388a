namespace LockDiscipline.Tests.KernelBugs;

/// <summary>References counted: taken by an iterator, on the way to a failure, under two names.</summary>
public sealed class CountedTests
{
    // drivers/of, and a hundred callers of for_each_child_of_node: the walk is left early, with the reference of the current child.
    [Fact]
    public Task IteratorLeftWithoutAPut_OfNode() => Kernel.VerifyAsync("""
        public class Probe
        {
            public class Node { public int Reg; }
            [return: Owned("node")] static Node? NextChild(Node parent, [Consumes("node")] Node? previous) => null;
            static void Put([Consumes("node")] Node? node) { }
            static Errno Register(Node node) => Errno.Success;

            public Errno Before(Node parent)
            {
                for (var child = {|LCK4003:NextChild|}(parent, null); child is not null; child = {|LCK4003:NextChild|}(parent, child))
                {
                    var ret = Register(child);
                    if (ret != Errno.Success)
                        return ret;
                }

                return Errno.Success;
            }

            public int Break(Node parent)
            {
                int found = 0;
                for (var child = {|LCK4003:NextChild|}(parent, null); child is not null; child = {|LCK4003:NextChild|}(parent, child))
                {
                    if (child.Reg == 4)
                    {
                        found = child.Reg;
                        break;
                    }
                }

                return found;
            }

            public Errno After(Node parent)
            {
                for (var child = NextChild(parent, null); child is not null; child = NextChild(parent, child))
                {
                    var ret = Register(child);
                    if (ret != Errno.Success)
                    {
                        Put(child);
                        return ret;
                    }
                }

                return Errno.Success;
            }

            public int Found(Node parent)
            {
                Node? child;
                for (child = NextChild(parent, null); child is not null; child = NextChild(parent, child))
                {
                    if (child.Reg == 4)
                        break;
                }

                if (child is null)
                    return -1;
                int reg = child.Reg;
                Put(child);
                return reg;
            }
        }
        """);

    // drivers/base/core.c, device_register: once it was tried, the device is given back with a put, failed or not; and not looked at after that.
    [Fact]
    public Task FreedInPlaceOfPut_DeviceRegister() => Kernel.VerifyAsync("""
        public class Driver
        {
            public class Device { public string Name = ""; public int Id; }
            [return: Owned("memory")] static Device? Alloc() => null;
            static void Free([Consumes("memory")] Device device) { }
            // From here on the device is counted, also where this fails.
            static Errno Register([Consumes("memory"), Owned("device")] Device device) => Errno.Success;
            static void Put([Consumes("device")] Device device) { }
            static void Log(string text) { }
            Device? known;

            public Errno Before()
            {
                var device = Alloc();
                if (device is null)
                    return Errno.NoMemory;
                var ret = Register(device);
                if (ret != Errno.Success)
                {
                    {|LCK4004:Free|}(device);
                    return ret;
                }

                known = device;
                return Errno.Success;
            }

            public void Remove()
            {
                var device = known;
                if (device is null)
                    return;
                known = null;
                Put(device);
                Log({|LCK4004:device|}.Name);
            }

            public void Removed()
            {
                var device = known;
                if (device is null)
                    return;
                known = null;
                Log(device.Name);
                Put(device);
            }
        }
        """);

    // drivers/spi, probe functions: the second clock fails to start, and the first one stays on.
    [Fact]
    public Task FirstClockLeftOn_SpiProbe() => Kernel.VerifyAsync("""
        public class Spi
        {
            public class Clk { }
            readonly Clk core = new(), bus = new();
            static Errno Enable([Owned("clock")] Clk clock) => Errno.Success;
            static void Disable([Consumes("clock")] Clk clock) { }
            static Errno Reset() => Errno.Success;
            static Errno Irq() => Errno.Success;

            public Errno Before()
            {
                var ret = {|LCK4003:Enable|}(core);
                if (ret != Errno.Success)
                    return ret;
                ret = Enable(bus);
                if (ret != Errno.Success)
                    return ret;
                ret = Reset();
                if (ret != Errno.Success)
                    goto disable;
                ret = Irq();
                if (ret != Errno.Success)
                    goto disable;
                Disable(bus);
                Disable(core);
                return Errno.Success;

            disable:
                Disable(bus);
                Disable(core);
                return ret;
            }

            public Errno After()
            {
                var ret = Enable(core);
                if (ret != Errno.Success)
                    return ret;
                ret = Enable(bus);
                if (ret != Errno.Success)
                    goto disableCore;
                ret = Reset();
                if (ret != Errno.Success)
                    goto disable;
                ret = Irq();

            disable:
                Disable(bus);
            disableCore:
                Disable(core);
                return ret;
            }
        }
        """);

    // kernel/futex.c, futex_requeue: the retry takes both references again and drops neither.
    [Fact]
    public Task KeysKeptAroundARetry_FutexRequeue() => Kernel.VerifyAsync("""
        public class Futex
        {
            public class Key { public ulong Word; }
            static Errno GetKey(ulong address, [Owned("key")] out Key? key) { key = null; return Errno.Success; }
            static void PutKey([Consumes("key")] Key key) { }
            static bool Match(Key a, Key b) => a.Word == b.Word;
            static Errno Wake(Key key) => Errno.Success;

            public Errno Before(ulong from, ulong to)
            {
            retry:
                var ret = {|LCK4003:GetKey|}(from, out var first);
                if (ret != Errno.Success)
                    return ret;
                ret = {|LCK4003:GetKey|}(to, out var second);
                if (ret != Errno.Success)
                {
                    PutKey(first!);
                    return ret;
                }
                ret = Wake(first!);
                if (ret == Errno.Again)
                    goto retry;
                PutKey(second!);
                PutKey(first!);
                return ret;
            }

            public Errno After(ulong from, ulong to)
            {
            retry:
                var ret = GetKey(from, out var first);
                if (ret != Errno.Success)
                    return ret;
                ret = GetKey(to, out var second);
                if (ret != Errno.Success)
                    goto putFirst;
                if (Match(first!, second!))
                {
                    ret = Errno.NoMemory;
                    goto putBoth;
                }
                ret = Wake(first!);
                if (ret == Errno.Again)
                {
                    PutKey(second!);
                    PutKey(first!);
                    goto retry;
                }
            putBoth:
                PutKey(second!);
            putFirst:
                PutKey(first!);
                return ret;
            }
        }
        """);

    // virt/kvm/kvm_main.c, kvm_ioctl_create_device and kvm_vm_ioctl_create_vcpu: user space may close the descriptor at once; the reference of one that could not be made.
    [Fact]
    public Task UsedAfterItsDescriptorIsOut_KvmCreateDevice() => Kernel.VerifyAsync("""
        public class Devices
        {
            public class Device { public int Type; }
            public class Vm { }
            readonly Vm vm = new();
            readonly Gate _lock = new();
            static void Get([Owned("vm")] Vm vm) { }
            static void Put([Consumes("vm")] Vm vm) { }
            static int InstallFd([Consumes("device")] Device device) => 3;
            [return: Owned("device")] static Device? Create(int type) => null;
            static void Destroy([Consumes("device")] Device device) { }
            static Errno Init(Device device) => Errno.Success;
            static int NewFd(Vm vm) => -1;

            public int Before(int type)
            {
                var device = Create(type);
                if (device is null)
                    return -1;
                int fd = InstallFd(device);
                if (fd < 0)
                    return fd;
                {|LCK4004:device|}.Type = type;
                return fd;
            }

            public int After(int type)
            {
                var device = Create(type);
                if (device is null)
                    return -1;
                device.Type = type;
                if (Init(device) != Errno.Success)
                {
                    Destroy(device);
                    return -1;
                }
                return InstallFd(device);
            }

            public int VcpuBefore()
            {
                {|LCK4003:Get|}(vm);
                int fd = NewFd(vm);
                if (fd < 0)
                    return fd;
                Put(vm);
                return 0;
            }

            public int VcpuAfter()
            {
                Get(vm);
                int fd = NewFd(vm);
                if (fd < 0)
                    goto put;
                fd = 0;
            put:
                Put(vm);
                return fd;
            }
        }
        """);

    // security/keys/process_keys.c, join_session_keyring: the keyring that is the current one already was found with a reference.
    [Fact]
    public Task ShortcutKeepsTheReference_JoinSessionKeyring() => Kernel.VerifyAsync("""
        public class Keys
        {
            public class Keyring { public int Usage; }
            readonly Gate _session = new();
            [GuardedBy("_session")] Keyring? _current;
            [return: Owned("key")] static Result<Keyring> Find(string name) => default;
            [return: Owned("key")] static Result<Keyring> Alloc(string name) => default;
            static void Put([Consumes("key")] Keyring? key) { }

            public Errno Before(string name)
            {
                var ret = Errno.Success;
                _session.Enter();
                var found = {|LCK4003:Find|}(name);
                if (found.IsError)
                {
                    ret = found.Error;
                    goto unlock;
                }
                if (found.Value == _current)
                    goto unlock;
                Put(_current);
                _current = found.Value;
            unlock:
                _session.Exit();
                return ret;
            }

            public Errno After(string name)
            {
                var ret = Errno.Success;
                _session.Enter();
                var found = Find(name);
                if (found.IsError)
                    found = Alloc(name);
                if (found.IsError)
                {
                    ret = found.Error;
                    goto unlock;
                }
                if (found.Value == _current)
                {
                    Put(found.Value);
                    goto unlock;
                }
                Put(_current);
                _current = found.Value;
            unlock:
                _session.Exit();
                return ret;
            }
        }
        """);
}
