using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Code of others that runs under a lock.</summary>
public sealed class CallbackBehaviours
{
    [Fact]
    public Task EventRaisedUnderALock_InAnySpelling() => Flows.VerifyMembersAsync("""
        public event EventHandler? Changed;
        public event Action<int>? Counted;
        public static event Action? Started;
        void Wrong()
        {
            lock (_sync)
            {
                {|LCK2007:Changed|}!(this, EventArgs.Empty);
                Changed?.{|LCK2007:Invoke|}(this, EventArgs.Empty);
                if (Counted is { } counted)
                    {|LCK2007:counted|}(_k);
                var copy = Counted;
                if (copy != null)
                    {|LCK2007:copy|}(1);
                Started?.{|LCK2007:Invoke|}();
            }
        }
        void Right()
        {
            EventHandler? changed;
            int k;
            lock (_sync)
            {
                changed = Changed;
                k = _k;
            }
            changed?.Invoke(this, EventArgs.Empty);
            Counted?.Invoke(k);
        }
        """);

    [Fact]
    public Task EventsName_IsInTheMessage() => Flows.VerifyMembersAsync("""
        public event EventHandler? Changed;
        public event Action? Stopped;
        Action? _later;
        void Wrong()
        {
            lock ({|#1:_sync|})
                {|#0:Changed|}!(this, EventArgs.Empty);
        }
        void WrongToo()
        {
            lock ({|#3:_sync|})
                Stopped?.{|#2:Invoke|}();
        }
        void WrongField()
        {
            lock ({|#5:_sync|})
                _later?.{|#4:Invoke|}();
        }
        """,
        Flows.Finding("LCK2007", 0, 1).WithArguments("The event 'Changed'", "_sync") with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flows.Finding("LCK2007", 2, 3).WithArguments("The event 'Stopped'", "_sync") with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flows.Finding("LCK2007", 4, 5).WithArguments("The delegate '_later'", "_sync") with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info });

    [Fact]
    public Task CallbackFromOutside_UnderEachKindOfLock() => Flows.VerifyAsync("""
        public interface IListener { void Notify(); int Rank { get; } }
        public abstract class Handler { public abstract void Handle(); public virtual void Maybe() { } public void Plain() { } }
        public class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly Gate _gate = new();
            readonly List<IListener> _listeners = new();
            public void WrongParameter(Action done)
            {
                _rw.EnterWriteLock();
                try { {|LCK2007:done|}(); }
                finally { _rw.ExitWriteLock(); }
            }
            public void WrongInterface()
            {
                _sem.Wait();
                foreach (var l in _listeners)
                    l.{|LCK2007:Notify|}();
                _sem.Release();
            }
            public void WrongOverridable(Handler handler)
            {
                using (_gate.Open())
                {
                    handler.{|LCK2007:Handle|}();
                    handler.{|LCK2007:Maybe|}();
                    handler.Plain();
                }
            }
            public void RightParameter(Action done)
            {
                _rw.EnterWriteLock();
                _rw.ExitWriteLock();
                done();
            }
            public void RightInterface()
            {
                IListener[] all;
                _sem.Wait();
                all = _listeners.ToArray();
                _sem.Release();
                foreach (var l in all)
                    l.Notify();
            }
            public void RightOverridable(Handler handler)
            {
                using (_gate.Open())
                    handler.Plain();
                handler.Handle();
            }
        }
        """);

    [Fact]
    public Task CallbackWithAContract_IsNotForeign() => Flows.VerifyAsync("""
        public interface IOps { [NoSleep] void Flush(); void Other(); }
        public class C
        {
            [RequiresLock("gate")] public delegate void Locked(Gate gate);
            readonly Gate _gate = new();
            readonly IOps _ops;
            public C(IOps ops) => _ops = ops;
            public void M(Locked locked, [NoSleep] Action quick, Action any)
            {
                _gate.Enter();
                locked(_gate);
                quick();
                {|LCK2007:any|}();
                _ops.Flush();
                _ops.{|LCK2007:Other|}();
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task NestedLocks_ToldOnceAtTheInnermost() => Flows.VerifyMembersAsync("""
        Action? _done;
        void Wrong()
        {
            _gate.Enter();
            lock ({|#1:_sync|})
                _done?.{|#0:Invoke|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK2007", 0, 1).WithArguments("The delegate '_done'", "_sync") with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info });

    [Fact]
    public Task CompletionUnderALock_UnlessContinuationsRunElsewhere() => Flows.VerifyMembersAsync("""
        readonly TaskCompletionSource<int> _inline = new();
        readonly TaskCompletionSource<int> _async = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _plain = new();
        void Wrong()
        {
            lock (_sync)
            {
                _inline.{|LCK2007:SetResult|}(1);
                _inline.{|LCK2007:TrySetCanceled|}();
                _plain.{|LCK2007:TrySetException|}(new Exception());
            }
        }
        void Right()
        {
            lock (_sync)
                _async.SetResult(1);
            _inline.TrySetResult(1);
            var fresh = new TaskCompletionSource();
            lock (_sync)
                fresh.SetResult();
        }
        """);

    [Fact]
    public Task OwnDelegates_AreNotForeign() => Flows.VerifyMembersAsync("""
        static readonly Func<int, int> s_half = x => x / 2;
        void Right(List<int> list)
        {
            lock (_sync)
            {
                Action a = () => Work();
                a();
                _ = s_half(_k);
                list.ForEach(i => _k += i);
                list.Sort((x, y) => x - y);
                Each(list, i => _k += i);
                int Local() => 1;
                Func<int> f = Local;
                f();
            }
        }
        private static void Each(List<int> list, Action<int> action)
        {
            foreach (var i in list)
                action(i);
        }
        """);
}
