namespace LockDiscipline.Tests.Behaviours;

/// <summary>Helpers whose effect depends on what they return or are given.</summary>
public sealed class HelperFormBehaviours
{
    [Fact]
    public Task HelperThatLocksOnSuccessOnly_IsFollowedByItsResult() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _a = new(), _b = new();
            [GuardedBy("_a")] int _n;
            static bool Cond() => true;
            bool TryBoth()
            {
                if (!_a.TryEnter())
                    return false;
                if (_b.TryEnter())
                    return true;
                _a.Exit();
                return false;
            }
            int Lock()
            {
                _a.Enter();
                if (Cond())
                {
                    _a.Exit();
                    return -1;
                }
                return 0;
            }
            C? Find()
            {
                _a.Enter();
                if (Cond())
                    return this;
                _a.Exit();
                return null;
            }
            void Get(out bool taken) => taken = _a.TryEnter();
            void UnlockIf(bool held) { if (held) _a.Exit(); }
            public void Both()
            {
                if (TryBoth())
                {
                    _n = 1;
                    _b.Exit();
                    _a.Exit();
                }
                else
                    {|LCK1001:_n|} = 2;
            }
            public int Error()
            {
                int error = Lock();
                if (error < 0)
                    return error;
                _n = 1;
                _a.Exit();
                return 0;
            }
            public int WrongError()
            {
                if ({|LCK1004:Lock|}() != 0)
                    return -1;
                _n = 1;
                return 0;
            }
            public void Found()
            {
                var found = Find();
                if (found == null)
                    return;
                _n = 1;
                _a.Exit();
            }
            public void Out()
            {
                Get(out bool taken);
                if (taken)
                    _a.Exit();
            }
            public void Flag(bool need)
            {
                if (need)
                    _a.Enter();
                UnlockIf(need);
            }
            public void WrongFlag()
            {
                _a.{|LCK1004:Enter|}();
                UnlockIf(false);
            }
        }
        """);

    [Fact]
    public Task ScopeThatAHelperLeavesInAParameter_ReleasesWhatItTook() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] int _n;
            sealed class Held(C c) : IDisposable { public void Dispose() => Monitor.Exit(c._sync); }
            bool TryHold(out IDisposable? held)
            {
                held = null;
                if (!Monitor.TryEnter(_sync))
                    return false;
                held = new Held(this);
                return true;
            }
            public void Right() { if (!TryHold(out var held)) return; using (held) _n++; }
            public void RightFinally() { if (TryHold(out var held)) { try { _n++; } finally { held!.Dispose(); } } }
            public void Wrong() { if ({|LCK1010:TryHold|}(out var held)) { _n++; } else {|LCK1001:_n|}++; }
        }
        """);
}
