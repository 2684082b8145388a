using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Run-time checks that a lock is held.</summary>
public sealed class AssertionBehaviours
{
    const string Asserting = """

        [Lock("rw")]
        public class Rw
        {
            [AcquiresLock(Shared = true)] public void Read() { }
            [AcquiresLock] public void Write() { }
            [ReleasesLock] public void Exit() { }
            [AssertsLock] public void AssertWrite() { }
            [AssertsLock(Shared = true)] public void AssertHeld() { }
        }
        """;

    [Fact]
    public Task SharedAssertion_IsNoRightToWrite() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly Rw _rw = new();
            [GuardedBy("_rw")] int _n;
            int Right() { _rw.AssertHeld(); return _n; }
            void Wrong() { _rw.AssertHeld(); {|LCK1003:_n|}++; }
            void RightWrite() { _rw.AssertWrite(); _n++; }
            [RequiresLock("_rw", Shared = true)] int Stronger() { _rw.AssertWrite(); _n++; return _n; }
            [RequiresLock("_rw")] void Weaker() { _rw.AssertHeld(); _n++; }
        }
        """ + Asserting);

    [Fact]
    public Task AssertedInOneArmAcquiredInTheOther_IsHeldBehind() => LocksOnly.VerifyMembersAsync("""
        public void Right(bool locked)
        {
            if (locked)
                _gate.AssertHeld();
            else
                _gate.Enter();
            _n++;
            if (!locked)
                _gate.Exit();
        }
        public void RightToo(bool locked)
        {
            if (locked)
                _gate.AssertHeld();
            else
                _gate.Enter();
            _n++;
            _gate.Exit();
        }
        public void Wrong(bool locked)
        {
            if (locked)
                _gate.AssertHeld();
            else
                _gate.{|LCK1004:Enter|}();
            _n++;
        }
        """);

    [Fact]
    public Task DebugAssertOfAHeldTest_IsAnAssertion() => LocksOnly.VerifyMembersAsync("""
        readonly Lock _lock = new();
        readonly ReaderWriterLockSlim _slim = new();
        [GuardedBy("_lock")] int _l;
        [GuardedBy("_slim")] int _s;
        void Right()
        {
            System.Diagnostics.Debug.Assert(Monitor.IsEntered(_sync));
            _k++;
            System.Diagnostics.Debug.Assert(_lock.IsHeldByCurrentThread, "held");
            _l++;
            System.Diagnostics.Debug.Assert(_slim.IsWriteLockHeld);
            _s++;
        }
        void RightThrow()
        {
            if (!Monitor.IsEntered(_sync))
                throw new SynchronizationLockException();
            _k++;
            if (!_slim.IsReadLockHeld)
                throw new SynchronizationLockException();
            _ = _s;
            {|LCK1003:_s|} = 1;
        }
        void Wrong()
        {
            System.Diagnostics.Debug.Assert(!Monitor.IsEntered(_sync));
            {|LCK1001:_k|}++;
        }
        void WrongOther(C other)
        {
            System.Diagnostics.Debug.Assert(Monitor.IsEntered(other._sync));
            {|LCK1001:_k|}++;
        }
        """);

    [Fact]
    public Task AssertedOfAVariable_EndsWithItsAssignment() => LocksOnly.VerifyMembersAsync("""
        static void Wrong(C x, C y)
        {
            x._gate.AssertHeld();
            x._n++;
            x = y;
            x.{|LCK1001:_n|}++;
        }
        static void Right(C x, C y)
        {
            x._gate.AssertHeld();
            var z = x;
            x = y;
            z._n++;
        }
        """);
}
