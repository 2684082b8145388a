using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1009TestAttemptFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1009TestAttemptFixTests
{
    [Fact]
    public Task ByReturnType_LeftEarly() => Test.VerifyMembersAsync("""
            void M()
            {
                // Now or never.
                _gate.{|LCK1009:TryEnter|}(); // try
                _n++;
                _gate.Exit();
            }
            bool N()
            {
                _gate.{|LCK1009:TryEnter|}();
                _n++;
                _gate.Exit();
                return true;
            }
            int O() { Monitor.{|LCK1009:TryEnter|}(_sync); _k++; Monitor.Exit(_sync); return 3; }
        """, """
            void M()
            {
                // Now or never.
                if (!_gate.TryEnter()) // try
                    return;
                _n++;
                _gate.Exit();
            }
            bool N()
            {
                if (!_gate.TryEnter())
                    return false;
                _n++;
                _gate.Exit();
                return true;
            }
            int O() { if (!Monitor.TryEnter(_sync)) return default; _k++; Monitor.Exit(_sync); return 3; }
        """);

    [Fact]
    public Task IteratorAndAsync_LeftTheirWay() => Test.VerifyMembersAsync("""
            IEnumerable<int> M()
            {
                _gate.{|LCK1009:TryEnter|}();
                _n++;
                _gate.Exit();
                yield return 1;
            }
            async Task N()
            {
                _sem.{|LCK1009:Wait|}(0);
                await Task.Yield();
                _sem.Release();
            }
        """, """
            IEnumerable<int> M()
            {
                if (!_gate.TryEnter())
                    yield break;
                _n++;
                _gate.Exit();
                yield return 1;
            }
            async Task N()
            {
                if (!_sem.Wait(0))
                    return;
                await Task.Yield();
                _sem.Release();
            }
        """);

    [Fact]
    public Task NeverReleased_ReleaseComesAlong() => Test.VerifyMembersAsync("""
            void M()
            {
                Monitor.{|LCK1009:TryEnter|}(_sync); // alone
            }
            void N()
            {
                _gate.{|LCK1009:TryEnter|}();
                _n++;
            }
        """, """
            void M()
            {
                if (!Monitor.TryEnter(_sync)) // alone
                    return;
                Monitor.Exit(_sync);
            }
            void N()
            {
                if (!_gate.TryEnter())
                    return;
                try
                {
                    _n++;
                }
                finally
                {
                    _gate.Exit();
                }
            }
        """);

    [Fact]
    public Task NoSensibleExit_NoFix() => Test.VerifyMembersAsync("""
            Errno M()
            {
                _gate.{|LCK1009:TryEnter|}();
                _n++;
                _gate.Exit();
                return Errno.Success;
            }
            int P
            {
                set
                {
                    _gate.{|LCK1009:TryEnter|}();
                    _n = value;
                    _gate.Exit();
                }
            }
            string Q()
            {
                _gate.{|LCK1009:TryEnter|}();
                _n++;
                _gate.Exit();
                return "";
            }
        """, """
            Errno M()
            {
                _gate.{|LCK1009:TryEnter|}();
                _n++;
                _gate.Exit();
                return Errno.Success;
            }
            int P
            {
                set
                {
                    _gate.{|LCK1009:TryEnter|}();
                    _n = value;
                    _gate.Exit();
                }
            }
            string Q()
            {
                _gate.{|LCK1009:TryEnter|}();
                _n++;
                _gate.Exit();
                return "";
            }
        """);
}
