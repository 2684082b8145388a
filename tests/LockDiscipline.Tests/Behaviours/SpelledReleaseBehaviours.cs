namespace LockDiscipline.Tests.Behaviours;

/// <summary>One mistake, or none, in the many ways in which it can be written.</summary>
public sealed class SpelledReleaseBehaviours
{
    [Fact]
    public Task ReleaseOnSomePathsOnly_IsFoundForEveryLock() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object _gate = new();
            readonly ReaderWriterLockSlim _rw = new();
            readonly Mutex _mutex = new();
            readonly SemaphoreSlim _slim = new(1, 1);
            SpinLock _spin;
            bool _cond;
            public void Monitors() { Monitor.{|LCK1004:Enter|}(_gate); if (_cond) Monitor.Exit(_gate); }
            public void Mutexes() { _mutex.{|LCK1004:WaitOne|}(); if (_cond) _mutex.ReleaseMutex(); }
            public void OwnMutex() { var mutex = new Mutex(false); mutex.{|LCK1004:WaitOne|}(); if (_cond) mutex.ReleaseMutex(); }
            public void Reader() { _rw.{|LCK1004:EnterReadLock|}(); if (_cond) _rw.ExitReadLock(); }
            public void TriedReader() { if (_rw.{|LCK1004:TryEnterReadLock|}(4)) { if (_cond) _rw.ExitReadLock(); } }
            public void Spin() { bool taken = false; _spin.{|LCK1004:Enter|}(ref taken); if (_cond) _spin.Exit(); }
            public void Semaphore() { _slim.{|LCK1004:Wait|}(); if (_cond) _slim.Release(); }
            public async Task Asynchronous() { await _slim.{|LCK1004:WaitAsync|}(); if (_cond) return; _slim.Release(); }
            public void Parameter(object gate) { Monitor.{|LCK1004:Enter|}(gate); if (_cond) Monitor.Exit(gate); }
            public void OtherObject(C other) { Monitor.{|LCK1004:Enter|}(other._gate); if (_cond) Monitor.Exit(other._gate); }
            public void Taken() { bool taken = false; Monitor.{|LCK1004:TryEnter|}(_gate, ref taken); if (taken) { } }
            public void Finally() { try { Monitor.{|LCK1004:Enter|}(_gate); } finally { if (_cond) Monitor.Exit(_gate); } }
            public void Loop() { Monitor.{|LCK1004:Enter|}(_gate); for (int i = 0; i < 10; i++) { if (i == 5) { Monitor.Exit(_gate); break; } } }
            public void Goto() { Monitor.{|LCK1004:Enter|}(_gate); if (_cond) goto End; Monitor.Exit(_gate); End: return; }
        }
        """);

    [Fact]
    public Task ReleaseOnEveryPath_IsFineHoweverItIsSpelled() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object _gate = new();
            readonly ReaderWriterLockSlim _rw = new();
            readonly Mutex _mutex = new();
            bool _cond;
            static void Work() { }
            int Release() { Monitor.Exit(_gate); return 1; }
            bool Done() { Monitor.Exit(_gate); return true; }
            public void Catch() { Monitor.Enter(_gate); try { Work(); } catch (Exception) { Monitor.Exit(_gate); throw; } Monitor.Exit(_gate); }
            public void Iterator() { for (int i = 0; i < 3; Monitor.Exit(_gate), i++) Monitor.Enter(_gate); }
            public void Lambda() { Monitor.Enter(_gate); Action exit = () => Monitor.Exit(_gate); exit(); }
            public void Helper(bool a) { Monitor.Enter(_gate); int n = a ? Release() : Release(); }
            public bool AndAlso() => Monitor.TryEnter(_gate) && Done();
            public void Gap() { lock (_gate) { Monitor.Exit(_gate); Work(); Monitor.Enter(_gate); } }
            public void Retry() { while (!Monitor.TryEnter(_gate, 100)) { if (_cond) return; } Monitor.Exit(_gate); }
            public void Unless() { if (!_rw.IsReadLockHeld) _rw.EnterReadLock(); try { Work(); } finally { if (_rw.IsReadLockHeld) _rw.ExitReadLock(); } }
            public void Upgraded() { _rw.EnterUpgradeableReadLock(); _rw.EnterWriteLock(); _rw.ExitUpgradeableReadLock(); _rw.ExitWriteLock(); }
            public void Named() { var mutex = new Mutex(true, "x", out bool created); if (created) mutex.ReleaseMutex(); }
            public void Abandoned() { try { _mutex.WaitOne(); } catch (AbandonedMutexException) { } try { Work(); } finally { _mutex.ReleaseMutex(); } }
            public void Cases(string text)
            {
                switch (text)
                {
                    case "a": Monitor.Enter(_gate); break;
                    case "b": Monitor.Enter(_gate); break;
                    default: return;
                }
                Monitor.Exit(_gate);
            }
            public void Depth()
            {
                int depth = 0;
                try { Monitor.Enter(_gate); depth++; _rw.EnterWriteLock(); depth++; Work(); }
                finally { if (depth > 1) _rw.ExitWriteLock(); if (depth > 0) Monitor.Exit(_gate); }
            }
        }
        """);

    [Fact]
    public Task ConditionSpelledTwice_IsOneCondition() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _gate = new();
            readonly Gate _other = new();
            static void Work() { }
            enum Step { None, Locked }
            [Flags] public enum Options { A = 1, B = 2 }
            public void Null(string? name) { if (name != null) _gate.Enter(); Work(); if (name is not null) _gate.Exit(); }
            public void Length(string name) { if (name.Length > 3) _gate.Enter(); Work(); if (name.Length > 3) _gate.Exit(); }
            public void Bit(int flags) { if ((flags & 4) != 0) _gate.Enter(); Work(); if ((flags & 4) != 0) _gate.Exit(); }
            public void Remainder(int n) { if (n % 2 == 0) _gate.Enter(); Work(); if (n % 2 == 0) _gate.Exit(); }
            public void Flag(Options options) { if (options.HasFlag(Options.A)) _gate.Enter(); Work(); if (options.HasFlag(Options.A)) _gate.Exit(); }
            public void Order(int a, int b) { if (a < b) _gate.Enter(); Work(); if (!(a >= b)) _gate.Exit(); }
            public void Pattern(int n) { if (n is > 3 and < 9) _gate.Enter(); Work(); if (n > 3 && n < 9) _gate.Exit(); }
            public void Nullable(int? n) { if (n.HasValue) _gate.Enter(); Work(); if (n != null) _gate.Exit(); }
            public void Both(bool a, bool b) { var both = a && b; if (both) _gate.Enter(); Work(); if (a && b) _gate.Exit(); }
            public void Either(bool a, bool b) { if (a || b) _gate.Enter(); Work(); if (a) { _gate.Exit(); return; } if (b) _gate.Exit(); }
            public void State(bool a) { var step = Step.None; if (a) { _gate.Enter(); step = Step.Locked; } if (step == Step.Locked) _gate.Exit(); }
            public void Days(DayOfWeek day)
            {
                switch (day) { case DayOfWeek.Monday: _gate.Enter(); break; case DayOfWeek.Friday: _other.Enter(); break; }
                Work();
                switch (day) { case DayOfWeek.Monday: _gate.Exit(); break; case DayOfWeek.Friday: _other.Exit(); break; }
            }
            public void Wrong(int flags) { if ((flags & 4) != 0) _gate.{|LCK1008:Enter|}(); Work(); if ((flags & 8) != 0) _gate.Exit(); }
        }
        """);
}
