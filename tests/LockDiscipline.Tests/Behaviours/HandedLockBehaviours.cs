namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks that are handed to code that releases them later: continuations, undo lists, disposables.</summary>
public sealed class HandedLockBehaviours
{
    [Fact]
    public Task LambdaThatReleases_HasTheLockFromThereOn() => LocksOnly.VerifyAsync("""

        public class C
        {
            sealed class Undo(Action action) : IDisposable { public void Dispose() => action(); }
            readonly SemaphoreSlim _slim = new(1, 1);
            readonly Gate _gate = new();
            readonly Stack<Action> _undo = new();
            [GuardedBy("_gate")] int _n;
            static Task Work() => Task.CompletedTask;
            public IDisposable Disposable()
            {
                _gate.Enter();
                return new Undo(() => _gate.Exit());
            }
            public IDisposable Group()
            {
                _gate.Enter();
                return new Undo(_gate.Exit);
            }
            public void Local()
            {
                _gate.Enter();
                using var undo = new Undo(() => _gate.Exit());
                _n = 1;
            }
            public Task Continuation()
            {
                _slim.Wait();
                return Work().ContinueWith(_ => { _slim.Release(); });
            }
            public void Apart()
            {
                _slim.Wait();
                Task.Run(() =>
                {
                    try { _ = 1; }
                    finally { _slim.Release(); }
                });
            }
            public void List()
            {
                _gate.Enter();
                _undo.Push(() => _gate.Exit());
            }
            public Action Returned()
            {
                _gate.Enter();
                return () => _gate.Exit();
            }
            public void Wrong()
            {
                _gate.{|LCK1004:Enter|}();
                _undo.Push(() => {|LCK1001:_n|} = 2);
            }
        }
        """);

    [Fact]
    public Task LambdaThatNobodyRuns_ReleasesNothing() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _gate = new();
            public void Wrong()
            {
                _gate.{|LCK1004:Enter|}();
                Action later = () => _gate.{|LCK1005:Exit|}();
            }
        }
        """);

    [Fact]
    public Task ThreadBoundLock_CannotBeReleasedByAnotherThread() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object _gate = new();
            public void Wrong()
            {
                Monitor.{|LCK1004:Enter|}(_gate);
                Task.Run(() => Monitor.{|LCK1005:Exit|}(_gate));
            }
        }
        """);

    [Fact]
    public Task CalleeThatRunsWhatReleases_IsTrustedToRunIt() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            static void Run(Action action) => action();
            public void Right()
            {
                _gate.Enter();
                try { _n = 1; }
                finally { Run(() => _gate.Exit()); }
            }
            public void Variable()
            {
                Action release = _gate.Exit;
                _gate.Enter();
                try { _n = 1; }
                finally { release(); }
            }
            public void WrongVariable()
            {
                Action release = _gate.Exit;
                _gate.Enter();
                release();
                {|LCK1001:_n|} = 1;
            }
        }
        """);

    [Fact]
    public Task LocksInACollection_AreReleasedByWhoeverTakesThemOut() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _a = new(), _b = new();
            public void Stack()
            {
                var held = new Stack<Gate>();
                _a.Enter();
                held.Push(_a);
                _b.Enter();
                held.Push(_b);
                while (held.Count > 0)
                    held.Pop().Exit();
            }
            public void List()
            {
                var held = new List<Gate>();
                _a.Enter();
                held.Add(_a);
                foreach (var gate in held)
                    gate.Exit();
            }
            public void Wrong()
            {
                var known = new List<Gate>();
                known.Add(_a);
                _a.{|LCK1004:Enter|}();
            }
        }
        """);

    [Fact]
    public Task GuardedWithinTheDisposableThatReleases() => LocksOnly.VerifyMembersAsync("""
        class Undo : IDisposable { readonly Action _a; public Undo(Action a) => _a = a; public void Dispose() => _a(); }
        readonly SemaphoreSlim _slots = new(1, 1);
        [GuardedBy("_slots")] int _q;
        Undo Lock() { Monitor.Enter(_sync); return new Undo(() => Monitor.Exit(_sync)); }
        IDisposable LockAs() { Monitor.Enter(_sync); return new Undo(() => Monitor.Exit(_sync)); }
        async Task<IDisposable> LockAsync() { await _slots.WaitAsync(); return new Undo(() => _slots.Release()); }
        void A() { using (Lock()) _k++; }
        void B() { using var l = LockAs(); _k++; }
        void C1() { var l = Lock(); try { _k++; } finally { l.Dispose(); } {|LCK1001:_k|}++; }
        async Task D() { using (await LockAsync()) _q++; {|LCK1001:_q|}++; }
        """);
}
