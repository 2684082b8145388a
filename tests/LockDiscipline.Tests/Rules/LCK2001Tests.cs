namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2001: something that may sleep, under a spinning lock or in a body that must not sleep.</summary>
public sealed class LCK2001Tests
{
    internal const string UnderSpin = "while '_spin' is held, whose holder must not";

    internal const string InBody = "in a body that must not";

    [Fact]
    public Task SleepUnderSpinningLock_FoundAtTheCall() => Flows.VerifyMembersAsync("""
        void M()
        {
            _spin.{|#1:Enter|}();
            Thread.{|#0:Sleep|}(1);
            _spin.Exit();
        }
        """, Flows.Finding("LCK2001", 0, 1).WithArguments("'Sleep'", UnderSpin));

    [Fact]
    public Task SleepAfterTheRelease_Silent() => Flows.VerifyMembersAsync("""
        void M(bool c)
        {
            Thread.Sleep(1);
            _spin.Enter();
            _spin.Exit();
            _gate.Enter();
            Thread.Sleep(1);
            _gate.Exit();
            if (c)
                _spin.Enter();
            if (!c)
                Thread.Sleep(1);
            if (c)
                _spin.Exit();
        }
        """);

    [Fact]
    public Task MutexUnderMmuLock_Found() => Flows.VerifyAsync("""
        class Kvm
        {
            readonly Spin _mmuLock = new();
            readonly Gate _directMap = new();
            void Zap()
            {
                _mmuLock.{|#1:Enter|}();
                _directMap.{|#0:Enter|}();
                _directMap.Exit();
                _mmuLock.Exit();
            }
            void Right()
            {
                _directMap.Enter();
                _mmuLock.Enter();
                _mmuLock.Exit();
                _directMap.Exit();
            }
        }
        """, Flows.Finding("LCK2001", 0, 1).WithArguments("'Enter'", "while '_mmuLock' is held, whose holder must not"));

    [Fact]
    public Task BlockingCallsOfTheFramework_Found() => Flows.VerifyAsync("""
        class C
        {
            readonly Spin _spin = new();
            readonly object _sync = new();
            readonly Lock _lock = new();
            readonly SemaphoreSlim _counting = new(4, 8);
            readonly SemaphoreSlim _one = new(1, 1);
            readonly Mutex _mutex = new();
            readonly ReaderWriterLockSlim _rw = new();
            readonly ManualResetEventSlim _event = new();
            void M(Task task, Task<int> result, Thread thread, AutoResetEvent signal)
            {
                _spin.Enter();
                lock ({|LCK2001:_sync|}) { }
                lock ({|LCK2001:_lock|}) { }
                Monitor.{|LCK2001:Enter|}(_sync);
                Monitor.Exit(_sync);
                task.{|LCK2001:Wait|}();
                Task.{|LCK2001:WaitAll|}(task);
                var a = result.{|LCK2001:Result|};
                a = result.GetAwaiter().{|LCK2001:GetResult|}();
                thread.{|LCK2001:Join|}();
                Console.{|LCK2001:ReadLine|}();
                _counting.{|LCK2001:Wait|}();
                _one.{|LCK2001:Wait|}();
                _one.Release();
                _mutex.{|LCK2001:WaitOne|}();
                _mutex.ReleaseMutex();
                signal.{|LCK2001:WaitOne|}();
                _event.{|LCK2001:Wait|}();
                _rw.{|LCK2001:EnterReadLock|}();
                _rw.ExitReadLock();
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task WhatDoesNotBlock_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly Spin _spin = new();
            readonly Spin _inner = new();
            readonly Gate _gate = new();
            readonly object _sync = new();
            readonly SemaphoreSlim _one = new(1, 1);
            SpinLock _bcl = new(true);
            int _n;
            void M()
            {
                _spin.Enter();
                _inner.Enter();
                _inner.Exit();
                if (_gate.TryEnter())
                    _gate.Exit();
                if (Monitor.TryEnter(_sync))
                    Monitor.Exit(_sync);
                if (_one.Wait(0))
                    _one.Release();
                Interlocked.Increment(ref _n);
                Task.Run(() => Thread.Sleep(1));
                Monitor.IsEntered(_sync);
                bool taken = false;
                _bcl.Enter(ref taken);
                _bcl.Exit();
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task SpinLockOfTheFramework_Found() => Flows.VerifyAsync("""
        class C
        {
            SpinLock _spin = new(true);
            void M()
            {
                bool taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    Thread.{|LCK2001:Sleep|}(1);
                }
                finally
                {
                    if (taken)
                        _spin.Exit();
                }
            }
            void N()
            {
                bool taken = false;
                _spin.TryEnter(ref taken);
                if (taken)
                {
                    Thread.{|LCK2001:Sleep|}(1);
                    _spin.Exit();
                }
                else
                {
                    Thread.Sleep(1);
                }
            }
        }
        """);

    [Fact]
    public Task NoSleepMethod_BodyIsChecked() => Flows.VerifyMembersAsync("""
        private void Helper() => _gate.Enter();
        private void Leave() => _gate.Exit();
        [NoSleep]
        void M()
        {
            Thread.{|#0:Sleep|}(1);
            {|#1:Helper|}();
            Leave();
            if (_gate.TryEnter())
                _gate.Exit();
            _spin.Enter();
            _spin.Exit();
        }
        """,
        Flows.Finding("LCK2001", 0).WithArguments("'Sleep'", InBody),
        Flows.Finding("LCK2001", 1).WithArguments("'Helper' -> 'Enter'", InBody).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task NoSleepIsInherited() => Flows.VerifyAsync("""
        interface IHandler { [NoSleep] void Handle(); }
        abstract class Base { [NoSleep] public abstract void Handle(); }
        class A : IHandler { public void Handle() => Thread.{|LCK2001:Sleep|}(1); }
        class B : IHandler { void IHandler.Handle() => Thread.{|LCK2001:Sleep|}(1); }
        class D : Base
        {
            public override void Handle() => Thread.{|LCK2001:Sleep|}(1);
        }
        """);

    [Fact]
    public Task NoSleepDelegates_LambdasAreChecked() => Flows.VerifyAsync("""
        [NoSleep] delegate void Handler(int slot);
        class C
        {
            static void Each(Handler handler) { }
            static void Atomic([NoSleep] Action action) { }
            static void Any(Action action) { }
            static void Quick() { }
            static void Slow() => Thread.Sleep(1);
            void M()
            {
                Each(slot => Thread.{|LCK2001:Sleep|}(slot));
                Atomic(() => Thread.{|LCK2001:Sleep|}(1));
                Atomic(() => {|LCK2001:Slow|}());
                Atomic(() => Quick());
                Atomic(delegate { Console.{|LCK2001:ReadLine|}(); });
                Any(() => Thread.Sleep(1));
                Handler kept = slot => Thread.{|LCK2001:Sleep|}(slot);
                Handler made = new Handler(slot => { Thread.{|LCK2001:Sleep|}(slot); });
            }
        }
        """);

    [Fact]
    public Task DelegateThatMaySleep_FoundWhereCalled() => Flows.VerifyAsync("""
        [MaySleep] delegate void Op();
        class C
        {
            readonly Spin _spin = new();
            void M(Op op, Action other)
            {
                _spin.Enter();
                {|LCK2001:op|}();
                op.{|LCK2001:Invoke|}();
                {|LCK2007:other|}();
                _spin.Exit();
                op();
            }
        }
        """);

    [Fact]
    public Task StatedMaySleep_NeedsNoSource() => Flows.VerifyAsync("""
        interface IDevice { [MaySleep] void Flush(); int Status { [MaySleep] get; } }
        abstract class Base { [MaySleep] public abstract void Wait(); public virtual void Quick() => Thread.Sleep(1); }
        class C
        {
            readonly Spin _spin = new();
            void M(IDevice device, Base b)
            {
                _spin.Enter();
                device.{|LCK2001:Flush|}();
                var s = device.{|LCK2001:Status|};
                b.{|LCK2001:Wait|}();
                b.{|LCK2001:Quick|}();
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task UglyControlFlow_FoundWhereHeldOnSomePath() => Flows.VerifyMembersAsync("""
        void Early(int n)
        {
            _spin.Enter();
            if (n > 3)
            {
                _spin.Exit();
                Thread.Sleep(1);
                return;
            }
            if (n > 2)
                Thread.{|LCK2001:Sleep|}(1);
            _spin.Exit();
        }
        void Flag(bool atomic)
        {
            bool locked = false;
            if (atomic) { _spin.Enter(); locked = true; }
            Thread.{|LCK2001:Sleep|}(1);
            if (!locked) Thread.Sleep(1);
            if (locked) _spin.Exit();
        }
        void Loop(int[] items)
        {
            foreach (var i in items)
            {
                Thread.Sleep(1);
                _spin.Enter();
                if (i > 3)
                {
                    _spin.Exit();
                    continue;
                }
                _spin.Exit();
            }
        }
        void Finally()
        {
            _spin.Enter();
            try { Work(); }
            finally { Thread.{|LCK2001:Sleep|}(1); _spin.Exit(); Thread.Sleep(2); }
        }
        void Switch(int n)
        {
            if (n is > 3 and < 9)
                _spin.Enter();
            switch (n)
            {
                case 5: Thread.{|LCK2001:Sleep|}(1); break;
                case 1: Thread.Sleep(1); break;
            }
            if (n is > 3 and < 9)
                _spin.Exit();
        }
        void Goto(int n)
        {
        again:
            Thread.Sleep(1);
            _spin.Enter();
            if (n-- > 0)
            {
                _spin.Exit();
                goto again;
            }
            _spin.Exit();
        }
        void Try()
        {
            if (!_spin.TryEnter())
            {
                Thread.Sleep(1);
                return;
            }
            Thread.{|LCK2001:Sleep|}(1);
            _spin.Exit();
        }
        """);

    [Fact]
    public Task LambdasAndLocalFunctions() => Flows.VerifyMembersAsync("""
        void M(List<int> items)
        {
            _spin.Enter();
            items.ForEach(i => Thread.{|LCK2001:Sleep|}(i));
            {|LCK2001:Local|}();
            Action later = () => Thread.Sleep(1);
            ThreadPool.QueueUserWorkItem(_ => Thread.Sleep(1));
            _spin.Exit();
            void Local() => Thread.Sleep(1);
        }
        [NoSleep]
        void N(List<int> items)
        {
            items.ForEach(i => Thread.{|LCK2001:Sleep|}(i));
            Task.Run(() => Thread.Sleep(1));
            {|LCK2001:Local|}();
            void Local() => Thread.Sleep(1);
        }
        """);

    [Fact]
    public Task AwaitIsNotBlocking_AnotherRulesConcern() => Flows.VerifyMembersAsync("""
        readonly SemaphoreSlim _sem = new(1, 1);
        async Task M()
        {
            _spin.Enter();
            {|LCK2004:await|} _sem.WaitAsync();
            {|LCK2004:await|} Task.Delay(1);
            _sem.Release();
            _spin.Exit();
        }
        """);

    [Fact]
    public Task ScopesOfSpinningLocks() => Flows.VerifyAsync("""
        [ScopedLock]
        readonly ref struct SpinScope
        {
            readonly Spin _spin;
            [AcquiresLock("spin")] public SpinScope(Spin spin) { _spin = spin; spin.Enter(); }
            public void Dispose() => _spin.Exit();
        }
        class C
        {
            readonly Spin _spin = new();
            readonly Gate _gate = new();
            void M()
            {
                using (new SpinScope(_spin))
                {
                    using (_gate.{|LCK2001:Open|}()) { }
                    using (new {|LCK2001:Scope|}(_gate)) { }
                }
                using (_gate.Open())
                using (new SpinScope(_spin))
                    Thread.{|LCK2001:Sleep|}(1);
                Thread.Sleep(1);
            }
        }
        """);

    [Fact]
    public Task TopLevelStatements() => Flows.VerifyProgramAsync("""
        var spin = new Spin();
        spin.Enter();
        Thread.{|LCK2001:Sleep|}(1);
        spin.Exit();
        """);

    [Fact]
    public Task NoSleepOnALambda_IsItsContract() => Flows.VerifyMembersAsync("""
        void M() { Action a = [NoSleep] () => Thread.{|LCK2001:Sleep|}(1); a(); }
        void N() { [NoSleep] void F() => Thread.{|LCK2001:Sleep|}(1); F(); }
        """);
}
