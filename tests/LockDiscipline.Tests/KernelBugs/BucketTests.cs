namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Locks of buckets, lists that are drained, look-ups that give a nearest match.</summary>
public sealed class BucketTests
{
    // Hash tables with a lock for each bucket; lists drained with the lock dropped for each element; atomic_dec_and_lock.
    [Fact]
    public Task BucketsListsAndLastReferences() => Kernel.VerifyAsync("""
        public class Locks2
        {
            public class Bucket { public readonly Spin Lock = new(); [GuardedBy("Lock")] public int Count; [GuardedBy("Lock")] public Item? Head; }
            public class Item { public Item? Next; public int Key; }
            readonly Bucket[] _buckets = new Bucket[16];
            static int Hash(int key) => key & 15;

            public void WrongBucket(int key, int moved)
            {
                int i = Hash(key), j = Hash(moved);
                _buckets[i].Lock.Enter();
                _buckets[i].Count--;
                _buckets[j].{|LCK1001:Count|}++;
                _buckets[i].Lock.Exit();
            }
            public void Move(int key, int moved)
            {
                int i = Hash(key), j = Hash(moved);
                if (i == j)
                    return;
                var first = _buckets[Math.Min(i, j)];
                var second = _buckets[Math.Max(i, j)];
                first.Lock.Enter();
                second.Lock.Enter();
                first.Count--;
                second.Count++;
                second.Lock.Exit();
                first.Lock.Exit();
            }
            readonly Shared _rw = new();
            [GuardedBy("_rw")] Item? _cache;
            static Item Make(int key) => new();
            public int Upgrade(int key)
            {
                _rw.EnterRead();
                int found = _cache?.Key ?? -1;
                _rw.ExitRead();
                if (found >= 0)
                    return found;
                var made = Make(key);
                _rw.EnterWrite();
                _cache ??= made;
                found = _cache.Key;
                _rw.ExitWrite();
                return found;
            }
            public int UpgradeWrong(int key)
            {
                _rw.EnterRead();
                if (_cache is null)
                    {|LCK1003:_cache|} = Make(key);
                int found = _cache.Key;
                _rw.ExitRead();
                return found;
            }
            // released on the way, taken again for the next round
            readonly Spin _lock = new();
            [GuardedBy("_lock")] Item? _list;
            static void Work(Item item) { Thread.Sleep(0); }
            public void Drain()
            {
                _lock.Enter();
                while (_list is { } item)
                {
                    _list = item.Next;
                    _lock.Exit();
                    Work(item);
                    _lock.Enter();
                }
                _lock.Exit();
            }
            public void DrainWrong()
            {
                _lock.Enter();
                while (_list is { } item)
                {
                    _list = item.Next;
                    {|LCK2001:Work|}(item);
                }
                _lock.Exit();
            }
            public void DrainBreak(int max)
            {
                _lock.{|LCK1004:Enter|}();
                while (_list is { } item)
                {
                    _list = item.Next;
                    _lock.Exit();
                    if (max-- == 0)
                        return;
                    Work(item);
                    _lock.{|LCK1004:Enter|}();
                }
            }
            // the last reference goes under the lock
            [TryAcquiresLock("_lock")] bool DecrementAndLock(ref int count) { return false; }
            int _refs;
            public void Put()
            {
                if (!DecrementAndLock(ref _refs))
                    return;
                _list = null;
                _lock.Exit();
            }
            public void PutWrong()
            {
                if (!{|LCK1004:DecrementAndLock|}(ref _refs))
                    return;
                if (_list is null)
                    return;
                _list = null;
                _lock.Exit();
            }
        }
        """);

    // find_vma in each form of test.
    [Fact]
    public Task NearestMatchInEachSpelling() => Kernel.VerifyAsync("""
        public class Near2
        {
            readonly Mm mm = new();
            [RequiresLock("mm.MmapLock", Shared = true)]
            public ulong Range(ulong start, ulong end)
            {
                ulong n = 0;
                for (var vma = mm.FindVma(start); vma is not null && vma.Start < end; vma = mm.FindVma(vma.End))
                    n += Math.Min(end, vma.End) - Math.Max(start, vma.Start);
                return n;
            }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Pattern(ulong a) => mm.FindVma(a) is { } v && v.Start <= a ? v.Flags : -1;
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Early(ulong a) { var v = mm.FindVma(a); if (v is null || a < v.Start) return -1; return v.Flags; }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Late(ulong a) { var v = mm.FindVma(a); if (v == null) return -1; bool hit = v.Start <= a; return hit ? v.Flags : 0; }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Property(ulong a) { if (mm.FindVma(a) is not { } v || v.Start > a) return -1; return v.Flags; }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Helper(ulong a) { var v = mm.FindVma(a); return Hit(v, a) ? v!.Flags : -1; }
            static bool Hit(Vma? v, ulong a) => v is not null && v.Start <= a;
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int WrongAddress(ulong a, ulong b) { var v = mm.FindVma(a); if (v is null || v.Start > a) return -1; v = mm.FindVma(b); if (v is null) return -1; return {|LCK4005:v|}.Flags; }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int HelperWrong(ulong a) { var v = mm.FindVma(a); return v is null ? -1 : Read({|LCK4005:v|}); }
            static int Read(Vma v) => v.Flags;
            [RequiresLock("mm.MmapLock", Shared = true)]
            private Vma? Get(ulong a) { var v = mm.FindVma(a); return v is not null && v.Start <= a ? v : null; }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Wrapped(ulong a) { var v = Get(a); return v is null ? 0 : v.Flags; }
            [RequiresLock("mm.MmapLock", Shared = true)]
            private Vma? GetRaw(ulong a) { var v = mm.FindVma(a); return v; }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int WrappedRaw(ulong a) { var v = GetRaw(a); return v is null ? 0 : {|LCK4005:v|}.Flags; }
        }
        """);
}
