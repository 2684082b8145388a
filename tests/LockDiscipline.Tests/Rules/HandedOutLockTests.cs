namespace LockDiscipline.Tests.Rules;

/// <summary>An object is picked from a collection, locked, and handed out by one helper; another one takes it back.</summary>
public sealed class HandedOutLockTests
{
    const string Pool = """
        class Slot
        {
            public readonly object Gate = new();
            public bool IsActive;
            public object Content;
            public void Lock() => Monitor.Enter(Gate);
            public void Unlock() => Monitor.Exit(Gate);
        }
        class Pool
        {
            readonly Slot[] _all = new Slot[8], _free = new Slot[8];
            readonly object _sync = new();
            volatile int _used, _count;
            Slot Fresh()
            {
                var slot = _all[_used];
                slot.Lock();
                bool failed = true;
                try
                {
                    if (!slot.IsActive)
                        return null;
                    _used++;
                    failed = false;
                    return slot;
                }
                finally
                {
                    if (failed)
                        slot.Unlock();
                }
            }
            public Slot Take()
            {
                Slot slot;
                lock (_sync)
                {
                    if (_count == 0)
                        return Fresh();
                    slot = _free[_count - 1];
                    if (slot.Content == null)
                    {
                        for (int i = 0; i < _count; i++)
                        {
                            if (_free[i].Content != null)
                            {
                                var other = _free[i];
                                _free[i] = slot;
                                slot = other;
                                break;
                            }
                        }
                    }
                    _count--;
                }
                slot.Lock();
                return slot;
            }
            public void Give(Slot slot)
            {
                slot.Unlock();
                lock (_sync)
                    _free[_count++] = slot;
            }
        }
        """;

    [Fact]
    public Task GivenBack_Silent() => Flows.VerifyAsync(Pool + """
        class Writer
        {
            readonly Pool _pool = new();
            internal bool Write(object content)
            {
                var slot = _pool.Take();
                try { slot.Content = content; }
                finally { _pool.Give(slot); }
                return true;
            }
        }
        public class User
        {
            readonly Writer _writer = new();
            public bool Write(object content) => _writer.Write(content);
        }
        """);

    [Fact]
    public Task NotGivenBackOnOnePath_Found() => Flows.VerifyAsync(Pool + """
        public class Writer
        {
            readonly Pool _pool = new();
            public bool Write(object content)
            {
                var slot = _pool.{|LCK1004:Take|}();
                if (slot.Content != null)
                    return false;
                slot.Content = content;
                _pool.Give(slot);
                return true;
            }
        }
        """);

    /// <summary>Nothing of what is null is locked or released: such a path ends with an exception.</summary>
    [Fact]
    public Task NullIsNotReleased() => Flows.VerifyAsync("""
        class Slot { public readonly object Gate = new(); }
        public class User
        {
            readonly Slot _slot = new();
            int _n;
            Slot Take(bool b)
            {
                if (b)
                    return null;
                Monitor.Enter(_slot.Gate);
                return _slot;
            }
            static void Give(Slot slot) => Monitor.Exit(slot.Gate);
            public void M(bool b) { var slot = Take(b); _n++; Give(slot); }
            public void N(bool b) { var slot = Take(b); _n++; Monitor.Exit(slot.Gate); }
            public void Twice(bool b) { var slot = Take(b); Give(slot); {|LCK1005:Give|}(slot); }
            public void Never(bool b) { var slot = {|LCK1004:Take|}(b); if (slot == null) return; _n++; }
        }
        """);
}
