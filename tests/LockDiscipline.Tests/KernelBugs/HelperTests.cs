namespace LockDiscipline.Tests.KernelBugs;

/// <summary>What helpers without a contract do to their callers: found, locked, tested, dropped.</summary>
public sealed class HelperTests
{
    // net/bluetooth, drivers/gpu: objects found and locked, two at a time, by an out parameter, with a state that says how far it got.
    [Fact]
    public Task LookedUpAndLockedByHelpers() => Kernel.VerifyAsync("""
        public class B1
        {
            public class Obj { public readonly Gate Lock = new(); [GuardedBy("Lock")] public int N; public int Id; }
            readonly Gate _table = new();
            [GuardedBy("_table")] readonly Dictionary<int, Obj> _objects = new();
            // found and locked, by an out parameter
            private bool TryLock(int id, out Obj? obj)
            {
                _table.Enter();
                bool found = _objects.TryGetValue(id, out obj);
                if (found)
                    obj!.Lock.Enter();
                _table.Exit();
                return found;
            }
            public int Right(int id)
            {
                if (!TryLock(id, out var obj))
                    return -1;
                int n = obj!.N;
                obj.Lock.Exit();
                return n;
            }
            public int Wrong(int id)
            {
                if (!{|LCK1004:TryLock|}(id, out var obj))
                    return -1;
                return obj!.N;
            }
            private Errno LockTwo(Obj a, Obj b)
            {
                a.Lock.Enter();
                if (!b.Lock.TryEnter())
                {
                    a.Lock.Exit();
                    return Errno.Again;
                }
                return Errno.Success;
            }
            private static void UnlockTwo(Obj a, Obj b) { b.Lock.Exit(); a.Lock.Exit(); }
            public Errno Move(Obj a, Obj b)
            {
                var ret = LockTwo(a, b);
                if (ret != Errno.Success)
                    return ret;
                a.N--;
                b.N++;
                UnlockTwo(a, b);
                return ret;
            }
            public Errno MoveWrong(Obj a, Obj b)
            {
                var ret = {|LCK1004:LockTwo|}(a, b);
                if (ret != Errno.Success)
                    return ret;
                a.N--;
                if (b.N > 3)
                    return Errno.NoMemory;
                UnlockTwo(a, b);
                return ret;
            }
            public Errno MoveRetry(Obj a, Obj b)
            {
                Errno ret;
                while ((ret = LockTwo(a, b)) == Errno.Again) { }
                if (ret != Errno.Success)
                    return ret;
                a.N--;
                UnlockTwo(a, b);
                return ret;
            }
            static readonly Comparison<Obj> ById = (x, y) => x.Id - y.Id;
            public static void Ordered(Obj a, Obj b)
            {
                if (a.Id > b.Id)
                    (a, b) = (b, a);
                a.Lock.Enter();
                b.Lock.Enter();
                a.N--;
                b.N++;
                b.Lock.Exit();
                a.Lock.Exit();
            }
            private enum State { None, Held, Both }
            public void ByState(Obj a, Obj b, bool second)
            {
                var state = State.None;
                a.Lock.Enter();
                state = State.Held;
                if (second)
                {
                    b.Lock.{|LCK2003:Enter|}();
                    state = State.Both;
                }
                a.N++;
                switch (state)
                {
                    case State.Both:
                        b.Lock.Exit();
                        goto case State.Held;
                    case State.Held:
                        a.Lock.Exit();
                        break;
                }
            }
            private (bool Ok, int N) Peek(Obj a)
            {
                if (!a.Lock.TryEnter())
                    return (false, 0);
                int n = a.N;
                a.Lock.Exit();
                return (true, n);
            }
            public int Peeked(Obj a) { var (ok, n) = Peek(a); return ok ? n : -1; }
            private Obj? FirstLocked(List<Obj> all)
            {
                foreach (var obj in all)
                {
                    obj.Lock.Enter();
                    if (obj.N > 0)
                        return obj;
                    obj.Lock.Exit();
                }
                return null;
            }
            public int First(List<Obj> all)
            {
                var obj = FirstLocked(all);
                if (obj is null)
                    return 0;
                int n = obj.N;
                obj.Lock.Exit();
                return n;
            }
            public int FirstWrong(List<Obj> all)
            {
                var obj = {|LCK1004:FirstLocked|}(all);
                return obj is null ? 0 : obj.N;
            }
        }
        """);

    // Mm: the area comes from a helper, which may have taken, or dropped, the lock.
    [Fact]
    public Task LookUpsAndDropsBehindAHelper() => Kernel.VerifyAsync("""
        public class B2
        {
            readonly Mm mm = new();
            [RequiresLock("mm.MmapLock", Shared = true)]
            private bool TryFind(ulong a, out Vma? vma)
            {
                vma = mm.FindVma(a);
                return vma is not null && vma.Start <= a;
            }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Right(ulong a) => TryFind(a, out var vma) ? vma!.Flags : -1;
            [RequiresLock("mm.MmapLock", Shared = true)]
            private bool TryFindNear(ulong a, out Vma? vma)
            {
                vma = mm.FindVma(a);
                return vma is not null;
            }
            [RequiresLock("mm.MmapLock", Shared = true)]
            public int Wrong(ulong a)
            {
                if (!TryFindNear(a, out var vma))
                    return -1;
                return {|LCK4005:vma|}!.Flags;
            }
            private Vma? Locked(ulong a)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.VmaLookup(a);
                if (vma is null)
                    mm.MmapLock.ExitRead();
                return vma;
            }
            public int Use(ulong a)
            {
                var vma = Locked(a);
                if (vma is null)
                    return -1;
                int flags = vma.Flags;
                mm.MmapLock.ExitRead();
                return flags;
            }
            public int UseAfter(ulong a)
            {
                var vma = Locked(a);
                if (vma is null)
                    return -1;
                mm.MmapLock.ExitRead();
                return {|LCK4001:vma|}.Flags;
            }
            public int UseLeak(ulong a)
            {
                var vma = {|LCK1004:Locked|}(a);
                if (vma is null)
                    return -1;
                return vma.Flags;
            }
            // the fault path: the callee may drop the lock, and says so
            private bool MayDrop(ulong a, ref bool locked)
            {
                if (a > 4)
                    return true;
                mm.MmapLock.ExitRead();
                locked = false;
                return false;
            }
            public bool Fault(ulong a)
            {
                bool locked = true;
                mm.MmapLock.EnterRead();
                bool ok = MayDrop(a, ref locked);
                if (locked)
                    mm.MmapLock.ExitRead();
                return ok;
            }
            public bool FaultWrong(ulong a)
            {
                bool locked = true;
                mm.MmapLock.EnterRead();
                bool ok = {|LCK1008:MayDrop|}(a, ref locked);
                mm.MmapLock.ExitRead();
                return ok && locked;
            }
        }
        """);

    // drivers/gpu/drm/ttm: one is picked under the lock of the list, with a reference, and evicted without it.
    [Fact]
    public Task PickedUnderTheLockUsedWithout_BufferObjects() => Kernel.VerifyAsync("""
        public class B4
        {
            public class Bo { public int Pins; public Bo? Next; public readonly Gate Lock = new(); [GuardedBy("Lock")] public int Domain; }
            readonly Spin _list = new();
            [GuardedBy("_list")] Bo? _head;
            static void Get([Owned("bo")] Bo bo) { }
            static void Put([Consumes("bo")] Bo? bo) { }
            [MaySleep] static Errno Evict(Bo bo) => Errno.Success;
            static bool IsIdle(Bo bo) => bo.Pins == 0;

            // pick one under the lock, with a reference; work without it; start again
            public int Shrink(int target)
            {
                int freed = 0;
                while (freed < target)
                {
                    Bo? victim = null;
                    _list.Enter();
                    for (var bo = _head; bo is not null; bo = bo.Next)
                    {
                        if (!IsIdle(bo))
                            continue;
                        Get(bo);
                        victim = bo;
                        break;
                    }
                    _list.Exit();
                    if (victim is null)
                        break;
                    if (Evict(victim) == Errno.Success)
                        freed++;
                    Put(victim);
                }
                return freed;
            }
            public int ShrinkLeaks(int target)
            {
                int freed = 0;
                while (freed < target)
                {
                    Bo? victim = null;
                    _list.Enter();
                    for (var bo = _head; bo is not null; bo = bo.Next)
                    {
                        if (!IsIdle(bo))
                            continue;
                        {|LCK4003:Get|}(bo);
                        victim = bo;
                        break;
                    }
                    _list.Exit();
                    if (victim is null)
                        break;
                    if (Evict(victim) != Errno.Success)
                        continue;
                    freed++;
                    Put(victim);
                }
                return freed;
            }
            public int ShrinkUnderLock(int target)
            {
                int freed = 0;
                _list.Enter();
                for (var bo = _head; bo is not null && freed < target; bo = bo.Next)
                {
                    if (IsIdle(bo) && {|LCK2001:Evict|}(bo) == Errno.Success)
                        freed++;
                }
                _list.Exit();
                return freed;
            }
            private Errno Reserve(Bo bo, bool wait)
            {
                if (wait)
                {
                    bo.Lock.Enter();
                    return Errno.Success;
                }
                return bo.Lock.TryEnter() ? Errno.Success : Errno.Again;
            }
            public Errno Validate(Bo bo, bool wait)
            {
                var ret = Reserve(bo, wait);
                if (ret != Errno.Success)
                    return ret;
                bo.Domain = 1;
                bo.Lock.Exit();
                return Errno.Success;
            }
            public Errno ValidateWrong(Bo bo, bool wait)
            {
                var ret = {|LCK1004:Reserve|}(bo, wait);
                if (ret != Errno.Success)
                    return ret;
                if (bo.Domain == 1)
                    return Errno.NoMemory;
                bo.Lock.Exit();
                return Errno.Success;
            }
            public Errno ReserveAll(Bo[] all)
            {
                int i = 0;
                for (; i < all.Length; i++)
                {
                    if (!all[i].Lock.TryEnter())
                        goto undo;
                }
                foreach (var bo in all)
                    bo.Lock.Exit();
                return Errno.Success;
            undo:
                while (--i >= 0)
                    all[i].Lock.Exit();
                return Errno.Again;
            }
        }
        """);
}
