namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Two threads meet: an allocation made outside of the lock, a sum written back, a list walked through a helper that frees.</summary>
public sealed class RaceTests
{
    /// <summary>Allocated without the lock, found to be there already under it: the own one has to go back (page tables: <c>__pte_alloc</c>).</summary>
    [Fact]
    public Task LoserOfTheRaceKeepsItsOwn_PageTables() => Kernel.VerifyAsync("""
        public class Tables
        {
            readonly Gate _lock = new();
            [GuardedBy("_lock")] Page? _table;
            [return: Owned("table")] static Page? Alloc() => null;
            static void Free([Consumes("table")] Page table) { }

            public Errno Populate()
            {
                var fresh = {|LCK4003:Alloc|}();
                if (fresh is null)
                    return Errno.NoMemory;
                _lock.Enter();
                if (_table is null)
                    _table = fresh;
                _lock.Exit();
                return Errno.Success;
            }

            public Errno Fixed()
            {
                var fresh = Alloc();
                if (fresh is null)
                    return Errno.NoMemory;
                _lock.Enter();
                if (_table is null)
                {
                    _table = fresh;
                    fresh = null;
                }

                _lock.Exit();
                if (fresh is not null)
                    Free(fresh);
                return Errno.Success;
            }

            public Errno Flagged()
            {
                bool used = false;
                var fresh = Alloc();
                if (fresh is null)
                    return Errno.NoMemory;
                _lock.Enter();
                if (_table is null)
                {
                    _table = fresh;
                    used = true;
                }

                _lock.Exit();

                if (!used)
                    Free(fresh);
                return Errno.Success;
            }
        }
        """);

    /// <summary>The count of pinned pages is read under the lock, compared with the limit without it, and the sum written back.</summary>
    [Fact]
    public Task SumOfAnEarlierReadWrittenBack_PinnedMemory() => Kernel.VerifyAsync("""
        public class Accounting
        {
            readonly Gate _lock = new();
            [GuardedBy("_lock")] long _pinned;
            static long Limit() => 100;

            public bool Charge(long pages)
            {
                _lock.Enter();
                long now = _pinned + pages;
                _lock.Exit();
                if (now > Limit())
                    return false;
                _lock.Enter();
                {|LCK5006:_pinned =|} now;
                _lock.Exit();
                return true;
            }

            public bool Fixed(long pages)
            {
                long limit = Limit();
                _lock.Enter();
                long now = _pinned + pages;
                bool fits = now <= limit;
                if (fits)
                    _pinned = now;
                _lock.Exit();
                return fits;
            }
        }
        """);

    /// <summary>The helper unlinks and frees; the loop takes the next one from what is gone (<c>list_for_each</c> where <c>_safe</c> was needed).</summary>
    [Fact]
    public Task NextTakenFromWhatAHelperFreed() => Kernel.VerifyAsync("""
        public class Shrinker
        {
            static void Free([Consumes("page")] Page page) { }
            private static void Drop(Page page) { page.Count = 0; Free(page); }
            private static bool DropIdle(Page page)
            {
                if (page.Count > 0)
                    return false;
                Free(page);
                return true;
            }

            public void Shrink(Page? head)
            {
                for (var page = head; page is not null; page = {|LCK4004:page|}.Next)
                    Drop(page);
            }

            public int ShrinkIdle(Page? head)
            {
                int n = 0;
                for (var page = head; page is not null; page = {|LCK4004:page|}.Next)
                {
                    if (DropIdle(page))
                        n++;
                }

                return n;
            }

            public int Fixed(Page? head)
            {
                int n = 0;
                for (var page = head; page is not null;)
                {
                    var next = page.Next;
                    if (DropIdle(page))
                        n++;
                    page = next;
                }

                return n;
            }

            public void Kept(Page? head)
            {
                for (var page = head; page is not null; page = page.Next)
                {
                    if (page.Count == 0)
                    {
                        Drop(page);
                        break;
                    }
                }
            }
        }
        """);

    /// <summary>Mapped for a while, and one check in between leaves without the unmap (nested VMX, <c>kvm_vcpu_map</c>).</summary>
    [Fact]
    public Task MappingKeptWhereACheckFails_NestedVmx() => Kernel.VerifyAsync("""
        public class Nested
        {
            public class Mapping { public ulong Hva; }
            static Errno Map(ulong gpa, [Owned("map")] out Mapping? map) { map = null; return Errno.Success; }
            static void Unmap([Consumes("map")] Mapping? map, bool dirty) { }
            static bool IsAligned(ulong gpa) => true;

            public Errno Load(ulong gpa)
            {
                if ({|LCK4003:Map|}(gpa, out var map) != Errno.Success)
                    return Errno.Again;
                if (!IsAligned(gpa))
                    return Errno.NoMemory;
                Unmap(map, true);
                return Errno.Success;
            }

            public Errno Fixed(ulong gpa)
            {
                if (Map(gpa, out var map) != Errno.Success)
                    return Errno.Again;
                try
                {
                    return IsAligned(gpa) ? Errno.Success : Errno.NoMemory;
                }
                finally
                {
                    Unmap(map, true);
                }
            }

            public Errno Both(ulong a, ulong b)
            {
                var ret = Map(a, out var first);
                if (ret != Errno.Success)
                    return ret;
                ret = Map(b, out var second);
                if (ret != Errno.Success)
                    goto unmapFirst;
                Unmap(second, false);
            unmapFirst:
                Unmap(first, false);
                return ret;
            }
        }
        """);

    /// <summary>The area is looked up, a helper may drop the lock while it reads from disk, and its flags are looked at after that (khugepaged).</summary>
    [Fact]
    public Task FlagsReadAfterAHelperMayHaveDroppedTheLock_Khugepaged() => Kernel.VerifyAsync("""
        public class Collapse
        {
            readonly Mm mm = new();
            [RequiresLock("mm.MmapLock", Shared = true)]
            private Errno SwapIn(ulong address)
            {
                mm.MmapLock.ExitRead();
                mm.MmapLock.EnterRead();
                return Errno.Success;
            }

            public int Scan(ulong address)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                if (vma is null || SwapIn(address) != Errno.Success)
                {
                    mm.MmapLock.ExitRead();
                    return -1;
                }

                int flags = {|LCK4001:vma|}.Flags;
                mm.MmapLock.ExitRead();
                return flags;
            }

            public int Fixed(ulong address)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(address);
                if (vma is not null && SwapIn(address) == Errno.Success)
                    vma = mm.VmaLookup(address);
                else
                    vma = null;
                int flags = vma?.Flags ?? -1;
                mm.MmapLock.ExitRead();
                return flags;
            }
        }
        """);

    /// <summary>A flag passed by reference collects what is pending; the helper leaves early before it has merged its own.</summary>
    [Fact]
    public Task FlagOfTheHelperLostOnItsEarlyReturn() => Kernel.VerifyAsync("""
        public class Mmu
        {
            readonly Kvm kvm = new();
            [RequiresLock("kvm.MmuLock")]
            private bool ZapTwo(ulong gfn, ref bool flush)
            {
                bool mine = kvm.ZapRange(gfn, gfn + 1);
                if (Kvm.Resched())
                    return false;
                flush |= mine;
                return true;
            }

            public void Wrong(ulong gfn)
            {
                bool flush = false;
                kvm.MmuLock.Write();
                ZapTwo(gfn, ref flush);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.{|LCK5003:WriteDone|}();
            }
        }
        """);
}
