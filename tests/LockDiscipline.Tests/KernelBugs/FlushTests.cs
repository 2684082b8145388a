namespace LockDiscipline.Tests.KernelBugs;

/// <summary>TLB flushes that are lost, or come too late.</summary>
public sealed class FlushTests
{
    // arch/x86/kvm/mmu/mmu.c, recovery of huge pages: what one MMU leaves to be flushed is ignored, and the other yields.
    [Fact]
    public Task FlushOfTheRangeIgnored_KvmHugePageRecovery() => Kernel.VerifyAsync("""
        public class Recovery(Kvm kvm)
        {
            public void Before(ulong[] pages)
            {
                kvm.MmuLock.Write();
                foreach (ulong page in pages)
                {
                    kvm.ZapRange(page, page + 1);
                    if (Kvm.Resched())
                        kvm.{|LCK5003:Yield|}();
                }
                kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }

            public void Overwritten(ulong[] pages)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                foreach (ulong page in pages)
                    {|LCK5003:flush =|} kvm.ZapRange(page, page + 1);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }

            public void After(ulong[] pages)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                foreach (ulong page in pages)
                {
                    flush |= kvm.ZapRange(page, page + 1);
                    if (Kvm.Resched())
                    {
                        if (flush)
                            kvm.FlushTlbs();
                        kvm.Yield();
                        flush = false;
                    }
                }
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }

            public void Threaded(ulong[] pages)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                foreach (ulong page in pages)
                    flush = kvm.ZapMore(page, flush);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
        }
        """);

    // mm/mremap.c: entries are moved, and flushed after both locks are free.
    [Fact]
    public Task FlushedAfterThePageTableLocks_Mremap() => Kernel.VerifyAsync("""
        public class Move
        {
            [RequiresSettled("flush")] readonly Spin to = new();
            [RequiresSettled("flush")] readonly Spin from = new();
            [LeavesPending("flush")] static ulong Clear(int index) => 0;
            [Settles("flush")] static void Flush() { }
            static void Set(int index, ulong entry) { }

            public void Before(int count)
            {
                to.Enter();
                from.Enter();
                for (int i = 0; i < count; i++)
                    Set(i, Clear(i));
                from.{|LCK5003:Exit|}();
                to.Exit();
                Flush();
            }

            public void After(int count)
            {
                to.Enter();
                from.Enter();
                bool any = false;
                for (int i = 0; i < count; i++)
                {
                    Set(i, Clear(i));
                    any = true;
                }
                if (any)
                    Flush();
                from.Exit();
                to.Exit();
            }
        }
        """);
}
