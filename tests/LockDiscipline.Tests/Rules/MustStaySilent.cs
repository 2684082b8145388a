namespace LockDiscipline.Tests.Rules;

/// <summary>Correct code that a coarser analysis takes for wrong.</summary>
public sealed class MustStaySilent
{
    [Fact]
    public Task LockTakenInLoopOnFirstHit_ReleasedAfterIfTaken() => Flows.VerifyMembersAsync("""
        bool Walk(IEnumerable<int> slots)
        {
            bool locked = false;
            bool ret = false;
            foreach (var slot in slots)
            {
                if (slot < 0)
                    continue;
                if (!locked)
                {
                    locked = true;
                    _gate.Enter();
                    _n = 0;
                }
                ret |= slot == _n;
            }
            if (locked)
                _gate.Exit();
            return ret;
        }
        """);

    [Fact]
    public Task LockTakenInLoopIfNeeded_ReleasedAfterIfTaken() => Flows.VerifyMembersAsync("""
        bool Walk(IEnumerable<int> slots, bool needLock)
        {
            bool locked = false;
            bool ret = false;
            foreach (var slot in slots)
            {
                if (!locked && needLock)
                {
                    _gate.Enter();
                    locked = true;
                }
                ret |= slot > 3;
            }
            if (locked)
                _gate.Exit();
            return ret;
        }
        """);

    [Fact]
    public Task LazilyCachedVma_UnderOneReadLockWithAMutexPerPage() => Flows.VerifyAsync("""
        class Vma { public ulong Start, End; }
        class Mm
        {
            public readonly Shared MmapLock = new();
            [RequiresLock("MmapLock", Shared = true)] public Vma FindVma(ulong addr) => new Vma();
        }
        class Kvm
        {
            readonly Mm _mm = new();
            readonly Gate _uvmemLock = new();
            [RequiresLock("_uvmemLock")] void PageOut(Vma vma, ulong addr) { }

            public void Drop(ulong addr, int pages)
            {
                _mm.MmapLock.EnterRead();
                Vma vma = null;
                for (int i = pages; i > 0; --i, addr += 4096)
                {
                    if (vma == null || addr < vma.Start || addr >= vma.End)
                    {
                        vma = _mm.FindVma(addr);
                        if (vma == null || vma.Start > addr)
                        {
                            Console.WriteLine("Can't find VMA");
                            break;
                        }
                    }
                    _uvmemLock.Enter();
                    PageOut(vma, addr);
                    _uvmemLock.Exit();
                }
                _mm.MmapLock.ExitRead();
            }
        }
        """);

    [Fact]
    public Task SingleExitLabel_ReleasesOnEveryPath() => Flows.VerifyMembersAsync("""
        Errno Operate(int[] slots, Func<int, Errno> handler)
        {
            Errno ret = Errno.Success;
            _gate.Enter();
            for (int i = 0; i < 2; i++)
            {
                foreach (var slot in slots)
                {
                    ret = handler(slot);
                    if (ret != Errno.Success)
                        goto exit;
                }
            }
        exit:
            _gate.Exit();
            return ret;
        }
        """);

    [Fact]
    public Task HeldOnSuccessOnlyByContract() => Flows.VerifyMembersAsync("""
        [TryAcquiresLock("_gate")]
        bool Begin()
        {
            _gate.Enter();
            if (_n > 0)
                return true;
            _gate.Exit();
            return false;
        }

        void Use()
        {
            if (!Begin())
                return;
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task HandOverAlongAList() => Flows.VerifyAsync("""
        class Node
        {
            public readonly Gate Gate = new();
            public Node Next;
            [GuardedBy("Gate")] public int Value;
        }
        class List
        {
            readonly Node _head = new();
            public int Sum()
            {
                int sum = 0;
                var current = _head;
                current.Gate.Enter();
                while (current.Next != null)
                {
                    sum += current.Value;
                    var next = current.Next;
                    next.Gate.Enter();
                    current.Gate.Exit();
                    current = next;
                }
                sum += current.Value;
                current.Gate.Exit();
                return sum;
            }
        }
        """);

    [Fact]
    public Task TryLockInLoopWithBackOff() => Flows.VerifyMembersAsync("""
        void M()
        {
            while (!_gate.TryEnter())
                Work();
            _n++;
            _gate.Exit();
        }

        bool N()
        {
            for (int i = 0; i < 3; i++)
            {
                if (_gate.TryEnter())
                {
                    _n++;
                    _gate.Exit();
                    return true;
                }
                Work();
            }
            return false;
        }
        """);

    [Fact]
    public Task UsingDeclarations() => Flows.VerifyMembersAsync("""
        void M()
        {
            using var scope = _gate.Open();
            _n++;
            if (_n > 3)
                return;
            _n--;
        }

        void N()
        {
            using (_gate.Open())
            using (new Scope(_other))
                _n++;
        }
        """);

    [Fact]
    public Task EnterBeforeTry_ExitInFinally() => Flows.VerifyMembersAsync("""
        int M()
        {
            _gate.Enter();
            try
            {
                if (_n > 3)
                    return 1;
                Work();
                if (_n > 4)
                    throw new InvalidOperationException();
                return _n;
            }
            finally
            {
                _gate.Exit();
            }
        }

        void Monitored()
        {
            bool taken = false;
            try
            {
                Monitor.Enter(_sync, ref taken);
                _k++;
            }
            finally
            {
                if (taken)
                    Monitor.Exit(_sync);
            }
            lock (_sync)
                _k++;
        }

        void EnterInTry()
        {
            try
            {
                _gate.Enter();
                _n++;
            }
            finally
            {
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task FlagWithIsHeld() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;
            public int M()
            {
                bool took = false;
                if (!_rw.IsReadLockHeld)
                {
                    _rw.EnterReadLock();
                    took = true;
                }
                try
                {
                    return _n;
                }
                finally
                {
                    if (took)
                        _rw.ExitReadLock();
                }
            }
        }
        """);

    [Fact]
    public Task ConditionTestedTwice() => Flows.VerifyMembersAsync("""
        void M(bool need, int ret)
        {
            if (need)
                _gate.Enter();
            Work();
            if (need)
                _gate.Exit();
            if (ret != 0)
                _gate.Enter();
            if (ret == 0)
                return;
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task LockAllThenUnlockAll() => Flows.VerifyMembersAsync("""
        void M(List<Gate> gates, Gate[] more)
        {
            foreach (var gate in gates)
                gate.Enter();
            Work();
            foreach (var gate in gates)
                gate.Exit();
            for (int i = 0; i < more.Length; i++)
                more[i].Enter();
            for (int i = more.Length - 1; i >= 0; i--)
                more[i].Exit();
        }
        """);

    [Fact]
    public Task AliasesOfALock() => Flows.VerifyMembersAsync("""
        Gate Alias => _gate;
        void M()
        {
            var gate = _gate;
            gate.Enter();
            _n++;
            _gate.Exit();
            Alias.Enter();
            _n++;
            gate.Exit();
            if (_gate is { } same)
            {
                same.Enter();
                _n++;
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task HelpersThatLockAndUnlock() => Flows.VerifyMembersAsync("""
        private void LockBoth() { _gate.Enter(); _other.Enter(); }
        private void UnlockBoth() { _other.Exit(); _gate.Exit(); }
        private int Read() => _n;
        private bool TryLock() { if (!Cond()) return false; _gate.Enter(); return true; }
        private void TryOut(out bool taken) { taken = false; if (Cond()) { _gate.Enter(); taken = true; } }

        public void M()
        {
            LockBoth();
            _n++;
            Read();
            UnlockBoth();
            if (TryLock())
            {
                _n++;
                _gate.Exit();
            }
            TryOut(out var got);
            if (got)
                _gate.Exit();
        }
        """);

    [Fact]
    public Task LambdasRunInPlace() => Flows.VerifyMembersAsync("""
        public void M(List<int> items)
        {
            _gate.Enter();
            items.ForEach(i => _n += i);
            bool any = items.Any(i => i == _n);
            ((Action)(() => _n++))();
            Local();
            _gate.Exit();
            void Local() => _n++;
        }
        """);

    [Fact]
    public Task FreshObjectsAndConstructors() => Flows.VerifyAsync("""
        class Counter
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] public int N = 1;
            public Counter() { N = 2; }
            public static Counter Make() { var c = new Counter(); c.N = 3; return new Counter { N = 4 }; }
        }
        """);

    [Fact]
    public Task LockStatementOnALock_InLoopsAndWithEarlyExits() => Flows.VerifyAsync("""
        class C
        {
            readonly Lock _gate = new();
            [GuardedBy("_gate")] int _n;
            int M(int[] items)
            {
                foreach (var item in items)
                {
                    lock (_gate)
                    {
                        if (item == _n)
                            return item;
                        if (item < _n)
                            continue;
                        _n++;
                    }
                }

                try
                {
                    lock (_gate)
                        _n--;
                }
                catch (Exception)
                {
                    lock (_gate)
                        _n = 0;
                }

                while (true)
                    lock (_gate)
                        if (_n++ > 3)
                            break;
                lock (_gate)
                    return _n;
            }
        }
        """);

    [Fact]
    public Task WriteUnderTheUpdateLock_NeedsNoReadSection() => Flows.VerifyAsync("""
        [Lock("srcu", Reentrant = true)]
        public class Srcu
        {
            [AcquiresLock(Shared = true)] public void ReadLock() { }
            [ReleasesLock(Shared = true)] public void ReadUnlock() { }
        }
        public class C
        {
            readonly Srcu _srcu = new();
            readonly Gate _update = new();
            [GuardedByAny("_srcu", "_update")] int _n;
            public int Read() { _srcu.ReadLock(); var n = _n; _srcu.ReadUnlock(); return n; }
            public void Write() { _update.Enter(); _n = 1; _update.Exit(); }
            public void Wrong() { _srcu.ReadLock(); {|LCK1001:_n|} = 1; _srcu.ReadUnlock(); }
        }
        """);
}
