using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Complaints that users have of other checkers: about exceptions, scopes and helpers.</summary>
public sealed class ComplaintBehaviours
{
    [Fact]
    public Task ThrowHelper_EndsThePath() => LocksOnly.VerifyMembersAsync("""
        static class Throw
        {
            [System.Diagnostics.CodeAnalysis.DoesNotReturn] public static void Bad() => throw new InvalidOperationException();
            public static Exception Make() => new InvalidOperationException();
        }
        public void Wrong(int n)
        {
            _gate.{|LCK1004:Enter|}();
            if (n < 0)
                throw Throw.Make();
            _gate.Exit();
        }
        public void Right(int n)
        {
            _gate.Enter();
            try
            {
                ArgumentNullException.ThrowIfNull(this);
                if (n < 0) Throw.Bad();
                if (n == 0) throw Throw.Make();
            }
            finally { _gate.Exit(); }
        }
        public int Nested(int n)
        {
            _gate.Enter();
            try
            {
                try { Work(); }
                catch (ArgumentException e) when (e.Message.Length > 0) { throw new InvalidOperationException("", e); }
                catch (Exception) { return -1; }
                return _n;
            }
            finally { _gate.Exit(); }
        }
        public void Rethrow()
        {
            _gate.Enter();
            try { Work(); }
            catch
            {
                _gate.Exit();
                throw;
            }
            _n++;
            _gate.Exit();
        }
        public void RethrowWithout()
        {
            _gate.Enter();
            try { Work(); }
            catch (InvalidOperationException)
            {
                _n++;
                _gate.Exit();
                return;
            }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task EnterInsideTheTry_IsReleasedInFinally() => LocksOnly.VerifyMembersAsync("""
        void Inside()
        {
            try { Monitor.Enter(_sync); _k++; }
            finally { Monitor.Exit(_sync); }
        }
        void Taken()
        {
            var taken = false;
            try { Monitor.Enter(_sync, ref taken); _k++; }
            finally { if (taken) Monitor.Exit(_sync); }
        }
        void WorkBefore()
        {
            bool taken = false;
            try
            {
                Work();
                Monitor.TryEnter(_sync, TimeSpan.FromSeconds(1), ref taken);
                if (!taken) throw new TimeoutException();
                _k++;
            }
            finally { if (taken) Monitor.Exit(_sync); }
        }
        async Task Async(SemaphoreSlim sem, CancellationToken c)
        {
            var entered = false;
            try
            {
                await sem.WaitAsync(c);
                entered = true;
                await Task.Yield();
            }
            catch (OperationCanceledException) { }
            finally { if (entered) sem.Release(); }
        }
        void Mutex(Mutex m)
        {
            bool owned = false;
            try
            {
                try { owned = m.WaitOne(10); }
                catch (AbandonedMutexException) { owned = true; }
                if (!owned) return;
                Work();
            }
            finally { if (owned) m.ReleaseMutex(); }
        }
        """);

    [Fact]
    public Task DisposableHelper_TakesInItsConstructor() => LocksOnly.VerifyAsync("""
        sealed class ReadGuard : IDisposable
        {
            readonly ReaderWriterLockSlim _rw;
            public ReadGuard(ReaderWriterLockSlim rw) { _rw = rw; _rw.EnterReadLock(); }
            public void Dispose() => _rw.ExitReadLock();
        }
        struct WriteGuard : IDisposable
        {
            ReaderWriterLockSlim? _rw;
            public WriteGuard(ReaderWriterLockSlim rw) { _rw = rw; rw.EnterWriteLock(); }
            public void Dispose() { _rw?.ExitWriteLock(); _rw = null; }
        }
        class Wrapper : IDisposable
        {
            readonly Lock _lock = new();
            public Wrapper() => _lock.Enter();
            public void Dispose() { _lock.Exit(); }
        }
        """);

    [Fact]
    public Task TryAcquireInEveryCondition_IsFollowed() => LocksOnly.VerifyMembersAsync("""
        void Assert()
        {
            if (!_gate.TryEnter())
                throw new InvalidOperationException();
            _n++;
            _gate.Exit();
        }
        void DebugAssert()
        {
            var ok = _gate.TryEnter();
            System.Diagnostics.Debug.Assert(ok);
            _n++;
            _gate.Exit();
        }
        int Both()
        {
            if (_gate.TryEnter() && _other.TryEnter())
            {
                _other.Exit();
                _gate.Exit();
                return 1;
            }
            return 0;
        }
        void Retry(int tries)
        {
            while (tries-- > 0)
            {
                if (!_gate.TryEnter())
                {
                    Thread.Sleep(1);
                    continue;
                }
                try { _n++; break; }
                finally { _gate.Exit(); }
            }
        }
        bool Until(DateTime end)
        {
            while (!_gate.TryEnter())
            {
                if (DateTime.Now > end)
                    return false;
            }
            _n++;
            _gate.Exit();
            return true;
        }
        """.Replace("_gate.TryEnter() && _other", "_gate.{|LCK1004:TryEnter|}() && _other"));

    [Fact]
    public Task LockTakenThroughAnInterface_IsTheSameLock() => LocksOnly.VerifyAsync("""
        interface IHasGate { object Gate { get; } }
        class Node : IHasGate
        {
            public object Gate { get; } = new();
            [GuardedBy("Gate")] public int N;
        }
        class User
        {
            void Right(Node n)
            {
                IHasGate g = n;
                lock (g.Gate)
                    n.N++;
            }
            void Generic<T>(T n) where T : Node { lock (n.Gate) n.N++; }
            void Wrong(Node n, IHasGate g) { lock (g.Gate) n.{|LCK1001:N|}++; }
        }
        """);
}
