using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Locks that are still held where a body is left.</summary>
public sealed class LCK1004Tests
{
    [Fact]
    public Task EveryOffendingExit_IsAnAdditionalLocationOfOneFinding() => Flows.VerifyMembersAsync("""
        public int M(int i)
        {
            _gate.{|#0:Enter|}();
            if (i == 1)
                {|#1:return 1;|}
            if (i == 2)
                {|#2:return 2;|}
            _gate.Exit();
            return 3;
        }
        """, VerifyCS.Diagnostic("LCK1004").WithLocation(0).WithLocation(1).WithLocation(2).WithArguments("_gate", ""));

    [Fact]
    public Task HeldAtTheEnd_IsFound() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.{|#0:Enter|}();
            _n++;
        {|#1:}|}
        """, VerifyCS.Diagnostic("LCK1004").WithLocation(0).WithLocation(1).WithArguments("_gate", ""));

    [Fact]
    public Task ThrowInTheBody_Counts() => Flows.VerifyMembersAsync("""
        public void M(int i)
        {
            _gate.{|#0:Enter|}();
            if (i == 1)
                {|#1:throw new InvalidOperationException();|}
            _gate.Exit();
        }
        """, VerifyCS.Diagnostic("LCK1004").WithLocation(0).WithLocation(1).WithArguments("_gate", " by an exception"));

    [Fact]
    public Task ThrowExpressionsAndRethrow_Count() => Flows.VerifyMembersAsync("""
        public void M(string s)
        {
            _gate.{|LCK1004:Enter|}();
            var t = s ?? throw new ArgumentNullException();
            _gate.Exit();
        }
        public int N(int i)
        {
            _gate.{|LCK1004:Enter|}();
            int r = i switch { 1 => 2, _ => throw new InvalidOperationException() };
            _gate.Exit();
            return r;
        }
        public void O()
        {
            _gate.{|LCK1004:Enter|}();
            try { Work(); } catch (InvalidOperationException) { throw; }
            _gate.Exit();
        }
        public void P()
        {
            _gate.Enter();
            try { if (Cond()) throw new InvalidOperationException(); } catch (InvalidOperationException) { }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task EveryKindOfLock() => Flows.VerifyAsync("""
        class P
        {
            readonly object _sync = new();
            readonly Lock _lock = new();
            SpinLock _spin = new(false);
            readonly ReaderWriterLockSlim _rw = new();
            readonly SemaphoreSlim _one = new(1, 1);
            readonly SemaphoreSlim _four = new(4);
            readonly SemaphoreSlim _fourMax = new(1, 4);
            readonly Mutex _mutex = new();
            void A() { Monitor.{|LCK1004:Enter|}(_sync); if (_sync.Equals(1)) return; Monitor.Exit(_sync); }
            void B() { _lock.{|LCK1004:Enter|}(); if (_sync.Equals(1)) return; _lock.Exit(); }
            void C() { bool t = false; _spin.{|LCK1004:Enter|}(ref t); if (_sync.Equals(1)) return; _spin.Exit(); }
            void D() { _rw.{|LCK1004:EnterReadLock|}(); if (_sync.Equals(1)) return; _rw.ExitReadLock(); }
            void E() { _rw.{|LCK1004:EnterWriteLock|}(); if (_sync.Equals(1)) return; _rw.ExitWriteLock(); }
            void F() { _rw.{|LCK1004:EnterUpgradeableReadLock|}(); if (_sync.Equals(1)) return; _rw.ExitUpgradeableReadLock(); }
            void G() { _one.{|LCK1004:Wait|}(); if (_sync.Equals(1)) return; _one.Release(); }
            async Task H() { await _one.{|LCK1004:WaitAsync|}(); if (_sync.Equals(1)) return; _one.Release(); }
            void I() { _mutex.{|LCK1004:WaitOne|}(); if (_sync.Equals(1)) return; _mutex.ReleaseMutex(); }
            void J() { if (Monitor.{|LCK1004:TryEnter|}(_sync)) { if (_sync.Equals(1)) return; Monitor.Exit(_sync); } }
            void K() { if (_one.{|LCK1004:Wait|}(5)) { if (_sync.Equals(1)) return; _one.Release(); } }
            void L() { _four.Wait(); }
            void M() { _fourMax.Wait(); }
            void N() { _four.Release(); }
            void O(SemaphoreSlim signal) { signal.Wait(); }
            void Q(EventWaitHandle handle) { handle.WaitOne(); }
        }
        """);

    [Fact]
    public Task NestedReentrantEnters_NeedAsManyExits() => Flows.VerifyMembersAsync("""
        public void M()
        {
            Monitor.Enter(_sync);
            Monitor.Enter(_sync);
            Monitor.Exit(_sync);
            Monitor.Exit(_sync);
        }
        public void N()
        {
            Monitor.{|LCK1004:Enter|}(_sync);
            Monitor.Enter(_sync);
            Monitor.Exit(_sync);
        }
        public void O()
        {
            lock (_sync) { lock (_sync) { lock (_sync) { _k++; } _k++; } _k++; }
            Monitor.Enter(_sync);
            lock (_sync) _k++;
            _k++;
            Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task ReleasedInLoopsSwitchAndGoto() => Flows.VerifyMembersAsync("""
        public void Loop(int[] items)
        {
            _gate.{|LCK1004:Enter|}();
            foreach (var i in items)
                if (i == _n)
                    return;
            _gate.Exit();
        }
        public void Goto()
        {
            _gate.{|LCK1004:Enter|}();
            if (Cond())
                goto end;
            _gate.Exit();
        end:
            Work();
        }
        public void Switch(int i)
        {
            _gate.{|LCK1004:Enter|}();
            switch (i)
            {
                case 1: _gate.Exit(); return;
                case 2: _gate.Exit(); break;
                case 3: return;
                default: goto case 2;
            }
        }
        public void Right(int i)
        {
            _gate.Enter();
            switch (i)
            {
                case 1: _gate.Exit(); return;
                case 2: _gate.Exit(); break;
                default: goto case 2;
            }
        }
        """);

    [Fact]
    public Task Contracts_SayWhatIsLeftHeld() => Flows.VerifyMembersAsync("""
        [AcquiresLock("_gate")] public void Take() => _gate.Enter();
        [AcquiresLock("_gate")] public void Wrong() { _gate.Enter(); _other.{|LCK1004:Enter|}(); }
        [TryAcquiresLock("_gate")] public bool Try()
        {
            _gate.{|LCK1004:Enter|}();
            if (_n > 3)
                return false;
            return true;
        }
        [TryAcquiresLock("_gate", Result = false)] public bool Inverse()
        {
            _gate.Enter();
            if (_n > 3)
            {
                _gate.Exit();
                return true;
            }
            return false;
        }
        [TryAcquiresLock("_gate")] public bool Forward() => _gate.TryEnter();
        [TryAcquiresLock("_gate")] public object MaybeNull()
        {
            if (!_gate.TryEnter()) return null;
            return _other;
        }
        [RequiresLock("_gate")] public void Twice() { _gate.Exit(); _gate.Enter(); }
        [ReleasesLock("_gate")] public void Drop() => _gate.Exit();
        """);

    [Fact]
    public Task UnreachableOrEndlessCode_IsNoExit() => Flows.VerifyMembersAsync("""
        [System.Diagnostics.CodeAnalysis.DoesNotReturn] static void Die() => throw new InvalidOperationException();
        public void Fail() { _gate.Enter(); if (_n > 3) Environment.FailFast("no"); _gate.Exit(); }
        public void Throw() { _gate.Enter(); if (_n > 3) Die(); _gate.Exit(); }
        public void Endless() { _gate.Enter(); while (true) { _n++; } }
        public void Asserted(bool b)
        {
            if (b) _gate.Enter();
            System.Diagnostics.Debug.Assert(b);
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task FinallyAndNestedTry() => Flows.VerifyMembersAsync("""
        public int AA()
        {
            _gate.Enter();
            try
            {
                try { if (Cond()) return 1; throw new InvalidOperationException(); }
                finally { Work(); }
            }
            finally { _gate.Exit(); }
        }
        public void BB()
        {
            bool held = false;
            try
            {
                _gate.Enter();
                held = true;
                if (Cond()) return;
                _gate.Exit();
                held = false;
                Work();
            }
            finally
            {
                if (held) _gate.Exit();
            }
        }
        public void CC()
        {
            try { _gate.{|LCK1004:Enter|}(); if (Cond()) return; _gate.Exit(); }
            finally { Work(); }
        }
        public void DD()
        {
            _gate.Enter();
            try { Work(); }
            catch (Exception e) when (e is InvalidOperationException) { _gate.Exit(); return; }
            catch { _gate.Exit(); throw; }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task Lambdas_AsyncAndIterators() => Flows.VerifyMembersAsync("""
        readonly SemaphoreSlim _sem = new(1, 1);
        public void M()
        {
            Action a = () => { _gate.{|LCK1004:Enter|}(); _n++; };
            Action b = () => { _gate.Enter(); _n++; _gate.Exit(); };
        }
        public async Task<int> N()
        {
            await _sem.{|LCK1004:WaitAsync|}();
            if (Cond())
                return await Task.FromResult(1);
            _sem.Release();
            return 2;
        }
        public async Task<int> O()
        {
            await _sem.WaitAsync().ConfigureAwait(false);
            try { return await Task.FromResult(1); }
            finally { _sem.Release(); }
        }
        public IEnumerable<int> P()
        {
            _sem.{|LCK1004:Wait|}();
            if (Cond()) yield break;
            _sem.Release();
        }
        """);

    [Fact]
    public Task LeavesHeldInPropertiesConstructorsOperatorsTopLevel() => Flows.VerifyAsync("""
        class P
        {
            static readonly Gate s_gate = new();
            public int X { get { s_gate.{|LCK1004:Enter|}(); return 1; } set { s_gate.{|LCK1004:Enter|}(); } }
            public int this[int i] { get { s_gate.{|LCK1004:Enter|}(); return 1; } }
            public event Action E { add { s_gate.{|LCK1004:Enter|}(); } remove { } }
            public P() { s_gate.{|LCK1004:Enter|}(); }
            static P() { s_gate.{|LCK1004:Enter|}(); }
            ~P() { s_gate.{|LCK1004:Enter|}(); }
            public static P operator +(P a, P b) { s_gate.{|LCK1004:Enter|}(); return a; }
            public static implicit operator int(P a) { s_gate.{|LCK1004:Enter|}(); return 1; }
            Action _field = () => s_gate.{|LCK1004:Enter|}();
        }
        record R(int I) { public void M(Gate g) { g.{|LCK1004:Enter|}(); } }
        struct S { public void M(Gate g) { g.{|LCK1004:Enter|}(); } }
        """);

    [Theory]
    [InlineData("none", false, false)]
    [InlineData("throws", true, false)]
    [InlineData("calls", true, true)]
    [InlineData("CALLS", true, true)]
    public Task ExceptionalPaths_AreAnOption(string value, bool throws, bool calls) => Flows.VerifyWithOptionAsync(
        $"lock_discipline.exceptional_paths = {value}",
        Flows.WithMembers($$"""
            public void Throws(int i)
            {
                _gate.{{(throws ? "{|LCK1004:Enter|}" : "Enter")}}();
                if (i == 1)
                    throw new InvalidOperationException();
                _gate.Exit();
            }
            public void Calls()
            {
                _gate.{{(calls ? "{|LCK1004:Enter|}" : "Enter")}}();
                Work();
                _gate.Exit();
            }
            public void Right()
            {
                _gate.Enter();
                try { Work(); } finally { _gate.Exit(); }
                lock (_sync) Work();
                using (_gate.Open()) Work();
            }
            """));

    [Fact]
    public Task CallersLockTakenOnceMore_Found() => Flows.VerifyMembersAsync("""
            [RequiresLock("_sync")] public void M()
            {
                Monitor.{|LCK1004:Enter|}(_sync);
                _k++;
            }
        """);

    [Fact]
    public Task OperationOfTheLockThatItIsGiven_IsForwarded() => Flows.VerifyAsync("""
        public static class Guard
        {
            public static void Enter(object obj) => Monitor.Enter(obj);
            public static void TryEnter(object obj, ref bool lockTaken) { Monitor.TryEnter(obj, ref lockTaken); }
            public static bool TryEnter(object obj, int milliseconds) { return Monitor.TryEnter(obj, milliseconds); }
            public static void Pulse(object obj) => Monitor.Pulse(obj);
            public static bool Wait(object obj) => Monitor.Wait(obj);

            public static void Take(object obj) { Monitor.{|LCK1004:Enter|}(obj); }
            public static void Twice(object obj) { Monitor.{|LCK1004:Enter|}(obj); Console.WriteLine(); }
            public static void PulseAndTell(object obj) { Monitor.{|LCK1002:Pulse|}(obj); Console.WriteLine(); }
        }

        public class Own
        {
            readonly object _gate = new();
            public void Enter() => Monitor.{|LCK1004:Enter|}(_gate);
            public void Pulse() => Monitor.{|LCK1002:Pulse|}(_gate);
        }
        """);

    [Fact]
    public Task ScopeThatOnlyItsHelperKnows_ReleasesWhenItIsDisposed() => Flows.VerifyAsync("""
        static class Scopes
        {
            sealed class Token : IDisposable
            {
                ReaderWriterLockSlim? _lock;
                public Token(ReaderWriterLockSlim sync) { _lock = sync; sync.EnterWriteLock(); }
                public void Dispose() { if (_lock != null) { _lock.ExitWriteLock(); _lock = null; } }
            }
            public static IDisposable Write(this ReaderWriterLockSlim sync) => new Token(sync);
        }

        public class User
        {
            readonly ReaderWriterLockSlim _lock = new();
            int _k;
            public void Right() { using (_lock.Write()) _k++; }
            public int RightToo() { using var scope = _lock.Write(); return _k; }
            public void Wrong(bool c) { var scope = _lock.{|LCK1010:Write|}(); if (c) return; scope.Dispose(); }
        }
        """);
}
