using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1004ReleaseFix>;

namespace LockDiscipline.Tests.Fixes;

/// <summary>The lock held by a statement of the language, where it offers a way to do so.</summary>
public sealed class LCK1004ScopeFixTests
{
    const string Scope = "LCK1004.scope";

    [Fact]
    public Task Monitor_BecomesALockStatement() => Test.VerifyMembersAsync("""
            int M(int value)
            {
                // Nobody else.
                Monitor.{|LCK1004:Enter|}(_sync);

                // Odd ones have no half.
                if (value % 2 != 0)
                    return -1; // odd
                if (value == 4)
                {
                    Monitor.Exit(_sync);
                    return 4;
                }
                _k++;
                // Done with it.
                Monitor.Exit(_sync); // out
                return value / 2;
            }
        """, """
            int M(int value)
            {
                // Nobody else.
                lock (_sync)
                {
                    // Odd ones have no half.
                    if (value % 2 != 0)
                        return -1; // odd
                    if (value == 4)
                    {
                        return 4;
                    }
                    _k++;
                    // Done with it.
                } // out
                return value / 2;
            }
        """, Scope);

    [Fact]
    public Task AnnotatedLock_BecomesAUsing() => Test.VerifyMembersAsync("""
            int M()
            {
                _gate.{|LCK1004:Enter|}();
                return _n;
            }
        """, """
            int M()
            {
                using (_gate.Open())
                {
                    return _n;
                }
            }
        """, Scope);

    [Fact]
    public Task LockObject_BecomesAUsing() => Test.VerifyBareAsync("""
        using System.Threading;

        class C
        {
            readonly Lock _lock = new();
            int _n;

            int M(bool early) {
                _lock.{|LCK1004:Enter|}();
                if (early)
                    return 0;
                _n++;
                _lock.Exit();
                return _n;
            }
        }
        """, """
        using System.Threading;

        class C
        {
            readonly Lock _lock = new();
            int _n;

            int M(bool early) {
                using (_lock.EnterScope()) {
                    if (early)
                        return 0;
                    _n++;
                }
                return _n;
            }
        }
        """, Scope);

    [Fact]
    public Task ScopeOfTheSameModeOnTheOwner_Taken() => Test.VerifyAsync("""
        public class Map
        {
            public readonly Shared Lock = new();
            [GuardedBy("Lock")] public int Value;
            [AcquiresLock("Lock", Shared = true)] public ReadScope Read() => new(Lock);
            [AcquiresLock("Lock")] public WriteScope Write() => new(Lock);
        }

        [ScopedLock] public class ReadScope : IDisposable { [AcquiresLock("rw", Shared = true)] public ReadScope(Shared rw) { } public void Dispose() { } }
        [ScopedLock] public class WriteScope : IDisposable { [AcquiresLock("rw")] public WriteScope(Shared rw) { } public void Dispose() { } }

        public class C
        {
            int Reads(Map map)
            {
                map.Lock.{|LCK1004:EnterRead|}();
                return map.Value;
            }

            void Writes(Map map)
            {
                map.Lock.{|LCK1004:EnterWrite|}();
                map.Value = 1;
            }
        }
        """, """
        public class Map
        {
            public readonly Shared Lock = new();
            [GuardedBy("Lock")] public int Value;
            [AcquiresLock("Lock", Shared = true)] public ReadScope Read() => new(Lock);
            [AcquiresLock("Lock")] public WriteScope Write() => new(Lock);
        }

        [ScopedLock] public class ReadScope : IDisposable { [AcquiresLock("rw", Shared = true)] public ReadScope(Shared rw) { } public void Dispose() { } }
        [ScopedLock] public class WriteScope : IDisposable { [AcquiresLock("rw")] public WriteScope(Shared rw) { } public void Dispose() { } }

        public class C
        {
            int Reads(Map map)
            {
                using (map.Read())
                {
                    return map.Value;
                }
            }

            void Writes(Map map)
            {
                using (map.Write())
                {
                    map.Value = 1;
                }
            }
        }
        """, Scope);

    [Fact]
    public Task NoScopeOrNoRoomForOne_NotOffered() => Test.VerifyNoneAsync("""
            void NoScopedForm(bool early)
            {
                _rw.{|LCK1004:EnterWrite|}();
                if (early)
                    return;
                _rw.ExitWrite();
            }

            int VariableUsedBehind(bool early)
            {
                Monitor.{|LCK1004:Enter|}(_sync);
                var x = _k;
                if (early)
                    return 0;
                Monitor.Exit(_sync);
                return x;
            }

            void WorkAfterTheRelease(int value)
            {
                Monitor.{|LCK1004:Enter|}(_sync);
                if (value == 1)
                {
                    Monitor.Exit(_sync);
                    Work();
                    return;
                }
                if (value == 2)
                    return;
                Monitor.Exit(_sync);
            }

            void Attempt()
            {
                if (_gate.{|LCK1004:TryEnter|}())
                {
                    _n++;
                }
            }

            void TakenByReference(bool early)
            {
                bool taken = false;
                Monitor.{|LCK1004:Enter|}(_sync, ref taken);
                if (early)
                    return;
                Monitor.Exit(_sync);
            }
        """, Scope);
}
