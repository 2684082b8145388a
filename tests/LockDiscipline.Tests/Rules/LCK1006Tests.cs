namespace LockDiscipline.Tests.Rules;

/// <summary>LCK1006: a lock that is not reentrant is acquired by a path that holds it.</summary>
public sealed class LCK1006Tests
{
    [Fact]
    public Task AcquiredTwice_FoundAtTheSecond() => Flows.VerifyMembersAsync("""
        void M()
        {
            _gate.{|#1:Enter|}();
            _gate.{|#0:Enter|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK1006", 0, 1).WithArguments("_gate", ""));

    [Fact]
    public Task AcquiredAgainAfterRelease_Silent() => Flows.VerifyMembersAsync("""
        void M()
        {
            _gate.Enter();
            _gate.Exit();
            _gate.Enter();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task AnotherLockOrInstance_Silent() => Flows.VerifyMembersAsync("""
        void M(C other)
        {
            _gate.Enter();
            _other.Enter();
            other._gate.{|LCK2003:Enter|}();
            other._gate.Exit();
            _other.Exit();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task Aliases_AreTheSameLock() => Flows.VerifyMembersAsync("""
        Gate Alias => _gate;
        void M(bool c)
        {
            var gate = _gate;
            gate.Enter();
            this._gate.{|LCK1006:Enter|}();
            gate.Exit();
        }
        void N()
        {
            Alias.Enter();
            _gate.{|LCK1006:Enter|}();
            _gate.Exit();
        }
        void O(C other)
        {
            var me = other;
            other._gate.Enter();
            me._gate.{|LCK1006:Enter|}();
            other._gate.Exit();
        }
        void P()
        {
            ref readonly var g = ref _gate;
            g.Enter();
            _gate.{|LCK1006:Enter|}();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task ReassignedVariable_IsAnotherLock() => Flows.VerifyMembersAsync("""
        void M(C a, C b)
        {
            var c = a;
            c._gate.Enter();
            c = b;
            c._gate.{|LCK2003:Enter|}();
            c._gate.Exit();
            a._gate.Exit();
        }
        """);

    [Fact]
    public Task ThroughACallee_FoundAtTheCall() => Flows.VerifyMembersAsync("""
        private void Locked() { _gate.Enter(); _n++; _gate.Exit(); }
        public void Public() { _gate.Enter(); _n++; _gate.Exit(); }
        private void Twice() => Locked();
        private void Thrice() { if (Cond()) Twice(); }

        void M()
        {
            _gate.{|#1:Enter|}();
            {|#0:Locked|}();
            _gate.Exit();
        }
        void N()
        {
            _gate.Enter();
            this.{|LCK1006:Public|}();
            _gate.Exit();
        }
        void O()
        {
            _gate.Enter();
            {|LCK1006:Thrice|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK1006", 0, 1).WithArguments("_gate", ""));

    [Fact]
    public Task ThroughACalleeOfAnotherInstance_Silent() => Flows.VerifyMembersAsync("""
        private void Locked() { _gate.Enter(); _n++; _gate.Exit(); }
        void M(C other)
        {
            _gate.Enter();
            other.{|LCK2003:Locked|}();
            _gate.Exit();
            Locked();
        }
        """);

    [Fact]
    public Task CalleeTakesItsArgument_FoundForTheHeldOneOnly() => Flows.VerifyMembersAsync("""
        static void With(Gate gate, int n) { gate.Enter(); gate.Exit(); }
        void M()
        {
            _gate.Enter();
            With(_other, 1);
            {|LCK1006:With|}(n: 1, gate: _gate);
            _gate.Exit();
        }
        """);

    [Fact]
    public Task CalleeTakesItByTryOnly_Silent() => Flows.VerifyMembersAsync("""
        private void Maybe() { if (_gate.TryEnter()) { _n++; _gate.Exit(); } }
        void M()
        {
            _gate.Enter();
            Maybe();
            if (_gate.TryEnter())
                _gate.Exit();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task CalleeReleasesFirst_Silent() => Flows.VerifyMembersAsync("""
        private void Relock() { _gate.Exit(); Work(); _gate.Enter(); }
        void M()
        {
            _gate.Enter();
            Relock();
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task LockedVariant_IsNamed() => Flows.VerifyMembersAsync("""
        [LockedVariant(nameof(AddLocked))]
        public void Add() { _gate.Enter(); AddLocked(); _gate.Exit(); }

        [RequiresLock("_gate")]
        public void AddLocked() => _n++;

        [LockedVariant(nameof(AddLocked)), ExcludesLock("_gate")]
        public void AddStated() { _gate.Enter(); AddLocked(); _gate.Exit(); }

        void M()
        {
            _gate.{|#1:Enter|}();
            {|#0:Add|}();
            AddLocked();
            _gate.Exit();
        }
        void N()
        {
            _gate.{|#3:Enter|}();
            {|#2:AddStated|}();
            _gate.Exit();
        }
        """,
        Flows.Finding("LCK1006", 0, 1).WithArguments("_gate", "; call 'AddLocked' instead"),
        Flows.Finding("LCK1006", 2, 3).WithArguments("_gate", "; call 'AddLocked' instead"));

    [Fact]
    public Task HeldByContract_FoundWithoutPlaceOfAcquire() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")]
        void M()
        {
            _gate.{|#0:Enter|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK1006", 0).WithArguments("_gate", ""));

    [Fact]
    public Task DroppedAndTakenAgainByContract_Silent() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")]
        void M()
        {
            _gate.Exit();
            Work();
            _gate.Enter();
            _n++;
        }
        """);

    [Fact]
    public Task ReaderWriter_NotReentrantInAnyMode() => Flows.VerifyMembersAsync("""
        void ReadRead() { _rw.EnterRead(); _rw.{|LCK1006:EnterRead|}(); _rw.ExitRead(); }
        void ReadWrite() { _rw.EnterRead(); _rw.{|LCK1006:EnterWrite|}(); _rw.ExitRead(); }
        void WriteRead() { _rw.EnterWrite(); _rw.{|LCK1006:EnterRead|}(); _rw.ExitWrite(); }
        void Downgraded() { _rw.EnterWrite(); _rw.Downgrade(); _rw.{|LCK1006:EnterRead|}(); _rw.ExitRead(); }
        """);

    [Fact]
    public Task ReaderWriterLockSlim_RecursionPolicyDecides() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _plain = new();
            readonly ReaderWriterLockSlim _none = new(LockRecursionPolicy.NoRecursion);
            readonly ReaderWriterLockSlim _recursive = new(LockRecursionPolicy.SupportsRecursion);

            void Plain() { _plain.EnterReadLock(); _plain.{|LCK1006:EnterReadLock|}(); _plain.ExitReadLock(); }
            void None() { _none.EnterWriteLock(); _none.{|LCK1006:EnterReadLock|}(); _none.ExitWriteLock(); }
            void Recursive()
            {
                _recursive.EnterReadLock();
                _recursive.EnterReadLock();
                _recursive.ExitReadLock();
                _recursive.ExitReadLock();
                _recursive.EnterWriteLock();
                _recursive.EnterReadLock();
                _recursive.ExitReadLock();
                _recursive.ExitWriteLock();
            }
            void ReadToWrite() { _recursive.EnterReadLock(); _recursive.{|LCK1006:EnterWriteLock|}(); _recursive.ExitReadLock(); }
            void Upgrade()
            {
                _plain.EnterUpgradeableReadLock();
                if (DateTime.Now.Ticks > 3)
                {
                    _plain.EnterWriteLock();
                    _plain.ExitWriteLock();
                }
                _plain.EnterReadLock();
                _plain.ExitReadLock();
                _plain.ExitUpgradeableReadLock();
            }
            void UpgradeableTwice() { _plain.EnterUpgradeableReadLock(); _plain.{|LCK1006:EnterUpgradeableReadLock|}(); _plain.ExitUpgradeableReadLock(); }
            void ReadToUpgradeable() { _plain.EnterReadLock(); _plain.{|LCK1006:EnterUpgradeableReadLock|}(); _plain.ExitReadLock(); }
        }
        """);

    [Fact]
    public Task PolicySetInConstructor_Decides() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _a;
            readonly ReaderWriterLockSlim _b;
            public C()
            {
                _a = new ReaderWriterLockSlim(LockRecursionPolicy.SupportsRecursion);
                this._b = new ReaderWriterLockSlim();
            }
            void A() { _a.EnterReadLock(); _a.EnterReadLock(); _a.ExitReadLock(); _a.ExitReadLock(); }
            void B() { _b.EnterReadLock(); _b.{|LCK1006:EnterReadLock|}(); _b.ExitReadLock(); }
            void Local()
            {
                var rw = new ReaderWriterLockSlim(LockRecursionPolicy.SupportsRecursion);
                rw.EnterReadLock(); rw.EnterReadLock(); rw.ExitReadLock(); rw.ExitReadLock();
            }
        }
        """);

    [Fact]
    public Task UnknownPolicy_Silent() => Flows.VerifyAsync("""
        class C(ReaderWriterLockSlim given)
        {
            readonly ReaderWriterLockSlim _rw = given;
            void M() { _rw.EnterReadLock(); _rw.EnterReadLock(); _rw.ExitReadLock(); _rw.ExitReadLock(); }
        }
        """);

    [Fact]
    public Task ReentrantLocks_Silent() => Flows.VerifyAsync("""
        [Lock("mine", Reentrant = true)]
        class Mine { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } }
        class C
        {
            readonly Lock _lock = new();
            readonly Mutex _mutex = new();
            readonly object _sync = new();
            readonly Mine _mine = new();
            void M()
            {
                lock (_sync) lock (_sync) { }
                lock (_lock) lock (_lock) { }
                _lock.Enter(); _lock.Enter(); _lock.Exit(); _lock.Exit();
                _mutex.WaitOne(); _mutex.WaitOne(); _mutex.ReleaseMutex(); _mutex.ReleaseMutex();
                _mine.Enter(); _mine.Enter(); _mine.Exit(); _mine.Exit();
                Monitor.Enter(_sync); N(); Monitor.Exit(_sync);
            }
            void N() { lock (_sync) { } }
        }
        """);

    [Fact]
    public Task SpinLock_NotReentrant() => Flows.VerifyAsync("""
        class C
        {
            SpinLock _spin = new(true);
            void M()
            {
                bool taken = false, again = false;
                _spin.Enter(ref taken);
                _spin.{|LCK1006:Enter|}(ref again);
                _spin.Exit();
            }
            void N()
            {
                bool taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    {|LCK1006:O|}();
                }
                finally { if (taken) _spin.Exit(); }
            }
            void O()
            {
                bool taken = false;
                _spin.Enter(ref taken);
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task SemaphoreSlim_OnlyWhereItIsALock() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _one = new(1, 1);
            readonly SemaphoreSlim _two = new(2, 2);
            readonly SemaphoreSlim _open = new(1);
            void M() { _one.Wait(); _one.{|LCK1006:Wait|}(); _one.Release(); }
            async Task N() { await _one.WaitAsync(); await _one.{|LCK1006:WaitAsync|}().ConfigureAwait(false); _one.Release(); }
            void O() { _two.Wait(); _two.Wait(); _two.Release(2); _open.Wait(); _open.Wait(); }
            async Task P() { await _one.WaitAsync(); await {|LCK1006:Q|}(); _one.Release(); }
            async Task Q() { await _one.WaitAsync(); try { await Task.Yield(); } finally { _one.Release(); } }
        }
        """);

    [Fact]
    public Task Recursion_FoundAtTheRecursiveCall() => Flows.VerifyMembersAsync("""
        void M(int n)
        {
            _gate.Enter();
            if (n > 0)
                {|LCK1006:M|}(n - 1);
            _gate.Exit();
        }
        void A(int n)
        {
            _gate.Enter();
            _n++;
            _gate.Exit();
            if (n > 0)
                B(n);
        }
        void B(int n) { Work(); A(n - 1); }
        void X(int n) { if (n == 0) return; _gate.Enter(); {|LCK1006:Y|}(n); _gate.Exit(); }
        void Y(int n) { Work(); X(n - 1); }
        """);

    [Fact]
    public Task OnOnePathOnly_OneFinding() => Flows.VerifyMembersAsync("""
        void M(bool c)
        {
            if (c)
                _gate.Enter();
            _gate.{|LCK1006:Enter|}();
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task CorrelatedFlag_Silent() => Flows.VerifyMembersAsync("""
        void M(bool held)
        {
            if (held)
                _gate.Enter();
            Work();
            if (!held)
                _gate.Enter();
            _n++;
            _gate.Exit();
        }
        void N(IEnumerable<int> items)
        {
            bool locked = false;
            foreach (var i in items)
            {
                if (locked is false)
                {
                    _gate.Enter();
                    locked = true;
                }
            }
            if (!locked)
                _gate.Enter();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task EarlyReturnsAndSwitches() => Flows.VerifyMembersAsync("""
        int M(int kind)
        {
            switch (kind)
            {
                case 0:
                    return 0;
                case 1:
                    _gate.Enter();
                    break;
                case 1_000:
                    return 1;
                case > 4:
                    Work();
                    goto case 1_000;
                default:
                    throw new InvalidOperationException();
            }
            _gate.{|LCK1006:Enter|}();
            _gate.Exit();
            return kind;
        }
        """);

    [Fact]
    public Task RetryByGoto_SilentWhereReleased() => Flows.VerifyMembersAsync("""
        void M()
        {
        retry:
            _gate.Enter();
            if (_n > 3)
            {
                _gate.Exit();
                goto retry;
            }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task InFinallyAndCatch() => Flows.VerifyMembersAsync("""
        void M()
        {
            _gate.Enter();
            try
            {
                Work();
            }
            finally
            {
                _gate.{|LCK1006:Enter|}();
                _gate.Exit();
            }
        }
        void N()
        {
            try
            {
                Work();
            }
            catch (InvalidOperationException)
            {
                _other.Enter();
                _other.{|LCK1006:Enter|}();
                _other.Exit();
            }
        }
        """);

    [Fact]
    public Task LambdasInPlace_FoundAtTheAcquire() => Flows.VerifyMembersAsync("""
        void M(List<int> items)
        {
            _gate.Enter();
            items.ForEach(i =>
            {
                _gate.{|LCK1006:Enter|}();
                _n += i;
                _gate.Exit();
            });
            _gate.Exit();
        }
        void N()
        {
            _gate.Enter();
            {|LCK1006:Local|}();
            _gate.Exit();
            void Local() { _gate.Enter(); _gate.Exit(); }
        }
        """);

    [Fact]
    public Task LambdaForADelegateThatHasTheLock_FoundAtTheAcquire() => Flows.VerifyAsync("""
        [RequiresLock("gate")] delegate void Handler(Gate gate);
        class C
        {
            static void Run(Handler handler) { }
            void M() => Run(g => { g.{|LCK1006:Enter|}(); g.Exit(); });
            Handler Kept() => g => { g.{|LCK1006:Enter|}(); g.Exit(); };
        }
        """);

    [Fact]
    public Task LambdasThatRunElsewhere_Silent() => Flows.VerifyMembersAsync("""
        event Action Changed;
        void M()
        {
            _gate.Enter();
            Task.Run(() => { _gate.Enter(); _n++; _gate.Exit(); });
            new Thread(() => { _gate.Enter(); _n++; _gate.Exit(); }).Start();
            Changed += () => { _gate.Enter(); _n++; _gate.Exit(); };
            _gate.Exit();
        }
        """);

    [Fact]
    public Task PropertiesIndexersOperators_FoundAtTheirName() => Flows.VerifyMembersAsync("""
        int Count { get { _gate.Enter(); try { return _n; } finally { _gate.Exit(); } } set { _gate.Enter(); _n = value; _gate.Exit(); } }
        int Short => WithLock();
        int WithLock() { _gate.Enter(); var n = _n; _gate.Exit(); return n; }
        public static int operator +(C a, C b) { a._gate.Enter(); a._gate.Exit(); return 1; }
        void M()
        {
            _gate.Enter();
            var a = {|LCK1006:Count|};
            _gate.Exit();
        }
        void N()
        {
            _gate.Enter();
            {|LCK1006:Count|} = 3;
            _gate.Exit();
        }
        void O()
        {
            _gate.Enter();
            var a = this.{|LCK1006:Short|};
            _gate.Exit();
        }
        void P(C other)
        {
            other._gate.Enter();
            var a = {|LCK1006:other + this|};
            other._gate.Exit();
            other = this;
        }
        void Q(C other)
        {
            _gate.Enter();
            var a = {|LCK2003:other + this|};
            _gate.Exit();
        }
        """);

    [Fact]
    public Task Scopes_FoundAtTheSecondScope() => Flows.VerifyMembersAsync("""
        void M()
        {
            using (_gate.Open())
            using (_gate.{|LCK1006:Open|}())
                _n++;
        }
        void N()
        {
            using var scope = new Scope(_gate);
            _gate.{|LCK1006:Enter|}();
        }
        void O()
        {
            using (_gate.Open()) { }
            using (_gate.Open()) { }
        }
        """);

    [Fact]
    public Task Iterator_StateSurvivesYield() => Flows.VerifyMembersAsync("""
        IEnumerable<int> M()
        {
            _gate.Enter();
            {|LCK2004:yield|} return 1;
            _gate.{|LCK1006:Enter|}();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task Generics_StaticsOfTwoConstructionsAreTwoLocks() => Flows.VerifyAsync("""
        class Box<T>
        {
            public static readonly Gate Gate = new();
            readonly Gate _own = new();
            public void Take() { _own.Enter(); _own.Exit(); }
            public void M() { _own.Enter(); {|LCK1006:Take|}(); _own.Exit(); }
            public void N(Box<T> other) { _own.Enter(); other.{|LCK2003:Take|}(); _own.Exit(); }
        }
        class C
        {
            void Two()
            {
                Box<int>.Gate.Enter();
                Box<string>.Gate.Enter();
                Box<string>.Gate.Exit();
                Box<int>.Gate.Exit();
            }
            void One()
            {
                Box<int>.Gate.Enter();
                Box<int>.Gate.{|LCK1006:Enter|}();
                Box<int>.Gate.Exit();
            }
        }
        """);

    [Fact]
    public Task RecordsPartialsPrimaryConstructors() => Flows.VerifyAsync("""
        record R(Gate Gate, int N)
        {
            public void M() { Gate.Enter(); Gate.{|LCK1006:Enter|}(); Gate.Exit(); }
        }
        partial class P(Gate gate)
        {
            partial void Take();
            public void M() { gate.Enter(); {|LCK1006:Take|}(); gate.Exit(); }
        }
        partial class P
        {
            partial void Take() { gate.Enter(); gate.Exit(); }
        }
        """);

    [Fact]
    public Task InterfaceContract_SpeaksForItsImplementations() => Flows.VerifyAsync("""
        interface ILocked { Gate Gate { get; } [AcquiresLock("Gate")] void Take(); [ReleasesLock("Gate")] void Drop(); }
        class C
        {
            void M(ILocked x)
            {
                x.Take();
                x.{|LCK1006:Take|}();
                x.Drop();
            }
        }
        """);

    [Fact]
    public Task FailedTryOnTheWay_NotHeld() => Flows.VerifyMembersAsync("""
        void M()
        {
            if (!_gate.TryEnter())
            {
                Work();
                _gate.Enter();
            }
            _n++;
            _gate.Exit();
        }
        void N()
        {
            if (_gate.TryEnter())
            {
                _gate.{|LCK1006:Enter|}();
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task TopLevelStatements() => Flows.VerifyProgramAsync("""
        var gate = new Gate();
        gate.Enter();
        gate.{|LCK1006:Enter|}();
        gate.Exit();
        Take();
        void Take() { gate.Enter(); gate.Exit(); }
        """);

    [Fact]
    public Task AssertedHold_IsNoAcquire() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] void Needs() { }
        void M()
        {
            if (!_gate.IsHeld)
                _gate.Enter();
            Needs();
            _gate.Exit();
        }
        """);
}
