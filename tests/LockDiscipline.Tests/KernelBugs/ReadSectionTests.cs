namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Slots and buses outside of SRCU, tokens of read sections, and what is freed while readers may be about.</summary>
public sealed class ReadSectionTests
{
    // arch/x86/kvm/x86.c, complete_emulated_io: the section is entered again, and its index stored over the first one.
    [Fact]
    public Task IndexOfTheSectionOverwritten_KvmEmulatedIo() => Kernel.VerifyAsync("""
        public class Vcpu(Kvm kvm)
        {
            int index;

            public void Before(bool again)
            {
                index = kvm.Srcu.ReadLock();
                if (again)
                {
                    index = kvm.Srcu.ReadLock();
                    Emulate();
                    kvm.Srcu.ReadUnlock(index);
                }
                kvm.Srcu.{|LCK4006:ReadUnlock|}(index);
            }

            public void ThroughAHelper()
            {
                index = kvm.Srcu.ReadLock();
                Complete();
                kvm.Srcu.{|LCK4006:ReadUnlock|}(index);
            }

            void Complete()
            {
                index = kvm.Srcu.ReadLock();
                Emulate();
                kvm.Srcu.ReadUnlock(index);
            }

            public void After(bool again)
            {
                index = kvm.Srcu.ReadLock();
                if (again)
                    Emulate();
                kvm.Srcu.ReadUnlock(index);
            }

            public void Nested()
            {
                int outer = kvm.Srcu.ReadLock();
                int inner = kvm.Srcu.ReadLock();
                Emulate();
                kvm.Srcu.ReadUnlock(outer);
                kvm.Srcu.ReadUnlock(inner);
            }

            static void Emulate() { }
        }
        """);

    // kernel/trace/trace_events_user.c: unlinked and freed with no grace period between.
    [Fact]
    public Task UnlinkedAndFreedWithoutAGracePeriod_UserEvents() => Kernel.VerifyAsync("""
        public class Events(Srcu srcu)
        {
            [LeavesPending("grace period")] static void Unlink(Page page) { }
            [Settles("grace period")] static void Wait(Srcu srcu) => srcu.Synchronize();
            [RequiresSettled("grace period")] static void Free(Page page) { }

            public void Before(Page[] pages)
            {
                foreach (var page in pages)
                {
                    if (page.Count > 0)
                        continue;
                    Unlink(page);
                    {|LCK5003:Free|}(page);
                }
                Wait(srcu);
            }

            public void After(Page[] pages)
            {
                var unlinked = new List<Page>();
                foreach (var page in pages)
                {
                    if (page.Count > 0)
                        continue;
                    Unlink(page);
                    unlinked.Add(page);
                }
                Wait(srcu);
                foreach (var page in unlinked)
                    Free(page);
            }
        }
        """);

    // virt/kvm/kvm_main.c: devices of the old bus are destroyed before it is unpublished and its readers are gone.
    [Fact]
    public Task DevicesDestroyedBeforeReadersAreGone_KvmIoBus() => Kernel.VerifyAsync("""
        public class Bus(Kvm kvm)
        {
            [LeavesPending("grace period")] void Publish(Page[]? devices) { }
            [Settles("grace period")] void Wait() => kvm.Srcu.Synchronize();
            [RequiresSettled("grace period")] static void Destroy(Page device) { }

            public Errno Before(Page[] devices, Page target, Page[]? shrunk)
            {
                Publish(shrunk);
                if (shrunk is null)
                {
                    foreach (var device in devices)
                    {
                        if (device != target)
                            {|LCK5003:Destroy|}(device);
                    }
                }
                Wait();
                return shrunk is null ? Errno.NoMemory : Errno.Success;
            }

            public Errno After(Page[] devices, Page target, Page[]? shrunk)
            {
                Publish(shrunk);
                Wait();
                if (shrunk is null)
                {
                    foreach (var device in devices)
                    {
                        if (device != target)
                            Destroy(device);
                    }
                    return Errno.NoMemory;
                }
                return Errno.Success;
            }
        }
        """);
}
