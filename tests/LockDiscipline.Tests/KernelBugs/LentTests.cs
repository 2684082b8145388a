namespace LockDiscipline.Tests.KernelBugs;

/// <summary>References counted of what a caller lends, and by a call that returns what it counted.</summary>
public sealed class LentTests
{
    // include/linux/kref.h: the get returns what it counted.
    [Fact]
    public Task CountedAndReturned_KrefGet() => Kernel.VerifyAsync("""
        public class Node { public int Users; }
        public static class Nodes
        {
            public static Node Get([Owned("node")] this Node node) => node;
            public static void Put([Consumes("node")] this Node node) { }
            public static bool Step() => true;

            public static int Before(Node node)
            {
                node.{|LCK4003:Get|}();
                if (!Step())
                    return -1;
                node.Put();
                return 0;
            }

            public static int After(Node node)
            {
                var mine = node.Get();
                int error = Step() ? 0 : -1;
                mine.Put();
                return error;
            }
        }
        """);

    // The caller's own reference is still there when the one that was counted for a while has been given back (virt/kvm/kvm_main.c, kvm_get_kvm).
    [Fact]
    public Task CountedForAWhile_StillLentByTheCaller() => Kernel.VerifyAsync("""
        public class Machine { public int Vcpus; }
        public class Ioctl
        {
            static void Hold([Owned("vm")] Machine machine) { }
            static Machine Get([Owned("vm")] Machine machine) => machine;
            static Machine? TryGet([Owned("vm")] Machine machine) => machine.Vcpus > 0 ? machine : null;
            static void Put([Consumes("vm")] Machine machine) { }
            static bool Step() => true;
            readonly Machine _own = new();

            public int Before(Machine machine)
            {
                Hold(machine);
                if (Step())
                {
                    Put(machine);
                    goto put;
                }

                machine.Vcpus = 3;
            put:
                {|LCK4004:Put|}(machine);
                return 0;
            }

            public int BeforeLeak(Machine machine)
            {
                var held = {|LCK4003:Get|}(machine);
                if (Step())
                    return held.Vcpus;
                Put(held);
                return 0;
            }

            public int Loan(Machine machine) { Put(machine); return {|LCK4004:machine|}.Vcpus; }

            public int After(Machine machine)
            {
                Hold(machine);
                if (Step())
                {
                    Put(machine);
                    return machine.Vcpus;
                }

                Put(machine);
                machine.Vcpus = 3;
                return 0;
            }

            public int Rounds(Machine machine, int count)
            {
                for (int i = 0; i < count; i++)
                {
                    Hold(machine);
                    machine.Vcpus++;
                    Put(machine);
                }

                return machine.Vcpus;
            }

            public int Own()
            {
                Hold(_own);
                Put(_own);
                _own.Vcpus = 3;
                Hold(_own);
                Put(_own);
                return _own.Vcpus;
            }

            public int Tried(Machine machine)
            {
                if (TryGet(machine) is not { } held)
                    return -1;
                int vcpus = held.Vcpus;
                Put(held);
                return vcpus;
            }
        }
        """);
}
