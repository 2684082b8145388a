namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Flags that say what is still to be done, in each form.</summary>
public sealed class FlagTests
{
    // arch/x86/kvm/mmu: the flag comes by an out parameter, is a count, is tested elsewhere.
    [Fact]
    public Task FlushesByOutFlagsCountsAndHelpers() => Kernel.VerifyAsync("""
        public class Flush2
        {
            readonly Kvm kvm = new();
            struct Range { public bool Flush; public int Count; }
            [RequiresLock("kvm.MmuLock")]
            private void Zap(ulong gfn, out bool flush) { flush = kvm.ZapRange(gfn, gfn + 1); }
            public void ByOut(ulong gfn)
            {
                kvm.MmuLock.Write();
                Zap(gfn, out bool flush);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void ByOutTwice(ulong gfn)
            {
                kvm.MmuLock.Write();
                Zap(gfn, out bool flush);
                Zap(gfn + 1, out flush);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.{|LCK5003:WriteDone|}();
            }
            public void Counted(ulong start, ulong end)
            {
                int zapped = 0;
                kvm.MmuLock.Write();
                for (ulong gfn = start; gfn < end; gfn++)
                {
                    if (kvm.ZapRange(gfn, gfn + 1))
                        zapped++;
                }
                if (zapped > 0)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void YieldLoses(ulong start, ulong end)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                for (ulong gfn = start; gfn < end; gfn++)
                {
                    if (Kvm.Resched())
                    {
                        kvm.{|LCK5003:Yield|}();
                        continue;
                    }
                    flush |= kvm.ZapRange(gfn, gfn + 1);
                }
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void YieldKeeps(ulong start, ulong end)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                for (ulong gfn = start; gfn < end; gfn++)
                {
                    if (Kvm.Resched())
                    {
                        if (flush)
                            kvm.FlushTlbs();
                        flush = false;
                        kvm.Yield();
                        continue;
                    }
                    flush |= kvm.ZapRange(gfn, gfn + 1);
                }
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public bool Early(ulong start, ulong end, bool young)
            {
                kvm.MmuLock.Write();
                bool flush = kvm.ZapRange(start, end);
                if (young && flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.{|LCK5003:WriteDone|}();
                return young;
            }
            [RequiresLock("kvm.MmuLock")]
            private void FlushIf(bool flush) { if (flush) kvm.FlushTlbs(); }
            public void ByHelper(ulong start, ulong end)
            {
                kvm.MmuLock.Write();
                bool flush = kvm.ZapRange(start, end);
                flush |= kvm.ZapRange(end, end + 1);
                FlushIf(flush);
                kvm.MmuLock.WriteDone();
            }
            public void ForceFlag(ulong start, ulong end, bool force)
            {
                kvm.MmuLock.Write();
                bool flush = force;
                flush |= kvm.ZapRange(start, end);
                if (!flush)
                {
                    kvm.MmuLock.WriteDone();
                    return;
                }
                kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void Negated(ulong start, ulong end)
            {
                kvm.MmuLock.Write();
                if (!kvm.ZapRange(start, end))
                    goto done;
                kvm.FlushTlbs();
            done:
                kvm.MmuLock.WriteDone();
            }
        }
        """);

    // arch/x86/kvm/mmu/tdp_mmu.c: how many were zapped, and beside it whether to flush.
    [Fact]
    public Task FlagBesideACount_TdpMmu() => Kernel.VerifyAsync("""
        public class Mmu
        {
            readonly Kvm _kvm = new();
            private (bool Flush, int Count) Zap(ulong gfn) { bool flush = _kvm.ZapRange(gfn, gfn + 1); return (flush, 1); }

            public int Before(ulong gfn)
            {
                _kvm.MmuLock.Write();
                var (_, count) = Zap(gfn);
                _kvm.MmuLock.{|LCK5003:WriteDone|}();
                return count;
            }

            public int After(ulong gfn)
            {
                _kvm.MmuLock.Write();
                var (flush, count) = Zap(gfn);
                if (flush)
                    _kvm.FlushTlbs();
                _kvm.MmuLock.WriteDone();
                return count;
            }

            public int ByItsMembers(ulong gfn)
            {
                _kvm.MmuLock.Write();
                var zapped = Zap(gfn);
                if (zapped.Flush)
                    _kvm.FlushTlbs();
                _kvm.MmuLock.WriteDone();
                return zapped.Count;
            }
        }
        """);
}
