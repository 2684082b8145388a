namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Locks taken in opposite orders, and waits that close a cycle.</summary>
public sealed class OrderTests
{
    // arch/arm64/kvm/pkvm.c, creating the guest at the hypervisor: the VM's lock is taken inside the vCPU's.
    [Fact]
    public Task LockOfTheVmTakenInsideThatOfTheVcpu_Pkvm() => Kernel.VerifyAsync("""
        public class Vm
        {
            public readonly Gate Lock = new();
            public readonly Gate Config = new();
            public int Handle;
        }

        public class Vcpu
        {
            public readonly Vm Vm = new();
            [AcquiredAfter("Vm.Lock")] public readonly Gate Mutex = new();
        }

        public class Pkvm
        {
            [RequiresLock("vcpu.Mutex")]
            public void Before(Vcpu vcpu)
            {
                var vm = vcpu.Vm;
                vm.Lock.{|LCK2002:Enter|}();
                if (vm.Handle == 0)
                    Create(vm);
                vm.Lock.Exit();
            }

            [RequiresLock("vcpu.Mutex")]
            public void After(Vcpu vcpu)
            {
                var vm = vcpu.Vm;
                vm.Config.Enter();
                if (vm.Handle == 0)
                    Create(vm);
                vm.Config.Exit();
            }

            static void Create(Vm vm) => vm.Handle = 1;
        }
        """);

    // virt/kvm/kvm_main.c, counting the users of virtualization: four tasks, the last wait is for readers.
    [Fact]
    public Task WaitForReadersClosesACycleOverHotplug_Kvm() => Kernel.VerifyAsync("""
        public class Before(Srcu srcu)
        {
            readonly Srcu srcu = srcu;
            readonly Gate slots = new(), vms = new();
            readonly Shared hotplug = new();

            public void UpdateSlots() { slots.Enter(); srcu.{|LCK2005:Synchronize|}(); slots.Exit(); }
            public void OnHotplug() { hotplug.EnterWrite(); vms.Enter(); vms.Exit(); hotplug.ExitWrite(); }
            public void WalkVms() { vms.Enter(); slots.Enter(); slots.Exit(); vms.Exit(); }

            public void RunVcpu()
            {
                int index = srcu.ReadLock();
                hotplug.EnterRead();
                hotplug.ExitRead();
                srcu.ReadUnlock(index);
            }
        }

        public class After(Srcu srcu)
        {
            readonly Srcu srcu = srcu;
            readonly Gate slots = new(), vms = new(), usage = new();
            readonly Shared hotplug = new();

            public void UpdateSlots() { slots.Enter(); srcu.Synchronize(); slots.Exit(); }
            public void OnHotplug() { usage.Enter(); hotplug.EnterWrite(); hotplug.ExitWrite(); usage.Exit(); }
            public void WalkVms() { vms.Enter(); slots.Enter(); slots.Exit(); vms.Exit(); }

            public void RunVcpu()
            {
                int index = srcu.ReadLock();
                hotplug.EnterRead();
                hotplug.ExitRead();
                srcu.ReadUnlock(index);
            }
        }
        """);

    // virt/kvm/async_pf.c: the work drops the last reference, whose release flushes the work.
    [Fact]
    public Task WorkFlushesItself_AsyncPageFaults() => Kernel.VerifyAsync("""
        [Lock("work", Reentrant = true)]
        public class Work
        {
            [AcquiresLock(Shared = true)] public void Begin() { }
            [ReleasesLock(Shared = true)] public void End() { }
            [WaitsFor("this")] public void Flush() { }
        }

        public class AsyncFaults
        {
            readonly Work work = new();
            int users;

            void Destroy() => work.Flush();
            void Put() { if (--users == 0) Destroy(); }

            public void Before()
            {
                work.Begin();
                {|LCK2005:Put|}();
                work.End();
            }

            public void After()
            {
                work.Begin();
                work.End();
                Put();
            }
        }
        """);

    // drivers/infiniband/hw/mlx5/mr.c: an allocation may reclaim, whose notifier takes the lock that is outside of this one.
    [Fact]
    public Task AllocatedUnderALockThatReclaimTakes_Mlx5() => Kernel.VerifyAsync("""
        public class Cache
        {
            readonly Gate umem = new(), tree = new();
            [ExcludesLock("umem")] void Allocate() { }

            public void Before()
            {
                umem.Enter();
                tree.Enter();
                {|LCK1007:Allocate|}();
                tree.Exit();
                umem.Exit();
            }

            public void After()
            {
                umem.Enter();
                umem.Exit();
                tree.Enter();
                Allocate();
                tree.Exit();
            }
        }
        """);
}
