namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2007: foreign code is called while a lock is held.</summary>
public sealed class LCK2007Tests
{
    [Fact]
    public Task EventUnderALock_FoundAtTheCall() => Flows.VerifyMembersAsync("""
        public event Action? Changed;
        void M()
        {
            lock ({|#1:_sync|})
            {
                _k++;
                Changed?.{|#0:Invoke|}();
            }
        }
        """, Flows.Finding("LCK2007", 0, 1).WithArguments("The event 'Changed'", "_sync"));

    [Fact]
    public Task EventInAnySpelling_Found() => Flows.VerifyMembersAsync("""
        public event Action? Changed;
        public static event Action? Any;
        void Direct()
        {
            lock (_sync)
            {
                if (Changed != null)
                    {|LCK2007:Changed|}();
            }
        }
        void Copied()
        {
            lock (_sync)
            {
                var handler = Changed;
                handler?.{|LCK2007:Invoke|}();
                Any?.{|LCK2007:Invoke|}();
            }
        }
        """);

    [Fact]
    public Task EventAfterTheRelease_Silent() => Flows.VerifyMembersAsync("""
        public event Action? Changed;
        void M()
        {
            Action? handler;
            lock (_sync)
            {
                _k++;
                handler = Changed;
            }
            handler?.Invoke();
            Changed?.Invoke();
        }
        """);

    [Fact]
    public Task DelegatesFromOutside_Found() => Flows.VerifyMembersAsync("""
        readonly Func<int, int>? _map;
        readonly List<Action> _handlers = new();
        public Action? OnDone { get; set; }
        Func<Action> Factory { get; } = () => () => { };
        public void Parameter(Action callback)
        {
            lock (_sync)
                {|LCK2007:callback|}();
        }
        public void Field()
        {
            lock (_sync)
                _k = _map!.{|LCK2007:Invoke|}(_k);
        }
        public void Property()
        {
            lock (_sync)
                OnDone?.{|LCK2007:Invoke|}();
        }
        public void Elements()
        {
            lock (_sync)
            {
                foreach (var handler in _handlers)
                    {|LCK2007:handler|}();
                _handlers[0].{|LCK2007:Invoke|}();
            }
        }
        """);

    [Fact]
    public Task OwnDelegates_Silent() => Flows.VerifyMembersAsync("""
        static readonly Func<int, int> s_half = n => n / 2;
        void Local()
        {
            Func<int> f = () => 1;
            lock (_sync)
            {
                _k = f();
                _k = s_half(_k);
                int Twice(int n) => n * 2;
                _k = Twice(_k);
                new List<int>().ForEach(n => _k += n);
            }
        }
        T Locked<T>(Func<T> get)
        {
            lock (_sync)
                return get();
        }
        public int Use() => Locked(() => 1);
        """);

    [Fact]
    public Task OverridableMemberOfAnotherObject_Found() => Flows.VerifyAsync("""
        public interface IListener { void Notify(); }
        public abstract class Sink { public abstract void Write(); public virtual void Flush() { } public void Plain() { } }
        public sealed class Sealed : Sink { public override void Write() { } }
        public class C
        {
            readonly object _sync = new();
            readonly IListener? _listener;
            protected virtual void OnChanged() { }
            public void M(Sink sink, Sealed known, List<IListener> all)
            {
                lock (_sync)
                {
                    _listener?.{|LCK2007:Notify|}();
                    sink.{|LCK2007:Write|}();
                    sink.{|LCK2007:Flush|}();
                    foreach (var one in all)
                        one.{|LCK2007:Notify|}();
                    sink.Plain();
                    known.Write();
                    known.Plain();
                    new Sealed().Write();
                    OnChanged();
                    ToString();
                }
                sink.Write();
            }
        }
        """);

    [Fact]
    public Task MembersOfTheFramework_Silent() => Flows.VerifyAsync("""
        class Item : IComparable<Item>, IDisposable
        {
            public virtual int CompareTo(Item? other) => 0;
            public virtual void Dispose() { }
            public override string ToString() => "";
        }
        class C
        {
            readonly object _sync = new();
            readonly IDictionary<string, Item> _items = new Dictionary<string, Item>();
            public void M(Item a, System.IO.Stream stream, IObserver<int> observer)
            {
                lock (_sync)
                {
                    _items.Remove("a");
                    stream.Flush();
                    observer.OnNext(1);
                    a.CompareTo(a);
                    a.ToString();
                    a.Equals(a);
                    a.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task MembersAndDelegatesWithAContract_Silent() => Flows.VerifyAsync("""
        [NoSleep] public delegate void Handler();
        public interface IListener { [RequiresLock("gate")] void Notify(object gate); }
        public class C
        {
            readonly object _sync = new();
            public void M(Handler handler, IListener listener, [NoSleep] Action action)
            {
                lock (_sync)
                {
                    handler();
                    action();
                    listener.Notify(_sync);
                }
            }
        }
        """);

    [Fact]
    public Task UnderTheCallersLock_Found() => Flows.VerifyMembersAsync("""
        public event Action? Changed;
        [RequiresLock("_gate")]
        void M()
        {
            _n++;
            Changed?.{|LCK2007:Invoke|}();
        }
        """);

    [Fact]
    public Task SeveralLocks_ToldOnceWithTheInnermost() => Flows.VerifyMembersAsync("""
        public event Action? Changed;
        void M()
        {
            _gate.Enter();
            lock ({|#1:_sync|})
                Changed?.{|#0:Invoke|}();
            _gate.Exit();
        }
        """, Flows.Finding("LCK2007", 0, 1).WithArguments("The event 'Changed'", "_sync"));

    [Fact]
    public Task CompletionThatContinuesInLine_Found() => Flows.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            readonly TaskCompletionSource<int> _inline = new();
            readonly TaskCompletionSource<int> _longRunning = new(TaskCreationOptions.LongRunning);
            readonly TaskCompletionSource<int> _later = new(TaskCreationOptions.RunContinuationsAsynchronously);
            readonly TaskCompletionSource _both = new(null, TaskCreationOptions.RunContinuationsAsynchronously | TaskCreationOptions.LongRunning);
            TaskCompletionSource? _next;
            public Task Next()
            {
                lock (_sync)
                {
                    _next = new TaskCompletionSource();
                    return _next.Task;
                }
            }
            void M(TaskCompletionSource<int> unknown)
            {
                lock (_sync)
                {
                    _inline.{|LCK2007:SetResult|}(1);
                    _longRunning.{|LCK2007:TrySetCanceled|}();
                    _next!.{|LCK2007:TrySetResult|}();
                    _later.SetResult(1);
                    _both.SetResult();
                    unknown.SetResult(1);
                }
                _inline.SetResult(1);
            }
        }
        """);

    [Fact]
    public Task InsideALockType_Silent() => Flows.VerifyAsync("""
        [Lock("hooked")]
        class Hooked
        {
            readonly object _sync = new();
            public event Action? Entered;
            [AcquiresLock]
            public void Enter()
            {
                Monitor.Enter(_sync);
                Entered?.Invoke();
            }
            [ReleasesLock]
            public void Exit() => Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task SameMemberAgainUnderOneLock_IsToldOnce() => Flows.VerifyAsync("""
        public interface IListener { void Notify(); }
        public class C
        {
            readonly object _sync = new();
            public void M(IListener one, IListener other)
            {
                lock (_sync)
                {
                    one.{|LCK2007:Notify|}();
                    one.Notify();
                    other.{|LCK2007:Notify|}();
                }
                lock (_sync)
                    one.{|LCK2007:Notify|}();
            }
        }
        """);
}
