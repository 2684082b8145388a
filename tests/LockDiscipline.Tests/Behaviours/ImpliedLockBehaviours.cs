using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks that no statement of the body takes: by a mark on the method, or through a type parameter; and waits with a limit.</summary>
public sealed class ImpliedLockBehaviours
{
    const string Mark = "[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]";

    [Fact]
    public Task SynchronizedMethods_HoldTheirObject() => LocksOnly.VerifyAsync($$"""
        class C
        {
            [GuardedBy("this")] int _n;
            {{Mark}} public void Add() { _n++; }
            {{Mark}} public int Get() => _n;
            public int P { {{Mark}} get => _n; }
            public int Bare() => {|LCK1001:_n|};
            {{Mark}} public static void Static(C c) { c.{|LCK1001:_n|}++; }
        }
        """);

    [Fact]
    public Task SynchronizedMethods_AreWaitedForByTheirCallers() => Flows.VerifyAsync($$"""
        class A
        {
            readonly B _b = new();
            int _n;
            {{Mark}} internal void One() { _n++; _b.{|LCK2003:In|}(this); }
            {{Mark}} internal void Back() { _n++; }
        }
        class B
        {
            int _n;
            readonly Spin _spin = new();
            {{Mark}} internal void In(A a) { _n++; }
            {{Mark}} internal void Out(A a) { a.Back(); }
            void UnderASpinLock(A a)
            {
                _spin.Enter();
                a.{|LCK2001:Back|}();
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task SynchronizedMethods_InOneOrder() => Flows.VerifyAsync($$"""
        class A
        {
            readonly B _b = new();
            int _n;
            {{Mark}} internal void One() { _n++; _b.In(); }
            {{Mark}} internal void Two() { One(); }
        }
        class B
        {
            int _n;
            {{Mark}} internal void In() { _n++; }
            internal void Out(A a) { In(); a.One(); }
        }
        """);

    [Fact]
    public Task LocksOfTypeParameters_OneForEachArgument() => LocksOnly.VerifyAsync("""
        interface IHasGate { static abstract Gate G { get; } }
        class C<T1, T2> where T1 : IHasGate where T2 : IHasGate
        {
            [GuardedBy("T1.G")] static int _n;
            void Both() { T1.G.Enter(); T2.G.Enter(); T2.G.Exit(); T1.G.Exit(); }
            void Right() { T1.G.Enter(); _n++; T1.G.Exit(); }
            void TheOther() { T2.G.Enter(); {|LCK1001:_n|}++; T2.G.Exit(); }
            [RequiresLock("T1.G")] static void Needs() { _n++; }
            void Calls() { T1.G.Enter(); Needs(); T1.G.Exit(); {|LCK1002:Needs|}(); }
            void Again() { T1.G.Enter(); T1.G.{|LCK1006:Enter|}(); T1.G.Exit(); }
            public void Left() { T1.G.{|LCK1004:Enter|}(); }
        }
        """);

    [Fact]
    public Task WaitsWithALimit_MaySleep_UnlessItIsZero() => LocksOnly.VerifyMembersAsync("""
        readonly object _o = new();
        readonly SemaphoreSlim _slots = new(1, 1);
        readonly ReaderWriterLockSlim _slim = new();
        readonly Mutex _mutex = new();
        readonly ManualResetEventSlim _event = new();
        readonly Lock _lock = new();
        void UnderASpinLock(Thread thread, Task task)
        {
            _spin.Enter();
            if (Monitor.{|LCK2001:TryEnter|}(_o, 100)) Monitor.Exit(_o);
            if (Monitor.{|LCK2001:TryEnter|}(_o, TimeSpan.FromSeconds(1))) Monitor.Exit(_o);
            if (_slots.{|LCK2001:Wait|}(100)) _slots.Release();
            if (_slim.{|LCK2001:TryEnterWriteLock|}(100)) _slim.ExitWriteLock();
            if (_slim.{|LCK2001:TryEnterReadLock|}(TimeSpan.FromSeconds(1))) _slim.ExitReadLock();
            if (_mutex.{|LCK2001:WaitOne|}(100)) _mutex.ReleaseMutex();
            if (_lock.{|LCK2001:TryEnter|}(100)) _lock.Exit();
            _event.{|LCK2001:Wait|}(10);
            thread.{|LCK2001:Join|}(10);
            task.{|LCK2001:Wait|}(10);
            _spin.Exit();
        }
        void WithoutWaiting(Thread thread, Task task)
        {
            _spin.Enter();
            if (Monitor.TryEnter(_o)) Monitor.Exit(_o);
            if (Monitor.TryEnter(_o, 0)) Monitor.Exit(_o);
            if (Monitor.TryEnter(_o, TimeSpan.Zero)) Monitor.Exit(_o);
            if (_slots.Wait(0)) _slots.Release();
            if (_slots.Wait(TimeSpan.Zero)) _slots.Release();
            if (_slim.TryEnterWriteLock(0)) _slim.ExitWriteLock();
            if (_mutex.WaitOne(0)) _mutex.ReleaseMutex();
            if (_lock.TryEnter()) _lock.Exit();
            if (_lock.TryEnter(0)) _lock.Exit();
            _event.Wait(0);
            thread.Join(0);
            task.Wait(0);
            _spin.Exit();
        }
        private bool Try(int limit)
        {
            if (!Monitor.TryEnter(_o, limit))
                return false;
            Monitor.Exit(_o);
            return true;
        }
        void ThroughAHelper()
        {
            _spin.Enter();
            Try(0);
            {|LCK2001:Try|}(5);
            _spin.Exit();
        }
        """);

    [Fact]
    public Task CopiedByWith_ReadsEveryMember() => LocksOnly.VerifyAsync("""
        record R
        {
            internal readonly Gate G = new();
            [GuardedBy("G")] public int N { get; set; }
            public R Copy() => {|LCK1001:this with { }|};
        }
        class C
        {
            R Bare(R r) => {|LCK1001:r with { }|};
            R Locked(R r)
            {
                r.G.Enter();
                try { return r with { }; }
                finally { r.G.Exit(); }
            }
        }
        """);

    [Fact]
    public Task LockThatAnInterfaceAsksForAsAStatic_IsOneForEachType() => LocksOnly.VerifyAsync("""
        interface ICounted<T> where T : ICounted<T>
        {
            static abstract object Sync { get; }
            [GuardedBy("Sync")] static abstract int Count { get; set; }
        }
        class User
        {
            void Right<T>() where T : ICounted<T> { lock (T.Sync) T.Count++; }
            void Wrong<T>() where T : ICounted<T> => T.{|LCK1001:Count|}++;
            void Other<T, V>() where T : ICounted<T> where V : ICounted<V> { lock (V.Sync) T.{|LCK1001:Count|} = 1; }
            public void Left<T>() where T : ICounted<T> { Monitor.{|LCK1004:Enter|}(T.Sync); T.Count = 2; }
        }
        """);
}
