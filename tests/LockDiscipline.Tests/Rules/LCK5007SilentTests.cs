using static LockDiscipline.Tests.Rules.LCK5007Tests;

namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5007: what looks like half a rollback and is none.</summary>
public sealed class LCK5007SilentTests
{
    [Fact]
    public Task AllPutBack_Silent() => VerifyAsync("""
        public int Set(int id, Slot slot)
        {
            lock (_lock)
            {
                var old = _slots[id];
                int count = _count;
                _slots[id] = slot;
                _count = id + 1;
                int ret = Arch();
                if (ret < 0)
                {
                    _slots[id] = old;
                    _count = count;
                    return ret;
                }

                return 0;
            }
        }
        """);

    [Fact]
    public Task NonePutBack_Silent() => VerifyAsync("""
        public int Set(int id, Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                int ret = Arch();
                if (ret < 0)
                    return ret;
                _last = old;
                return 0;
            }
        }
        """);

    [Fact]
    public Task EverySpellingOfPuttingBack_Silent() => VerifyAsync("""
        public int Stepped(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { _count--; _last = old; return -1; }
                return 0;
            }
        }
        public int Cleared(int id, Slot slot)
        {
            lock (_lock)
            {
                if (_slots[id] is not null) return -17;
                _slots[id] = slot;
                _count += 1;
                if (!Try()) { _slots[id] = null; _count -= 1; return -1; }
                return 0;
            }
        }
        public int Tuple(Slot slot)
        {
            lock (_lock)
            {
                var (last, count) = (_last, _count);
                (_last, _count) = (slot, 3);
                if (!Try()) { (_last, _count) = (last, count); return -1; }
                return 0;
            }
        }
        public int Whole(ulong end)
        {
            lock (_lock)
            {
                var old = _range;
                _range.Start = 0;
                _range.End = end;
                if (!Try()) { _range = old; return -1; }
                return 0;
            }
        }
        public int SetAnew(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count = 5;
                if (!Try()) { _last = old; _count = 0; return -1; }
                return 0;
            }
        }
        """);

    [Fact]
    public Task HelperPutsTheRestBack_Silent() => VerifyAsync("""
        [RequiresLock("_lock")] private void Uncount() => _count--;
        [RequiresLock("_lock")] public void UncountToo() { _count -= 1; }
        private static void Undo(Kvm kvm, Slot? old) { lock (kvm._lock) { kvm._last = old; kvm._count--; } }
        public int Own(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { _last = old; Uncount(); return -1; }
                return 0;
            }
        }
        public int Public(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { UncountToo(); _last = old; return -1; }
                return 0;
            }
        }
        public int Given(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { Undo(this, old); return -1; }
                return 0;
            }
        }
        public int Local(Slot slot)
        {
            lock (_lock)
            {
                var (old, count) = (_last, _count);
                _last = slot;
                _count++;
                if (!Try()) { Back(); return -1; }
                return 0;
                void Back() { _last = old; _count = count; }
            }
        }
        public int Delegate(Slot slot, Action undo)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { undo(); _last = old; return -1; }
                return 0;
            }
        }
        """.Replace("undo();", "{|LCK2007:undo|}();", StringComparison.Ordinal));

    [Fact]
    public Task LockDroppedInBetween_IsACommit() => VerifyAsync("""
        public int Two(Slot slot)
        {
            Slot? old;
            lock (_lock)
            {
                old = _last;
                _last = slot;
                _count++;
            }

            if (Try())
                return 0;
            lock (_lock)
                _last = old;
            return -1;
        }
        """);

    [Fact]
    public Task NoError_Silent() => VerifyAsync("""
        public void ForAWhile(Slot slot)
        {
            lock (_lock)
            {
                bool busy = _busy;
                _busy = true;
                _count++;
                Arch();
                _busy = busy;
            }
        }
        public int EitherWay(Slot slot)
        {
            lock (_lock)
            {
                bool busy = _busy;
                _busy = true;
                _count++;
                int ret = Arch();
                _busy = busy;
                return ret < 0 ? ret : 0;
            }
        }
        public int InFinally(Slot slot)
        {
            lock (_lock)
            {
                bool busy = _busy;
                _busy = true;
                try
                {
                    _count++;
                    if (!Try()) return -1;
                    return 0;
                }
                finally
                {
                    _busy = busy;
                }
            }
        }
        public int CountsErrors(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                if (!Try()) { _errors++; _last = old; return -1; }
                if (!Try()) { _last = old; _errors++; return -1; }
                return 0;
            }
        }
        public int OtherLocks(Slot slot)
        {
            lock (_other)
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _elsewhere++;
                Free++;
                if (!Try()) { _last = old; return -1; }
                return 0;
            }
        }
        public int PublishedLate(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                if (!Try()) { _last = old; return -1; }
                _count++;
                return 0;
            }
        }
        public int Retry(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                for (int i = 0; i < 3; i++)
                {
                    _last = slot;
                    if (Try()) { _count++; return 0; }
                    _last = old;
                }

                return -1;
            }
        }
        """);

    [Fact]
    public Task InAConstructor_Silent() => Flows.VerifyAsync("""
        public class P
        {
            readonly object _lock = new();
            [GuardedBy("_lock")] int _a;
            [GuardedBy("_lock")] int _b;
            public P(bool bad)
            {
                int a = _a;
                _a = 1;
                _b = 2;
                if (bad) { _a = a; throw new ArgumentException(); }
            }
        }
        """);
}
