namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks that nobody acquired by name: a mutex made in possession of its maker, several waited for at once.</summary>
public sealed class GrantedLockBehaviours
{
    [Fact]
    public Task MutexMadeInPossession_MayBeReleasedOnce() => LocksOnly.VerifyMembersAsync("""
        readonly Mutex _own = new(true, "application");
        readonly Mutex _free = new(false, "application");
        void Right() { using var m = new Mutex(true); Work(); m.ReleaseMutex(); }
        void RightByFlag(bool own) { var m = new Mutex(own); if (own) m.ReleaseMutex(); }
        void RightUnlessTaken()
        {
            var m = new Mutex(initiallyOwned: true, "one", out bool created);
            if (!created)
                m.WaitOne();
            try { Work(); }
            finally { m.ReleaseMutex(); }
        }
        void UntilTheProcessEnds()
        {
            var m = new Mutex(true, "single", out bool first);
            if (!first)
                return;
            Work();
        }
        public void RightElsewhere() => _own.ReleaseMutex();
        public void WrongElsewhere() => _free.{|LCK1005:ReleaseMutex|}();
        void WrongTwice() { var m = new Mutex(true); m.ReleaseMutex(); m.{|LCK1005:ReleaseMutex|}(); }
        void WrongWithout() { var m = new Mutex(); m.{|LCK1005:ReleaseMutex|}(); }
        void WrongNotOwned() { var m = new Mutex(false, "x"); m.{|LCK1005:ReleaseMutex|}(); }
        """);

    [Fact]
    public Task WaitForSeveral_MayAcquireAnyOfThem() => LocksOnly.VerifyMembersAsync("""
        void Any(Mutex a, Mutex b)
        {
            WaitHandle[] handles = { a, b };
            int i = WaitHandle.WaitAny(handles);
            try { Work(); }
            finally { ((Mutex)handles[i]).ReleaseMutex(); }
        }
        void All(Mutex a, Mutex b)
        {
            WaitHandle.WaitAll(new WaitHandle[] { a, b });
            a.ReleaseMutex();
            b.ReleaseMutex();
        }
        void InTime(Mutex a, Mutex b)
        {
            var handles = new[] { a, b };
            if (WaitHandle.WaitAll(handles, 100))
            {
                foreach (var m in handles)
                    m.ReleaseMutex();
            }
        }
        void Handed(EventWaitHandle ready, Mutex m)
        {
            WaitHandle.SignalAndWait(ready, m);
            m.ReleaseMutex();
        }
        void Wrong(Mutex m) => m.{|LCK1005:ReleaseMutex|}();
        void WrongTwice(Mutex a, Mutex b)
        {
            WaitHandle.WaitAll(new[] { a, b });
            a.ReleaseMutex();
            a.{|LCK1005:ReleaseMutex|}();
        }
        void WrongKind(Mutex m)
        {
            WaitHandle.WaitAll(new[] { m });
            Monitor.{|LCK1005:Exit|}(_sync);
        }
        """);

    /// <summary>The older reader-writer lock gives back whatever is held, in two spellings.</summary>
    [Fact]
    public Task ReleaseOfWhateverIsHeld() => LocksOnly.VerifyMembersAsync("""
        readonly ReaderWriterLock _old = new();
        void Writer() { _old.AcquireWriterLock(-1); try { Work(); } finally { _old.ReleaseLock(); } }
        void Reader() { _old.AcquireReaderLock(-1); try { Work(); } finally { _old.ReleaseLock(); } }
        void Upgraded()
        {
            _old.AcquireReaderLock(-1);
            try { _old.UpgradeToWriterLock(-1); }
            finally { _old.ReleaseReaderLock(); }
        }
        void Interrupted()
        {
            _old.AcquireReaderLock(-1);
            var cookie = _old.ReleaseLock();
            Work();
            _old.RestoreLock(ref cookie);
            _old.ReleaseReaderLock();
        }
        void Wrong(bool b)
        {
            _old.{|LCK1004:AcquireReaderLock|}(-1);
            if (b)
                return;
            _old.ReleaseLock();
        }
        void WrongAgain() { _old.AcquireWriterLock(-1); _old.ReleaseLock(); _old.{|LCK1005:ReleaseWriterLock|}(); }
        """);
}
