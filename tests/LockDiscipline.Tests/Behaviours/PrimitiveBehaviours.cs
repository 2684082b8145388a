using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Bodies of methods whose contracts others rely on.</summary>
public sealed class PrimitiveBehaviours
{
    [Fact]
    public Task AcquiringHelper_HoldsWhatItSaysOnEveryPath() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly object _sync = new();
            [AcquiresLock("_rw")] void Right() { _rw.EnterWriteLock(); }
            [AcquiresLock("_rw")] void {|LCK9003:WrongMode|}() { _rw.EnterReadLock(); }
            [AcquiresLock("_sem")] async Task RightAsync() { await Task.Yield(); await _sem.WaitAsync(); }
            [AcquiresLock("_sem")] async Task {|LCK9003:WrongAsync|}(bool c) { if (c) await _sem.WaitAsync(); }
            [AcquiresLock("_sync")] void RightLoop() { while (!Monitor.TryEnter(_sync, 10)) Thread.Yield(); }
            [AcquiresLock("_sync")] void WrongTimeout() { Monitor.TryEnter(_sync, 10); }
            [AcquiresLock("_sync")] void {|LCK9003:WrongEarly|}(bool c) { if (c) return; Monitor.Enter(_sync); }
            [AcquiresLock("_sync")] void RightThrows(bool c) { Monitor.Enter(_sync); if (c) { Monitor.Exit(_sync); throw new Exception(); } }
        }
        """.Replace("Monitor.TryEnter(_sync, 10); }", "Monitor.{|LCK1009:TryEnter|}(_sync, 10); }"));

    [Fact]
    public Task ReleasingHelper_ReleasesOnEveryPath() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly Mutex _mutex = new();
            readonly object _sync = new();
            [ReleasesLock("_rw", Shared = true)] void Right() => _rw.ExitReadLock();
            [ReleasesLock("_mutex")] void {|LCK9003:WrongPath|}(bool c) { if (c) _mutex.ReleaseMutex(); }
            [ReleasesLock("_mutex")] void RightFinally() { try { Thread.Sleep(1); } finally { _mutex.ReleaseMutex(); } }
            [ReleasesLock("_sync")] void {|LCK9003:WrongReturn|}(int n) { switch (n) { case 0: return; default: Monitor.Exit(_sync); break; } }
            [ReleasesLock("_sync")] void RightSwitch(int n) { switch (n) { case 0: Monitor.Exit(_sync); return; default: Monitor.Exit(_sync); break; } }
        }
        """);

    [Fact]
    public Task AttemptingHelper_HoldsExactlyOnSuccess() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            readonly Mutex _mutex = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            [TryAcquiresLock("_sync")] bool Right() { bool taken = false; Monitor.TryEnter(_sync, ref taken); return taken; }
            [TryAcquiresLock("_sync")] bool RightRetry() { for (int i = 0; i < 3; i++) { if (Monitor.TryEnter(_sync)) return true; } return false; }
            [TryAcquiresLock("_mutex")] bool {|LCK9003:WrongTrue|}(bool c) => c || _mutex.WaitOne(1);
            [TryAcquiresLock("_sem")] async Task<bool> RightAsync() => await _sem.WaitAsync(10);
            [TryAcquiresLock("_mutex")] bool RightAbandoned() { try { return _mutex.WaitOne(1); } catch (AbandonedMutexException) { return true; } }
            [TryAcquiresLock("_mutex", Result = false)] bool RightReversed() => !_mutex.WaitOne(1);
        }
        """);

    [Fact]
    public Task RequiredLock_IsHeldAgainAtTheEnd() => LocksOnly.VerifyMembersAsync("""
        [RequiresLock("_sync"), ReleasesTemporarily("_sync")] void Right() { Monitor.Exit(_sync); try { Work(); } finally { Monitor.Enter(_sync); } }
        [RequiresLock("_sync")] void {|LCK9003:Wrong|}(bool c) { if (c) Monitor.Exit(_sync); }
        [RequiresLock("_rw", Shared = true)] void {|LCK9003:WrongShared|}() { _rw.ExitRead(); Work(); }
        [RequiresLock("_gate"), ReleasesTemporarily("_gate")] void RightLoop() { while (Cond()) { _gate.Exit(); Work(); _gate.Enter(); } }
        [RequiresLock("_gate"), ReleasesTemporarily("_gate")] bool RightEarly() { _gate.Exit(); bool c = Cond(); _gate.Enter(); return c; }
        """);

    [Fact]
    public Task OwnSpinLock_IsTrustedForItselfOnly() => LocksOnly.VerifyAsync("""
        [Lock("ticket lock", Spinning = true)]
        struct Ticket
        {
            int _taken;
            [AcquiresLock] public void Enter() { while (Interlocked.CompareExchange(ref _taken, 1, 0) != 0) Thread.SpinWait(1); }
            [TryAcquiresLock] public bool TryEnter() => Interlocked.CompareExchange(ref _taken, 1, 0) == 0;
            [ReleasesLock] public void Exit() => Volatile.Write(ref _taken, 0);
        }
        class C
        {
            Ticket _ticket;
            [GuardedBy("_ticket")] int _n;
            [AcquiresLock("_ticket")] void Right() => _ticket.Enter();
            [AcquiresLock("_ticket")] void {|LCK9003:Wrong|}() { if (_ticket.TryEnter()) return; Thread.Yield(); }
            void Use() { Right(); _n++; _ticket.Exit(); }
            void WrongUse() { _ticket.{|LCK1004:Enter|}(); _n++; }
        }
        """);
}
