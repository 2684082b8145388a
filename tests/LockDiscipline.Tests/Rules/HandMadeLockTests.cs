using Microsoft.CodeAnalysis;

namespace LockDiscipline.Tests.Rules;

/// <summary>Types that are locks by their own making, without a contract: told as a suggestion, while a release that was forgotten stays a warning.</summary>
public sealed class HandMadeLockTests
{
    [Fact]
    public Task OneMemberTakes_AnotherGivesBack_IsASuggestion() => Flows.VerifyAsync("""
        public class Latch
        {
            readonly object _sync = new();
            int _depth;
            public void Enter()
            {
                Monitor.{|#0:Enter|}(_sync);
                _depth++;
            }
            public void Leave()
            {
                _depth--;
                Monitor.{|#2:Exit|}(_sync);
            }
        }
        """,
        Suggestion("LCK1004", 0),
        Suggestion("LCK1005", 2));

    [Fact]
    public Task NobodyGivesItBack_IsAWarning() => Flows.VerifyAsync("""
        public class Latch
        {
            readonly object _sync = new();
            int _depth;
            public void Enter()
            {
                Monitor.{|#0:Enter|}(_sync);
                _depth++;
            }
            public void Count()
            {
                lock (_sync)
                    _depth++;
            }
        }
        """, Warning("LCK1004", 0));

    /// <summary>A type that guards something of its own with the lock is no lock itself: what its members leave held or give back they should not.</summary>
    [Fact]
    public Task MemberWithItsOwnSection_MakesBothWarnings() => Flows.VerifyAsync("""
        public class Account
        {
            readonly object _sync = new();
            int _balance;
            public void Open() => Monitor.{|#0:Enter|}(_sync);
            public void Close() => Monitor.{|#1:Exit|}(_sync);
            public void Pay(int amount)
            {
                lock (_sync)
                    _balance += amount;
            }
        }
        public class Ledger
        {
            readonly object _sync = new();
            int _lines;
            public void Begin() => Monitor.{|#2:Enter|}(_sync);
            public void End() => Monitor.{|#3:Exit|}(_sync);
            public bool Add(bool b)
            {
                Monitor.{|#4:Enter|}(_sync);
                if (b)
                    return false;
                _lines++;
                Monitor.Exit(_sync);
                return true;
            }
        }
        """,
        Warning("LCK1004", 0),
        Warning("LCK1005", 1),
        Warning("LCK1004", 2),
        Warning("LCK1005", 3),
        Warning("LCK1004", 4));

    /// <summary>The object handed out releases the lock of the object around it; a wait gives it up for a time.</summary>
    [Fact]
    public Task HandleOfANestedType_CountsAsItsOwners() => Flows.VerifyAsync("""
        public class Section
        {
            readonly SemaphoreSlim _one = new(1, 1);
            readonly SemaphoreSlim _wake = new(0);
            public void Pause()
            {
                _one.{|#0:Release|}();
                _wake.Wait();
                _one.Wait();
            }
            void Free() => _one.Release();
            public class Handle : IDisposable
            {
                readonly Section _owner;
                int _depth;
                public Handle(Section owner) => _owner = owner;
                public void Enter()
                {
                    if (_depth == 0)
                        _owner._one.{|#1:Wait|}();
                    _depth++;
                }
                public void Dispose()
                {
                    if (--_depth == 0)
                        _owner.Free();
                }
            }
        }
        """,
        Suggestion("LCK1005", 0),
        Suggestion("LCK1004", 1));

    [Fact]
    public Task LockOfEachKey_IsASuggestion() => Flows.VerifyAsync("""
        public class Stripes
        {
            readonly object[] _locks = new object[16];
            public void Lock(int i) => Monitor.{|#0:Enter|}(_locks[i]);
            public void Unlock(int i) => Monitor.{|#1:Exit|}(_locks[i]);
        }
        """,
        Suggestion("LCK1004", 0),
        Suggestion("LCK1005", 1));

    /// <summary>The type's own members are its business: each of them is checked.</summary>
    [Fact]
    public Task PrivatePair_StillChecksItsCallers() => Flows.VerifyMembersAsync("""
        void Take() => _gate.Enter();
        void Give() => _gate.Exit();
        public void Right() { Take(); _n++; Give(); }
        public void Wrong() { {|#0:Take|}(); _n++; }
        public void WrongToo() => {|#2:Give|}();
        """,
        Warning("LCK1004", 0),
        Warning("LCK1005", 2));

    static DiagnosticResult Warning(string id, int place) => Flows.Finding(id, place).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);

    static DiagnosticResult Suggestion(string id, int place) => Warning(id, place) with { Severity = DiagnosticSeverity.Info };

    /// <summary>What it could not finish it takes back, and says so by what it returns.</summary>
    [Fact]
    public Task TakesItBackWhereItFails_IsASuggestion() => Flows.VerifyAsync("""
        public class FileLock
        {
            readonly Mutex _mutex = new();
            System.IO.Stream _stream;
            int _depth;
            public System.IO.Stream Acquire()
            {
                _mutex.{|#0:WaitOne|}();
                _depth++;
                if (_stream == null)
                {
                    _depth--;
                    _mutex.ReleaseMutex();
                    return null;
                }
                return _stream;
            }
            public void Release()
            {
                if (_depth > 0)
                {
                    _depth--;
                    _mutex.{|#1:ReleaseMutex|}();
                }
            }
        }
        public class Careless
        {
            readonly Mutex _mutex = new();
            int _n;
            public int Read(bool b)
            {
                _mutex.{|#2:WaitOne|}();
                if (b)
                    return _n;
                _mutex.ReleaseMutex();
                return 0;
            }
            public void Reset() => _mutex.{|#3:ReleaseMutex|}();
        }
        """,
        Suggestion("LCK1004", 0),
        Suggestion("LCK1005", 1),
        Warning("LCK1004", 2),
        Warning("LCK1005", 3));

    /// <summary>Static members that take and give back what they are given: the type operates locks for others.</summary>
    [Fact]
    public Task OperationsOfGivenLocks_AreSuggestions() => Flows.VerifyAsync("""
        public static class Sections
        {
            public static bool Begin(object gate, ref int depth)
            {
                depth++;
                return Monitor.{|#0:TryEnter|}(gate);
            }
            public static void End(object gate, ref int depth)
            {
                depth--;
                Monitor.{|#1:Exit|}(gate);
            }
        }
        public static class Careless
        {
            public static void Add(List<int> list)
            {
                Monitor.{|#2:Enter|}(list);
                list.Add(1);
            }
            public static void Clear(List<int> list)
            {
                lock (list)
                    list.Clear();
            }
        }
        """,
        Suggestion("LCK1004", 0),
        Suggestion("LCK1005", 1),
        Warning("LCK1004", 2));

    /// <summary>The members of one interface or base class, of which one begins what another one ends: who calls the one calls the other, whatever sections there are beside them.</summary>
    [Fact]
    public Task BeginAndEndOfOneInterface_AreSuggestionsBesideSections() => Flows.VerifyAsync("""
        public interface ITransactions
        {
            bool Begin();
            void Commit();
            void Add(int n);
            int Put(int n);
        }
        public class Engine : ITransactions
        {
            readonly Mutex _mutex = new();
            int _n;
            public bool Begin()
            {
                _mutex.{|#0:WaitOne|}();
                try
                {
                    _n++;
                    return _n > 3;
                }
                catch
                {
                    _mutex.ReleaseMutex();
                    throw;
                }
            }
            public void Commit()
            {
                if (_n == 0)
                    return;
                _mutex.{|#1:ReleaseMutex|}();
            }
            public void Add(int n)
            {
                _mutex.WaitOne();
                try { _n += n; } finally { _mutex.ReleaseMutex(); }
            }
            public int Put(int n)
            {
                _mutex.{|#2:WaitOne|}();
                if (n < 0)
                    return n;
                _n = n;
                _mutex.ReleaseMutex();
                return 0;
            }
            public void Reset() => _mutex.{|#3:ReleaseMutex|}();
        }
        """,
        Suggestion("LCK1004", 0),
        Suggestion("LCK1005", 1),
        Warning("LCK1004", 2),
        Warning("LCK1005", 3));

    [Fact]
    public Task OverridesInAPrivateType_AreForThoseWhoKnowTheBase() => Flows.VerifyAsync("""
        public abstract class Interceptor
        {
            public virtual void Starting() { }
            public virtual void Ended() { }
        }
        public class Behavior
        {
            readonly ReaderWriterLockSlim _rw = new();
            int _n;
            public Interceptor Make() => new Own(this);
            public void Save()
            {
                _rw.EnterWriteLock();
                try { _n++; } finally { _rw.ExitWriteLock(); }
            }
            sealed class Own : Interceptor
            {
                readonly Behavior _of;
                public Own(Behavior of) => _of = of;
                public override void Starting()
                {
                    _of._rw.{|#0:EnterWriteLock|}();
                    base.Starting();
                }
                public override void Ended()
                {
                    _of._rw.{|#1:ExitWriteLock|}();
                    base.Ended();
                }
            }
        }
        """,
        Suggestion("LCK1004", 0),
        Suggestion("LCK1005", 1));

    /// <summary>An acquire that is not awaited is whose who awaits what is returned.</summary>
    [Fact]
    public Task TaskOfAnAcquireReturned_IsASuggestion() => Flows.VerifyAsync("""
        public class C
        {
            readonly SemaphoreSlim _one = new(1, 1);
            int _n;
            public Task PauseAsync(CancellationToken cancel) => _one.{|#0:WaitAsync|}(cancel);
            public void Resume() => _one.{|#2:Release|}();
            public async Task AddAsync()
            {
                await _one.WaitAsync();
                try { _n++; } finally { _one.Release(); }
            }
        }
        public class Awaits
        {
            readonly SemaphoreSlim _one = new(1, 1);
            int _n;
            public async Task KeepAsync() => await _one.{|#1:WaitAsync|}();
            public void Resume() => _one.{|#3:Release|}();
            public async Task AddAsync()
            {
                await _one.WaitAsync();
                try { _n++; } finally { _one.Release(); }
            }
        }
        """,
        Suggestion("LCK1004", 0),
        Suggestion("LCK1005", 2),
        Warning("LCK1004", 1),
        Warning("LCK1005", 3));
}
