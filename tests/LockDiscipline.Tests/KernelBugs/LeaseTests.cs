namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Connections, entries and devices: borrowed, looked up, opened, in every form that such code has.</summary>
public sealed class LeaseTests
{
    // drivers/nvme, queues and requests: taken from a pool, wrapped, tried, replaced, discarded.
    [Fact]
    public Task BorrowedConnections_GivenBackInEachForm() => Kernel.VerifyAsync("""
        public class Pool
        {
            public class Conn { public int Id; public bool Broken; }
            readonly Gate _lock = new();
            [GuardedBy("_lock")] readonly Stack<Conn> _idle = new();
            [return: Owned("conn")] Conn? Borrow() => null;
            void Return([Consumes("conn")] Conn conn) { }
            void Discard([Consumes("conn")] Conn conn) { }
            static Task<bool> SendAsync(Conn conn, string s) => Task.FromResult(true);
            static bool Ping(Conn c) => true;

            // using a wrapper
            public sealed class Lease : IDisposable
            {
                readonly Pool _pool; readonly Conn _conn;
                public Lease(Pool pool, Conn conn) { _pool = pool; _conn = conn; }
                public Conn Value => _conn;
                public void Dispose() => _pool.Return(_conn);
            }
            public Lease? Open()
            {
                var conn = Borrow();
                return conn is null ? null : new Lease(this, conn);
            }
            public Lease? OpenChecked()
            {
                var conn = {|LCK4003:Borrow|}();
                if (conn is null)
                    return null;
                if (!Ping(conn))
                    return null;
                return new Lease(this, conn);
            }
            public async Task<bool> Send(string s)
            {
                var conn = Borrow();
                if (conn is null)
                    return false;
                bool ok = false;
                try
                {
                    ok = await SendAsync(conn, s);
                }
                finally
                {
                    if (ok)
                        Return(conn);
                    else
                        Discard(conn);
                }
                return ok;
            }
            public bool SendCatch(string s)
            {
                var conn = Borrow();
                if (conn is null)
                    return false;
                try
                {
                    Ping(conn);
                    Return(conn);
                    return true;
                }
                catch (TimeoutException)
                {
                    Discard(conn);
                    throw;
                }
            }
            public int All(int n)
            {
                var list = new List<Conn>();
                for (int i = 0; i < n; i++)
                {
                    var c = Borrow();
                    if (c is null)
                        break;
                    list.Add(c);
                }
                foreach (var c in list)
                    Return(c);
                return list.Count;
            }
            public void Replace(ref Conn slot)
            {
                var fresh = Borrow();
                if (fresh is null)
                    return;
                var old = slot;
                slot = fresh;
                Return(old);
            }
            public Conn? Best(int a)
            {
                Conn? best = null;
                for (int i = 0; i < a; i++)
                {
                    var c = Borrow();
                    if (c is null)
                        continue;
                    if (best is null || c.Id < best.Id)
                    {
                        if (best is not null)
                            Return(best);
                        best = c;
                    }
                    else
                    {
                        Return(c);
                    }
                }
                return best;
            }
            public void TernaryPut(bool ok)
            {
                var c = Borrow();
                if (c is null) return;
                if (ok && Ping(c)) { Return(c); return; }
                Discard(c);
            }
            private bool TryBorrow(out Conn? conn) { conn = Borrow(); return conn is not null; }
            public void ByTry()
            {
                if (!TryBorrow(out var c))
                    return;
                Ping(c!);
                Return(c!);
            }
            public void ByTryLeak()
            {
                if (!{|LCK4003:TryBorrow|}(out var c))
                    return;
                Ping(c!);
            }
            private Conn? BorrowGood()
            {
                for (int i = 0; i < 3; i++)
                {
                    var c = Borrow();
                    if (c is null)
                        return null;
                    if (!c.Broken)
                        return c;
                    Discard(c);
                }
                return null;
            }
            public void Good() { var c = BorrowGood(); if (c is null) return; Return(c); }
            public void GoodLeak() { var c = {|LCK4003:BorrowGood|}(); if (c is null) return; Ping(c); }
            public void Coalesce() { var c = Borrow() ?? Borrow(); if (c is not null) Return(c); }
            public void Conditional() { var c = Borrow(); if (c != null && Ping(c)) Return(c); else if (c != null) Discard(c); }
            public bool Pattern() { if (Borrow() is not { } c) return false; Return(c); return true; }
            public bool PatternLeak() { if ({|LCK4003:Borrow|}() is not { } c) return false; if (c.Broken) return false; Return(c); return true; }
            public bool PropertyPattern() { var c = Borrow(); if (c is { Broken: true }) { Discard(c); return false; } if (c is null) return false; Return(c); return true; }
        }
        """);

    // fs/mbcache.c: an entry is good under the lock of its list, or with a reference.
    [Fact]
    public Task EntriesOfACache_UnderTheLockOrCounted() => Kernel.VerifyAsync("""
        public class Cache
        {
            public class Entry { public int Refs; public Entry? Next; public string Name = ""; }
            readonly Gate _lock = new();
            [GuardedBy("_lock")] Entry? _head;
            [GuardedBy("_lock")] int _count;
            [RequiresLock("_lock")] [return: ValidUnder("_lock")] Entry? Lookup(string name) { for (var e = _head; e is not null; e = e.Next) if (e.Name == name) return e; return null; }
            [RequiresLock("_lock")] void Unlink(Entry e) { _count--; }
            static void Get([Owned("ref")] Entry e) { }
            static void Put([Consumes("ref")] Entry? e) { }
            static Entry? Make(string name) => new();

            [return: Owned("ref")]
            public Entry? Find(string name)
            {
                _lock.Enter();
                var e = Lookup(name);
                if (e is not null)
                    Get(e);
                _lock.Exit();
                return e;
            }
            public string? NameOf(string name)
            {
                _lock.Enter();
                try
                {
                    var e = Lookup(name);
                    return e?.Name;
                }
                finally
                {
                    _lock.Exit();
                }
            }
            public Entry? Bad(string name)
            {
                lock (_sync) { }
                _lock.Enter();
                try
                {
                    return {|LCK4002:Lookup|}(name);
                }
                finally
                {
                    _lock.Exit();
                }
            }
            readonly object _sync = new();
            public bool Remove(string name)
            {
                _lock.Enter();
                var e = Lookup(name);
                if (e is null)
                {
                    _lock.Exit();
                    return false;
                }
                Unlink(e);
                _lock.Exit();
                Console.WriteLine({|LCK4001:e|}.Name);
                return true;
            }
            // look up, make without the lock, look up again
            public Entry? GetOrMake(string name)
            {
                _lock.Enter();
                var e = Lookup(name);
                if (e is null)
                {
                    _lock.Exit();
                    var made = Make(name);
                    if (made is null)
                        return null;
                    _lock.Enter();
                    e = Lookup(name);
                    if (e is null)
                    {
                        made.Next = _head;
                        _head = made;
                        _count++;
                        e = made;
                    }
                }
                Get(e);
                _lock.Exit();
                return e;
            }
            public int Count { get { _lock.Enter(); int n = _count; _lock.Exit(); return n; } }
        }
        """);

    // drivers, open and interrupt paths: a mutex for the state, a spin lock for what the interrupt touches.
    [Fact]
    public Task StateAndInterruptLocks_Drivers() => Kernel.VerifyAsync("""
        public class Dev
        {
            readonly Gate _state = new();
            readonly Spin _irq = new();
            [GuardedBy("_state")] bool _open;
            [GuardedBy("_irq")] int _pending;
            [GuardedBy("_irq")] readonly Queue<int> _queue = new();
            event Action? Changed;
            static void Alloc([NoSleep] Action a) => a();
            [MaySleep] static void Sleepy() { }
            public void Irq()
            {
                _irq.Enter();
                _pending++;
                _queue.Enqueue(1);
                _irq.Exit();
            }
            public bool Open()
            {
                _state.Enter();
                if (_open)
                {
                    _state.Exit();
                    return false;
                }
                try
                {
                    Start();
                    _open = true;
                }
                catch
                {
                    _open = false;
                    throw;
                }
                finally
                {
                    _state.Exit();
                }
                return true;
            }
            private void Start()
            {
                _irq.Enter();
                _pending = 0;
                while (_queue.Count > 0)
                {
                    int item = _queue.Dequeue();
                    if (item < 0)
                        {|LCK2001:Sleepy|}();
                }
                _irq.Exit();
            }
            public void Notify()
            {
                _state.Enter();
                Changed?.{|LCK2007:Invoke|}();
                _state.Exit();
            }
            public void NotifyAfter()
            {
                Action? handler;
                _state.Enter();
                handler = Changed;
                _state.Exit();
                handler?.Invoke();
            }
            public int[] Drain()
            {
                var all = new List<int>();
                _irq.Enter();
                try
                {
                    while (_queue.TryDequeue(out int item))
                        all.Add(item);
                }
                finally
                {
                    _irq.Exit();
                }
                return [.. all];
            }
            public void NoSleepArg() => Alloc(() => {|LCK2001:Sleepy|}());
        }
        """);
}
