using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Attempts to acquire, and the results that say how they ended.</summary>
public sealed class TryBehaviours
{
    /// <summary>Every lock of the framework that can be tried: its field, the attempt, the release.</summary>
    public static TheoryData<string, string, string> Tries => new()
    {
        { "readonly object l = new();", "Monitor.TryEnter(l)", "Monitor.Exit(l)" },
        { "readonly object l = new();", "Monitor.TryEnter(l, 10)", "Monitor.Exit(l)" },
        { "readonly object l = new();", "Monitor.TryEnter(l, TimeSpan.Zero)", "Monitor.Exit(l)" },
        { "readonly Lock l = new();", "l.TryEnter()", "l.Exit()" },
        { "readonly Lock l = new();", "l.TryEnter(TimeSpan.FromSeconds(1))", "l.Exit()" },
        { "readonly ReaderWriterLockSlim l = new();", "l.TryEnterWriteLock(5)", "l.ExitWriteLock()" },
        { "readonly SemaphoreSlim l = new(1, 1);", "l.Wait(0)", "l.Release()" },
        { "readonly Mutex l = new();", "l.WaitOne(100)", "l.ReleaseMutex()" },
        { "readonly Gate l = new();", "l.TryEnter()", "l.Exit()" },
    };

    [Theory]
    [MemberData(nameof(Tries))]
    public Task Attempt_InEverySpelling(string field, string attempt, string release) => LocksOnly.VerifyAsync($$"""
        class C
        {
            {{field}}
            [GuardedBy("l")] int _n;
            static bool Cond() => true;

            public void If() { if ({{attempt}}) { _n = 1; {{release}}; } }
            public void Early() { if (!{{attempt}}) return; _n = 1; {{release}}; }
            public void Stored() { bool ok = {{attempt}}; var other = ok; if (!!other) { _n = 1; {{release}}; } }
            public void Negated() { bool failed = !{{attempt}}; if (failed) return; _n = 1; {{release}}; }
            public void AfterALoop()
            {
                bool ok = {{attempt}};
                for (int i = 0; i < 10; i++)
                    Cond();
                if (!ok)
                    return;
                _n = 1;
                {{release}};
            }
            public void Compared()
            {
                if ({{attempt}} == false)
                    return;
                _n = 1;
                {{release}};
                if (true == {{attempt}})
                {
                    _n = 1;
                    {{release}};
                }
                if ({{attempt}} is true)
                {
                    _n = 1;
                    {{release}};
                }
                if ({{attempt}} is not false)
                {
                    _n = 1;
                    {{release}};
                }
            }
            public void And(bool c)
            {
                if (c && {{attempt}})
                {
                    _n = 1;
                    {{release}};
                }
                else
                {
                    return;
                }
                if (c && {{attempt}} && Release())
                    _ = 1;

                bool Release() { {{release}}; return true; }
            }
            public void Or(bool c)
            {
                if (c || !{{attempt}})
                    return;
                _n = 1;
                {{release}};
            }
            public void While(bool c)
            {
                while (c && {{attempt}})
                {
                    _n++;
                    {{release}};
                }
            }
            public void DoWhile()
            {
                do
                {
                    Cond();
                }
                while (!{{attempt}});
                _n++;
                {{release}};
            }
            public void Spin()
            {
                while (!{{attempt}})
                    Thread.Yield();
                _n++;
                {{release}};
            }
            public int Ternary() => {{attempt}} ? Leave(_n) : -1;
            private int Leave(int n) { {{release}}; return n; }
            public void Switch()
            {
                switch ({{attempt}})
                {
                    case true: _n++; {{release}}; break;
                    case false: Cond(); break;
                }
            }
            public void Conditional()
            {
                bool ok = Cond() ? {{attempt}} : false;
                if (ok)
                {
                    _n++;
                    {{release}};
                }
            }
            public void Finally()
            {
                bool ok = {{attempt}};
                try { if (ok) _n++; }
                finally { if (ok) {{release}}; }
            }
            public void Assigned()
            {
                bool ok;
                if (ok = {{attempt}})
                    _n++;
                if (ok)
                    {{release}};
            }
            public void Pattern() { if ({{attempt}} is var ok && ok) { _n++; {{release}}; } }
            public void Tuple() { (bool ok, int x) = ({{attempt}}, 1); if (ok) { _n += x; {{release}}; } }
            public void BitAnd(bool c) { bool ok = {{attempt}}; if (ok & c) { _n++; } if (ok) {{release}}; }
        }
        """);

    [Theory]
    [MemberData(nameof(Tries))]
    public Task Attempt_WrongBranch(string field, string attempt, string release) => LocksOnly.VerifyAsync($$"""
        class C
        {
            {{field}}
            [GuardedBy("l")] int _n;
            static bool Cond() => true;

            public void Else() { if ({{attempt}}) { {{release}}; } else { {|LCK1001:_n|}++; } }
            public void Early() { if ({{attempt}}) { {{release}}; return; } {|LCK1001:_n|}++; }
            public void Compared() { if ({{attempt}} == false) { {|LCK1001:_n|}++; return; } {{release}}; }
            public void Stale() { if ({{attempt}}) { {{release}}; {|LCK1001:_n|}++; } }
            public void Wrong(bool c) { bool ok = {{attempt}}; if (c) {|LCK1001:_n|}++; if (ok) {{release}}; }
            public void SwitchArm() { switch ({{attempt}}) { case false: {|LCK1001:_n|}++; break; default: {{release}}; break; } }
            public void NotWhile() { while (!{{attempt}}) {|LCK1001:_n|}++; {{release}}; }
        }
        """);

    [Fact]
    public Task AttemptAgainIntoTheSameFlag_IsTheSecondOne() => LocksOnly.VerifyMembersAsync("""
        public void Right()
        {
            bool a = Monitor.TryEnter(_sync);
            if (a)
            {
                Monitor.Exit(_sync);
                a = Monitor.TryEnter(_sync);
            }
            if (a)
                Monitor.Exit(_sync);
        }
        public void Wrong()
        {
            bool a = Monitor.TryEnter(_sync);
            bool b = false;
            if (a)
            {
                Monitor.Exit(_sync);
                b = Monitor.{|LCK1004:TryEnter|}(_sync);
            }
            if (a && !b)
                return;
        }
        """);

    [Fact]
    public Task ResultIgnored_IsFound() => LocksOnly.VerifyMembersAsync("""
        public void Wrong()
        {
            Monitor.{|LCK1009:TryEnter|}(_sync);
            Monitor.Exit(_sync);
        }
        public void WrongDiscard()
        {
            _ = _gate.{|LCK1009:TryEnter|}();
            _gate.Exit();
        }
        public async Task WrongAsync(CancellationToken c)
        {
            await _sem.{|LCK1009:WaitAsync|}(10, c).ConfigureAwait(false);
            _sem.Release();
        }
        readonly SemaphoreSlim _sem = new(1, 1);
        public async Task Right()
        {
            if (await _sem.WaitAsync(10))
                _sem.Release();
            var task = _sem.WaitAsync(10);
            if (!await task)
                return;
            _sem.Release();
        }
        """);

    [Fact]
    public Task SharedAttempt_ReadsOnly() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;
            public int M()
            {
                if (!_rw.TryEnterReadLock(10))
                    return -1;
                try
                {
                    {|LCK1003:_n|} = 2;
                    return _n;
                }
                finally { _rw.ExitReadLock(); }
            }
            public void Upgraded()
            {
                if (!_rw.TryEnterUpgradeableReadLock(10))
                    return;
                if (_n == 0 && _rw.TryEnterWriteLock(10))
                {
                    _n = 2;
                    _rw.ExitWriteLock();
                }
                _rw.ExitUpgradeableReadLock();
            }
        }
        """);

    [Fact]
    public Task TakenFlag_SaysWhetherItIsHeld() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            SpinLock _spin = new(false);
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_spin")] int _m;
            public void Right()
            {
                bool taken = false;
                Monitor.TryEnter(_gate, 10, ref taken);
                if (taken)
                {
                    _n++;
                    Monitor.Exit(_gate);
                }
                bool spun = false;
                try
                {
                    _spin.TryEnter(ref spun);
                    if (!spun)
                        return;
                    _m++;
                }
                finally
                {
                    if (spun)
                        _spin.Exit(false);
                }
            }
            public void Wrong()
            {
                bool taken = false;
                Monitor.TryEnter(_gate, ref taken);
                {|LCK1001:_n|}++;
                if (taken)
                    Monitor.Exit(_gate);
            }
        }
        """);

    [Fact]
    public Task SeveralLocksTried_AreHeldTogether() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new();
            [GuardedBy("_a", "_b")] int _n;
            [TryAcquiresLock("_a", "_b")]
            public bool TryBoth()
            {
                if (!Monitor.TryEnter(_a))
                    return false;
                if (Monitor.TryEnter(_b))
                    return true;
                Monitor.Exit(_a);
                return false;
            }
            [ReleasesLock("_a", "_b")]
            public void Free() { Monitor.Exit(_b); Monitor.Exit(_a); }
            public void Right()
            {
                if (!TryBoth())
                    return;
                _n++;
                Free();
            }
            public void Wrong()
            {
                if ({|LCK1004:TryBoth|}())
                    Monitor.Exit(_b);
            }
        }
        """);

    [Fact]
    public Task SwitchExpressionOnTheResult_FollowsTheArm() => LocksOnly.VerifyMembersAsync("""
        public int Right() => _gate.TryEnter() switch
        {
            true => Leave(_n),
            false => -1,
        };
        private int Leave(int n) { _gate.Exit(); return n; }
        public int Wrong()
        {
            return _gate.TryEnter() switch
            {
                false => {|LCK1001:_n|},
                _ => Leave(0),
            };
        }
        """);

    [Fact]
    public Task NestedAttemptsOnAReentrantLock_AreCounted() => LocksOnly.VerifyMembersAsync("""
        public void Right()
        {
            if (Monitor.TryEnter(_sync))
            {
                if (Monitor.TryEnter(_sync))
                {
                    _k++;
                    Monitor.Exit(_sync);
                }
                _k++;
                Monitor.Exit(_sync);
            }
        }
        public void Wrong()
        {
            if (Monitor.TryEnter(_sync))
            {
                if (Monitor.{|LCK1008:TryEnter|}(_sync))
                    _k++;
                Monitor.Exit(_sync);
            }
        }
        """);
}
