using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks in collections, one for each element, bucket or key.</summary>
public sealed class CollectionLockBehaviours
{
    [Fact]
    public Task LockAllThenUnlockAll_InEveryLoop() => LocksOnly.VerifyMembersAsync("""
        readonly Gate[] _gates = [new(), new()];
        readonly List<Gate> _list = new();
        readonly object[] _objects = [new()];
        readonly Dictionary<string, Gate> _map = new();
        void For()
        {
            for (int i = 0; i < _gates.Length; i++)
                _gates[i].Enter();
            Work();
            for (int i = _gates.Length - 1; i >= 0; i--)
                _gates[i].Exit();
        }
        void Each()
        {
            foreach (var g in _list)
                g.Enter();
            try { Work(); }
            finally
            {
                foreach (var g in _list)
                    g.Exit();
            }
        }
        void While()
        {
            int i = 0;
            while (i < _objects.Length)
                Monitor.Enter(_objects[i++]);
            Work();
            while (i > 0)
                Monitor.Exit(_objects[--i]);
        }
        void Values()
        {
            foreach (var g in _map.Values)
                g.Enter();
            foreach (var g in _map.Values)
                g.Exit();
        }
        void Sorted(Gate[] gates)
        {
            foreach (var g in gates.OrderBy(g => g.GetHashCode()))
                g.Enter();
            Work();
            foreach (var g in gates)
                g.Exit();
        }
        void Reversed(Gate[] gates)
        {
            foreach (var g in gates)
                g.Enter();
            Work();
            foreach (var g in gates.Reverse())
                g.Exit();
        }
        void Helpers()
        {
            LockAll();
            Work();
            UnlockAll();
        }
        private void LockAll() { foreach (var g in _gates) g.Enter(); }
        private void UnlockAll() { foreach (var g in _gates) g.Exit(); }
        void PartlyTaken()
        {
            int taken = 0;
            try
            {
                for (; taken < _gates.Length; taken++)
                    _gates[taken].Enter();
                Work();
            }
            finally
            {
                for (int i = 0; i < taken; i++)
                    _gates[i].Exit();
            }
        }
        bool TryAll()
        {
            for (int i = 0; i < _gates.Length; i++)
            {
                if (_gates[i].TryEnter())
                    continue;
                while (--i >= 0)
                    _gates[i].Exit();
                return false;
            }
            foreach (var g in _gates)
                g.Exit();
            return true;
        }
        """);

    [Fact]
    public Task LockAllWithoutUnlock_IsFound() => LocksOnly.VerifyMembersAsync("""
        readonly Gate[] _gates = [new(), new()];
        public void Wrong()
        {
            for (int i = 0; i < _gates.Length; i++)
                _gates[i].{|LCK1004:Enter|}();
            Work();
        }
        public void WrongReturn(bool c)
        {
            foreach (var g in _gates)
                g.{|LCK1004:Enter|}();
            if (c)
                return;
            foreach (var g in _gates)
                g.Exit();
        }
        """);

    [Fact]
    public Task LockOfEachElementInTurn_IsBalanced() => LocksOnly.VerifyMembersAsync("""
        readonly Gate[] _gates = [new(), new()];
        public void Right()
        {
            foreach (var g in _gates)
            {
                g.Enter();
                Work();
                g.Exit();
            }
            for (int i = 0; i < _gates.Length; i++)
            {
                _gates[i].Enter();
                if (Cond())
                {
                    _gates[i].Exit();
                    break;
                }
                _gates[i].Exit();
            }
            for (int i = 0; i < _gates.Length; i++)
            {
                using (_gates[i].Open())
                    Work();
            }
        }
        public void Wrong()
        {
            foreach (var g in _gates)
            {
                g.{|LCK1004:Enter|}();
                if (Cond())
                    return;
                g.Exit();
            }
        }
        """);

    [Fact]
    public Task LockByKey_IsTheSameForTheSameKey() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly Dictionary<string, object> _locks = new();
            readonly System.Collections.Concurrent.ConcurrentDictionary<string, SemaphoreSlim> _sems = new();
            readonly object[] _stripes = new object[16];
            public void Right(string key)
            {
                Monitor.Enter(_locks[key]);
                try { }
                finally { Monitor.Exit(_locks[key]); }
                lock (_stripes[key.Length % 16]) { }
                Monitor.Enter(_stripes[key.Length & 15]);
                Monitor.Exit(_stripes[key.Length & 15]);
            }
            public async Task RightSem(string key)
            {
                var sem = _sems.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
                await sem.WaitAsync();
                try { }
                finally { sem.Release(); }
            }
            public void RightTry(string key)
            {
                if (!_locks.TryGetValue(key, out var l))
                {
                    l = new object();
                    _locks.Add(key, l);
                }
                lock (l) { }
                Monitor.Enter(l);
                Monitor.Exit(l);
                if (_sems.TryGetValue(key, out var sem))
                {
                    sem.Wait();
                    sem.Release();
                }
            }
            public void RightConditional(string key)
            {
                var l = _locks.TryGetValue(key, out var found) ? found : _locks[key] = new();
                Monitor.Enter(l);
                Monitor.Exit(l);
                object m = _locks.GetValueOrDefault(key) ?? new object();
                Monitor.Enter(m);
                Monitor.Exit(m);
            }
            public void Wrong(string key, bool c)
            {
                var l = _sems.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
                l.{|LCK1004:Wait|}();
                if (c)
                    return;
                l.Release();
            }
            public void WrongKey(string key, string other)
            {
                Monitor.{|LCK1004:Enter|}(_locks[key]);
                Monitor.{|LCK1005:Exit|}(_locks[other]);
            }
            public void WrongTwice(string key)
            {
                _sems[key].Wait();
                _sems[key].{|LCK1006:Wait|}();
                _sems[key].Release();
            }
        }
        """);

    [Fact]
    public Task GuardedElementOfACollection_ByItsOwnLock() => LocksOnly.VerifyAsync("""
        class Bucket
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int Count;
        }
        class Table
        {
            readonly Bucket[] _buckets = [new(), new()];
            readonly Dictionary<int, Bucket> _map = new();
            Bucket Of(int key) => _buckets[key % 2];
            void Right(int key)
            {
                lock (_buckets[key % 2].Gate)
                    _buckets[key % 2].Count++;
                var b = _buckets[key];
                lock (b.Gate)
                    b.Count++;
                lock (Of(key).Gate)
                    Of(key).Count++;
                foreach (var bucket in _buckets)
                {
                    lock (bucket.Gate)
                        bucket.Count++;
                }
                if (_map.TryGetValue(key, out var found))
                {
                    lock (found.Gate)
                        found.Count++;
                }
            }
            void Wrong(int key, int other)
            {
                lock (_buckets[key].Gate)
                    _buckets[other].{|LCK1001:Count|}++;
                lock (Of(key).Gate)
                    Of(other).{|LCK1001:Count|}++;
                foreach (var bucket in _buckets)
                    bucket.{|LCK1001:Count|}++;
            }
            int AllLocked()
            {
                int sum = 0;
                foreach (var b in _buckets)
                    Monitor.Enter(b.Gate);
                foreach (var b in _buckets)
                    sum += b.Count;
                for (int i = 0; i < _buckets.Length; i++)
                    sum += _buckets[i].Count;
                foreach (var b in _buckets)
                    Monitor.Exit(b.Gate);
                return sum;
            }
        }
        """);

    [Fact]
    public Task TwoLocksInEitherOrder_AreReleasedByName() => LocksOnly.VerifyAsync("""
        class Account
        {
            public readonly object Gate = new();
            public int Id;
            [GuardedBy("Gate")] public int Balance;
            static void Move(Account a, Account b)
            {
                var first = a.Id < b.Id ? a : b;
                var second = a.Id < b.Id ? b : a;
                Monitor.Enter(first.Gate);
                Monitor.Enter(second.Gate);
                first.Balance++;
                second.Balance--;
                Monitor.Exit(second.Gate);
                Monitor.Exit(first.Gate);
            }
            static void Swapped(Account a, Account b)
            {
                if (a.Id > b.Id)
                    (a, b) = (b, a);
                lock (a.Gate)
                    lock (b.Gate)
                    {
                        a.Balance++;
                        b.Balance--;
                    }
            }
            static void ByName(Account a, Account b)
            {
                var first = a.Id < b.Id ? a : b;
                var second = first == a ? b : a;
                lock (first.Gate)
                    lock (second.Gate)
                    {
                        first.Balance++;
                        second.Balance--;
                    }
            }
        }
        """);

    [Fact]
    public Task StripedLocks_TakenOneByOneAllOrSome() => LocksOnly.VerifyAsync("""
        class Striped
        {
            readonly object[] _locks;
            readonly Dictionary<string, int>[] _tables;
            public Striped(int n) { _locks = new object[n]; _tables = new Dictionary<string, int>[n]; for (int i = 0; i < n; i++) { _locks[i] = new(); _tables[i] = new(); } }
            static int Index(string key, int n) => (key.Length & 0x7fffffff) % n;
            object LockFor(string key) => _locks[Index(key, _locks.Length)];
            public void Put(string key, int v)
            {
                lock (LockFor(key)) { _tables[Index(key, _locks.Length)][key] = v; }
                Monitor.Enter(LockFor(key));
                try { } finally { Monitor.Exit(LockFor(key)); }
            }
            public void Clear()
            {
                for (int i = 0; i < _locks.Length; i++) Monitor.Enter(_locks[i]);
                try { foreach (var t in _tables) t.Clear(); }
                finally { for (int i = 0; i < _locks.Length; i++) Monitor.Exit(_locks[i]); }
            }
            public void ClearRec(int i)
            {
                if (i == _locks.Length) { foreach (var t in _tables) t.Clear(); return; }
                lock (_locks[i]) ClearRec(i + 1);
            }
            public void TryAll()
            {
                int taken = 0;
                try
                {
                    while (taken < _locks.Length && Monitor.TryEnter(_locks[taken])) taken++;
                    if (taken == _locks.Length) foreach (var t in _tables) t.Clear();
                }
                finally { while (taken > 0) Monitor.Exit(_locks[--taken]); }
            }
            public void Stack()
            {
                var held = new Stack<object>();
                try { foreach (var l in _locks) { Monitor.Enter(l); held.Push(l); } }
                finally { while (held.Count > 0) Monitor.Exit(held.Pop()); }
            }
            public void ListOfHeld(bool c)
            {
                var held = new List<object>();
                foreach (var l in _locks) { if (c) { Monitor.Enter(l); held.Add(l); } }
                foreach (var l in held) Monitor.Exit(l);
            }
        }
        """);

    [Fact]
    public Task SemaphoreOfAKey_IsALockIfItIsMadeAsOne() => LocksOnly.VerifyAsync("""
        class Keyed
        {
            readonly System.Collections.Concurrent.ConcurrentDictionary<string, SemaphoreSlim> _sems = new();
            public async Task<T> Run<T>(string key, Func<Task<T>> f)
            {
                var sem = _sems.GetOrAdd(key, static _ => new SemaphoreSlim(1, 1));
                await sem.WaitAsync().ConfigureAwait(false);
                try { return await f().ConfigureAwait(false); }
                finally { sem.Release(); _sems.TryRemove(key, out _); }
            }
            public async Task<IDisposable> LockAsync(string key)
            {
                SemaphoreSlim? sem;
                lock (_sems)
                {
                    if (!_sems.TryGetValue(key, out sem)) { sem = new SemaphoreSlim(1, 1); _sems[key] = sem; }
                }
                await sem.WaitAsync();
                return new Releaser(sem);
            }
            sealed class Releaser(SemaphoreSlim sem) : IDisposable { public void Dispose() => sem.Release(); }
        }
        """);

    [Fact]
    public Task LocksHandedOnAlongAList() => LocksOnly.VerifyAsync("""
        class N { public readonly object G = new(); [GuardedBy("G")] public int V; [GuardedBy("G")] public N? Next; }
        class L
        {
            readonly N _head = new();
            int Find(int v)
            {
                var cur = _head;
                Monitor.Enter(cur.G);
                try
                {
                    while (cur.Next is not null)
                    {
                        var next = cur.Next;
                        Monitor.Enter(next.G);
                        Monitor.Exit(cur.G);
                        cur = next;
                        if (cur.V == v) return v;
                    }
                    return -1;
                }
                finally { Monitor.Exit(cur.G); }
            }
            void Unlink(N prev)
            {
                lock (prev.G)
                {
                    var n = prev.Next;
                    if (n is null) return;
                    lock (n.G) { prev.Next = n.Next; n.Next = null; }
                }
            }
        }
        """);
}
