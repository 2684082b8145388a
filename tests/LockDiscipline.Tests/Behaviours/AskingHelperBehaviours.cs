namespace LockDiscipline.Tests.Behaviours;

/// <summary>Helpers that come back, or say yes, only where a lock is held: what follows rests on that.</summary>
public sealed class AskingHelperBehaviours
{
    const string Helpers = """
        public class C
        {
            readonly object _sync = new();
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_sync")] int _n;
            [GuardedBy("_rw")] int _m;
            static bool Cond() => true;
            void Ensure() { if (!Monitor.IsEntered(_sync)) throw new SynchronizationLockException(); }
            void Expect() => System.Diagnostics.Debug.Assert(Monitor.IsEntered(_sync));
            [System.Diagnostics.Conditional("DEBUG")] void ExpectInDebug() => System.Diagnostics.Debug.Assert(Monitor.IsEntered(_sync), "the lock");
            internal void EnsureForAll() { if (!Monitor.IsEntered(_sync)) throw new InvalidOperationException(); }
            static void EnsureOf(object gate) { if (!Monitor.IsEntered(gate)) throw new InvalidOperationException(); }
            void EnsureRead() { if (!_rw.IsReadLockHeld && !_rw.IsWriteLockHeld) throw new InvalidOperationException(); }
            void EnsureWrite() { if (!_rw.IsWriteLockHeld) throw new InvalidOperationException(); }
            void EnsureAndMore() { Ensure(); Console.WriteLine(); }
            bool IsMine() => Monitor.IsEntered(_sync);
            bool Mine => Monitor.IsEntered(_sync);
            void Warn() { if (!Monitor.IsEntered(_sync)) Console.WriteLine("not held"); }

        """;

    [Fact]
    public Task HelperThatThrowsUnlessHeld_IsAnAssertion() => LocksOnly.VerifyAsync(Helpers + """
            public void Thrown() { Ensure(); _n++; }
            public void Asserted() { Expect(); _n++; }
            public void AssertedInDebug() { ExpectInDebug(); _n++; }
            public void ForAll() { EnsureForAll(); _n++; }
            public void ByArgument() { EnsureOf(_sync); _n++; }
            public void TwoDeep() { EnsureAndMore(); _n++; }
            public void Write() { EnsureWrite(); _m++; }
            public int Read() { EnsureRead(); return _m; }
            public void ReadOnly() { EnsureRead(); {|LCK1003:_m|}++; }
            public void InSection() { lock (_sync) { Ensure(); _n++; } {|LCK1001:_n|}++; }
        }
        """);

    [Fact]
    public Task HelperThatAnswers_TellsTheBranchesApart() => LocksOnly.VerifyAsync(Helpers + """
            public void Asked() { if (IsMine()) _n++; else {|LCK1001:_n|}++; }
            public void AskedProperty() { if (!Mine) return; _n++; }
        }
        """);

    [Fact]
    public Task WhatProvesNothing_IsNoAssertion() => LocksOnly.VerifyAsync(Helpers + """
            public void Warned() { Warn(); {|LCK1001:_n|}++; }
            public void Before() { {|LCK1001:_n|}++; Ensure(); _n++; }
            public void Sometimes() { if (Cond()) Ensure(); {|LCK1001:_n|}++; }
            public void OfAnother(C other) { other.Ensure(); other._n++; {|LCK1001:_n|}++; }
            public void OtherLock() { EnsureOf(_rw); {|LCK1001:_n|}++; }
        }
        """);
}
