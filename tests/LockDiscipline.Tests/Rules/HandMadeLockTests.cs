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
}
