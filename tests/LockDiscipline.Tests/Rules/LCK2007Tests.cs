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

    /// <summary>What the project implements itself is no foreign code, but for whoever is told of something: a listener, what a caller passed, what takes a lock.</summary>
    [Fact]
    public Task CodeThatIsKnown_FoundWhereItIsTold_NotWhereItIsAsked() => Flows.VerifyAsync("""
        public interface IStore { void Put(int n); int Get(); }
        public sealed class Memory : IStore
        {
            readonly List<int> _all = new();
            public void Put(int n) => _all.Add(n);
            public int Get() => _all.Count;
        }
        public interface IListener { void Notify(int n); bool Wants(int n); }
        public sealed class Printer : IListener
        {
            public void Notify(int n) => Console.WriteLine(n);
            public bool Wants(int n) => n > 3;
        }
        public abstract class Channel { public abstract void Send(int n); public virtual void Flush() => Console.Out.Flush(); }
        public sealed class Locked : Channel
        {
            readonly object _gate = new();
            public override void Send(int n) { lock (_gate) Console.WriteLine(n); }
        }
        public class C
        {
            readonly object _sync = new();
            readonly IStore _store = new Memory();
            readonly Channel _channel = new Locked();
            readonly List<IListener> _listeners = new();
            public int Uses()
            {
                lock (_sync)
                {
                    _store.Put(1);
                    _channel.Flush();
                    return _store.Get();
                }
            }
            public void Tells(IListener last)
            {
                lock (_sync)
                {
                    foreach (var listener in _listeners)
                    {
                        if (listener.Wants(1))
                            listener.{|LCK2007:Notify|}(1);
                    }
                    if (last.Wants(2))
                        last.{|LCK2007:Notify|}(2);
                    _channel.{|LCK2007:Send|}(1);
                }
            }
        }
        """);

    /// <summary>Where nobody outside can add an implementation, the rules on order and sleeping look at those that there are.</summary>
    [Fact]
    public Task CodeOfAHiddenType_FoundOnlyWhereThereIsNone() => Flows.VerifyAsync("""
        interface IKnown { void Notify(); }
        class Known : IKnown { public void Notify() => Console.WriteLine(); }
        interface IUnknown { void Notify(); int Ask(); }
        abstract class Hooks { public virtual void Before() { } public virtual void After() => Console.WriteLine(); }
        class C
        {
            readonly object _sync = new();
            readonly List<IKnown> _known = new();
            readonly IUnknown? _unknown;
            readonly Hooks? _hooks;
            public void M()
            {
                lock (_sync)
                {
                    foreach (var known in _known)
                        known.Notify();
                    _unknown!.{|LCK2007:Notify|}();
                    if (_unknown.{|LCK2007:Ask|}() > 1)
                        _hooks!.{|LCK2007:Before|}();
                    _hooks!.After();
                }
            }
        }
        """);

    [Fact]
    public Task ObjectThatIsLockedToBeUsed_Silent() => Flows.VerifyAsync("""
        public abstract class Input { public abstract void Seek(long to); public abstract void Read(byte[] into); }
        public class C
        {
            readonly object _sync = new();
            readonly Input? _file;
            public void Right(byte[] bytes)
            {
                lock (_file!)
                {
                    _file.Seek(0);
                    _file.Read(bytes);
                }
            }
            public void Wrong(byte[] bytes)
            {
                lock (_sync)
                    _file!.{|LCK2007:Read|}(bytes);
            }
        }
        """);
}
