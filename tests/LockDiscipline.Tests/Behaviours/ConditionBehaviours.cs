using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Condition variables: waits, what they are tested by, and what is known after them.</summary>
public sealed class ConditionBehaviours
{
    [Fact]
    public Task WaitTestedOnce_InAnySpelling() => LocksOnly.VerifyMembersAsync("""
        bool _stop;
        void WrongIf() { lock (_sync) { if (_k == 0) Monitor.{|LCK2008:Wait|}(_sync); _k--; } }
        void WrongSwitch() { lock (_sync) { switch (_k) { case 0: Monitor.{|LCK2008:Wait|}(_sync); break; } _k--; } }
        void WrongManual()
        {
            Monitor.Enter(_sync);
            try { if (_k == 0) Monitor.{|LCK2008:Wait|}(_sync); _k--; }
            finally { Monitor.Exit(_sync); }
        }
        void WrongConditional() { lock (_sync) { _ = _k == 0 && Monitor.{|LCK2008:Wait|}(_sync); _k--; } }
        void RightWhile() { lock (_sync) { while (_k == 0) Monitor.Wait(_sync); _k--; } }
        void RightDo() { lock (_sync) { do { Monitor.Wait(_sync); } while (_k == 0); _k--; } }
        void RightFor() { lock (_sync) { for (; _k == 0;) Monitor.Wait(_sync); _k--; } }
        void RightGoto() { lock (_sync) { again: if (_k == 0) { Monitor.Wait(_sync); goto again; } _k--; } }
        void RightBreak() { lock (_sync) { while (true) { if (_k > 0) break; Monitor.Wait(_sync); } _k--; } }
        void RightStop() { lock (_sync) { while (!_stop && _k == 0) Monitor.Wait(_sync); if (!_stop) _k--; } }
        bool RightTimed(int ms) { lock (_sync) { while (_k == 0) { if (!Monitor.Wait(_sync, ms)) return false; } _k--; return true; } }
        """);

    [Fact]
    public Task WaitWithoutItsLock_IsNotHeld() => LocksOnly.VerifyMembersAsync("""
        void Wrong() { while (true) Monitor.{|LCK1002:Wait|}(_sync); }
        void WrongLock() { lock (_other) { Monitor.{|LCK1002:PulseAll|}(_sync); } }
        void WrongAfter() { lock (_sync) _k++; Monitor.{|LCK1002:Pulse|}(_sync); }
        void Right() { lock (_sync) { _k++; Monitor.Pulse(_sync); } }
        void RightManual() { Monitor.Enter(_sync); _k++; Monitor.PulseAll(_sync); Monitor.Exit(_sync); }
        [RequiresLock("_sync")] void RightRequired() { _k++; Monitor.PulseAll(_sync); }
        """);

    [Fact]
    public Task HeldAfterTheWait_SoGuardedMembersAreFree() => LocksOnly.VerifyMembersAsync("""
        void Right() { lock (_sync) { while (_k == 0) Monitor.Wait(_sync); _k = 0; } }
        void RightTwice() { Monitor.Enter(_sync); while (_k == 0) Monitor.Wait(_sync); Monitor.Exit(_sync); }
        void Wrong() { Monitor.Enter(_sync); while (_k == 0) Monitor.Wait(_sync); Monitor.Exit(_sync); {|LCK1001:_k|} = 0; }
        """);

    [Fact]
    public Task ReferenceReadBeforeTheWait_IsDeadBehindIt() => Flows.VerifyAsync("""
        class Item { public int Value; public void Touch() { } }
        class Table
        {
            public readonly object Sync = new();
            [GuardedBy("Sync")] public bool Ready;
            [RequiresLock("Sync")] [return: ValidUnder("Sync")] public Item Find(int key) => new();
            public void Wrong(int key)
            {
                lock (Sync)
                {
                    var item = Find(key);
                    while (!Ready)
                        Monitor.Wait(Sync);
                    {|LCK4001:item|}.Touch();
                }
            }
            public void Right(int key)
            {
                lock (Sync)
                {
                    while (!Ready)
                        Monitor.Wait(Sync);
                    var item = Find(key);
                    item.Touch();
                }
            }
            public void RightAgain(int key)
            {
                lock (Sync)
                {
                    var item = Find(key);
                    while (!Ready)
                    {
                        Monitor.Wait(Sync);
                        item = Find(key);
                    }
                    item.Touch();
                }
            }
        }
        """, []);

    [Fact]
    public Task FactBeforeTheWait_IsNotOneBehindIt() => LocksOnly.VerifyMembersAsync("""
        [GuardedBy("_sync")] Gate? _inner;
        [GuardedBy("_sync")] bool _locked;
        void Wrong()
        {
            lock (_sync)
            {
                if (_locked)
                    _gate.{|LCK1008:Enter|}();
                for (; _k == 0;)
                    {
                        _k++;
                    }
                Drop();
                if (_locked)
                    _gate.Exit();
            }
        }
        void Right()
        {
            lock (_sync)
            {
                bool locked = _locked;
                if (locked)
                    _gate.Enter();
                Drop();
                if (locked)
                    _gate.Exit();
            }
        }
        [ReleasesTemporarily("_sync")] void Drop() { }
        """);

    [Fact]
    public Task OwnWaitHelperWithAPredicate_LoopsItself() => LocksOnly.VerifyMembersAsync("""
        void WaitUntil(Func<bool> ready)
        {
            while (!ready())
                Monitor.Wait(_sync);
        }
        void Right()
        {
            lock (_sync)
            {
                WaitUntil(() => _k > 0);
                _k--;
            }
        }
        void RightStatic()
        {
            lock (_sync)
            {
                Until(_sync, () => _k > 0);
                _k--;
            }
        }
        static void Until(object gate, Func<bool> ready)
        {
            while (!ready())
                Monitor.Wait(gate);
        }
        void Wrong()
        {
            {|LCK1002:WaitUntil|}(() => {|LCK1001:_k|} > 0);
        }
        """);

    [Fact]
    public Task TwoConditionsOfOneLock_EachInItsLoop() => LocksOnly.VerifyAsync("""
        class Condition
        {
            readonly object _gate;
            public Condition(object gate) => _gate = gate;
            [RequiresLock("gate"), ConditionWait("gate")] public void Wait(object gate) { }
            [RequiresLock("gate")] public void Signal(object gate) { }
        }
        class Buffer
        {
            readonly object _sync = new();
            readonly Condition _notEmpty, _notFull;
            [GuardedBy("_sync")] readonly Queue<int> _items = new();
            public Buffer() => (_notEmpty, _notFull) = (new(_sync), new(_sync));
            public void Put(int i)
            {
                lock (_sync)
                {
                    while (_items.Count == 10)
                        _notFull.Wait(_sync);
                    _items.Enqueue(i);
                    _notEmpty.Signal(_sync);
                }
            }
            public int Wrong()
            {
                lock (_sync)
                {
                    if (_items.Count == 0)
                        _notEmpty.{|LCK2008:Wait|}(_sync);
                    _notFull.Signal(_sync);
                    return _items.Dequeue();
                }
            }
            public void WrongSignal() => _notFull.{|LCK1002:Signal|}(_sync);
        }
        """);

    [Fact]
    public Task WaitWithAnotherLockHeld_KeepsThatOne() => LocksOnly.VerifyMembersAsync("""
        void Wrong() { lock (_other) { lock (_sync) { while (_k == 0) Monitor.{|LCK2008:Wait|}(_sync); } } }
        void WrongShared() { _rw.EnterRead(); lock (_sync) { while (_k == 0) Monitor.{|LCK2008:Wait|}(_sync); } _rw.ExitRead(); }
        void Right() { lock (_other) { Work(); } lock (_sync) { while (_k == 0) Monitor.Wait(_sync); } }
        """);
}
