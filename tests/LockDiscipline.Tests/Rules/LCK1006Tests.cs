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

    [Fact]
    public Task ScopeOfWhatIsHeldAlready_EndsWithoutAnotherFinding() => Flows.VerifyMembersAsync("""
        void Sure()
        {
            _gate.Enter();
            using (_gate.{|LCK1006:Open|}())
                Work();
            _gate.Exit();
        }
        void Maybe(bool c)
        {
            bool taken = false;
            if (c)
            {
                _gate.Enter();
                taken = true;
            }

            using (_gate.{|LCK1006:Open|}())
                Work();
            if (taken)
                _gate.Exit();
        }
        """);
}
