using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Guarded objects that leave the section: returned, wrapped in a span, enumerated later.</summary>
public sealed class EscapingReferenceBehaviours
{
    const string Types = """
        public class Item { public int Value; public void Touch() { } }

        """;

    [Fact]
    public Task TargetReturnedOutOfTheSection_WhateverTheLock() => Flows.VerifyAsync(Types + """
        public class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly Lock _lock = new();
            [TargetGuardedBy("_rw")] readonly Item _a = new();
            [TargetGuardedBy("_sem")] readonly List<int> _b = new();
            [TargetGuardedBy("_lock")] readonly int[] _c = new int[4];
            public Item Shared()
            {
                _rw.EnterReadLock();
                try { return {|LCK4002:_a|}; }
                finally { _rw.ExitReadLock(); }
            }
            public async Task<List<int>> Awaited()
            {
                await _sem.WaitAsync();
                try { return {|LCK4002:_b|}; }
                finally { _sem.Release(); }
            }
            public int[] Array()
            {
                lock (_lock)
                {
                    _c[0]++;
                    return {|LCK4002:_c|};
                }
            }
            public int Copy()
            {
                _rw.EnterReadLock();
                try { return _a.Value; }
                finally { _rw.ExitReadLock(); }
            }
            public async Task<int[]> CopyOfList()
            {
                await _sem.WaitAsync();
                try { return _b.ToArray(); }
                finally { _sem.Release(); }
            }
            public int[] CopyOfArray()
            {
                lock (_lock)
                    return (int[])_c.Clone();
            }
            [RequiresLock("_lock")] public int Required() => _c[0];
        }
        """);

    [Fact]
    public Task TargetReturnedUnderTheCallersSharedHold_IsTheCallers() => Flows.VerifyAsync(Types + """
        public class C
        {
            public readonly Shared Rw = new();
            [TargetGuardedBy("Rw")] readonly Item _item = new();
            [RequiresLock("Rw", Shared = true)] [return: ValidUnder("Rw")] public Item Right() => _item;
            void Use()
            {
                Rw.EnterRead();
                var item = Right();
                _ = item.Value;
                Rw.ExitRead();
                _ = {|LCK4001:item|}.Value;
            }
        }
        """);

    [Fact]
    public Task SpanOverGuardedContents_IsDeadAfterTheRelease() => Flows.VerifyAsync("""
        public class C
        {
            readonly Lock _lock = new();
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_lock")] byte[] _buffer = new byte[16];
            [GuardedBy("_rw")] readonly List<int> _list = new();
            public void WrongConverted()
            {
                ReadOnlySpan<byte> span;
                lock (_lock)
                {
                    _buffer[0] = 1;
                    span = _buffer;
                }
                Console.WriteLine({|LCK4001:span|}[0]);
            }
            public void RightSpan()
            {
                lock (_lock)
                {
                    var span = _buffer.AsSpan(1, 2);
                    span[0] = 2;
                }
            }
            public void RightCopy()
            {
                Span<byte> span;
                lock (_lock)
                    span = _buffer.ToArray();
                span[0] = 2;
            }
            public void RightList()
            {
                _rw.EnterWriteLock();
                foreach (ref var i in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_list))
                    i = 0;
                _list.Clear();
                _rw.ExitWriteLock();
            }
        }
        """);

    [Fact]
    public Task HelperThatDropsTheLockInBetween_KillsWhatRestedOnIt() => Flows.VerifyAsync("""
        public class Item { public void Touch() { } }
        public class C
        {
            readonly Gate _gate = new();
            readonly object _sync = new();
            [GuardedBy("_gate")] int _n;
            [RequiresLock("_gate")] [return: ValidUnder("_gate")] Item Find() { _n++; return new(); }
            [RequiresLock("_sync")] [return: ValidUnder("_sync")] Item FindSync() => new();
            void Drop()
            {
                _gate.Exit();
                Thread.Sleep(1);
                _gate.Enter();
            }
            void DropIf(bool c)
            {
                if (!c)
                    return;
                Monitor.Exit(_sync);
                Monitor.Enter(_sync);
            }
            void WaitABit() => Monitor.Wait(_sync, 10);
            void Wrong()
            {
                _gate.Enter();
                var item = Find();
                Drop();
                {|LCK4001:item|}.Touch();
                _gate.Exit();
            }
            void WrongWait()
            {
                lock (_sync)
                {
                    var item = FindSync();
                    WaitABit();
                    {|LCK4001:item|}.Touch();
                }
            }
            void WrongSometimes(bool c)
            {
                lock (_sync)
                {
                    var item = FindSync();
                    DropIf(c);
                    {|LCK4001:item|}.Touch();
                }
            }
            void Right()
            {
                _gate.Enter();
                var item = Find();
                item.Touch();
                Drop();
                item = Find();
                item.Touch();
                _gate.Exit();
            }
            void RightFlag()
            {
                lock (_sync)
                {
                    var item = FindSync();
                    DropIf(false);
                    item.Touch();
                }
            }
        }
        """);

    [Fact]
    public Task RefReturn_OutOfTheSectionEscapes() => Flows.VerifyAsync("""
        public class C
        {
            readonly object _sync = new();
            readonly Lock _lock = new();
            readonly Gate _gate = new();
            [GuardedBy("_sync")] int _n;
            [GuardedBy("_lock")] readonly int[] _all = new int[4];
            [GuardedBy("_gate")] int _m;
            public ref int Wrong()
            {
                lock (_sync)
                    return ref {|LCK4002:_n|};
            }
            public ref int WrongElement(int i)
            {
                lock (_lock)
                    return ref {|LCK4002:_all[i]|};
            }
            public ref readonly int WrongReadOnly()
            {
                using (_gate.Open())
                    return ref {|LCK4002:_m|};
            }
            [RequiresLock("_sync")] public ref int Right() => ref _n;
            [RequiresLock("_lock")] public ref int RightElement(int i) => ref _all[i];
            public int RightValue() { lock (_sync) return _n; }
        }
        """);
}
