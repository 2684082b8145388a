using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Sleeping where it is forbidden, however far down.</summary>
public sealed class SleepBehaviours
{
    [Theory]
    [InlineData("Thread.{|LCK2001:Sleep|}(1);")]
    [InlineData("lock ({|LCK2001:_sync|}) { }")]
    [InlineData("Monitor.{|LCK2001:Enter|}(_sync); Monitor.Exit(_sync);")]
    [InlineData("_sem.{|LCK2001:Wait|}(); _sem.Release();")]
    [InlineData("_mutex.{|LCK2001:WaitOne|}(); _mutex.ReleaseMutex();")]
    [InlineData("_rw.{|LCK2001:EnterReadLock|}(); _rw.ExitReadLock();")]
    [InlineData("_event.{|LCK2001:Wait|}();")]
    [InlineData("_ = task.{|LCK2001:Result|};")]
    [InlineData("task.{|LCK2001:Wait|}();")]
    [InlineData("task.GetAwaiter().{|LCK2001:GetResult|}();")]
    [InlineData("Task.{|LCK2001:WaitAll|}(task);")]
    [InlineData("thread.{|LCK2001:Join|}();")]
    [InlineData("using (_lock.{|LCK2001:EnterScope|}()) { }")]
    [InlineData("_spinOther.Enter(); _spinOther.Exit();")]
    [InlineData("if (Monitor.TryEnter(_sync)) Monitor.Exit(_sync);")]
    [InlineData("Monitor.Pulse(_sync);")]
    [InlineData("Interlocked.Increment(ref _n);")]
    [InlineData("_event.Set();")]
    public Task UnderASpinLock(string statement)
    {
        var code = $$"""
            class C
            {
                readonly Spin _spin = new();
                readonly Spin _spinOther = new();
                readonly object _sync = new();
                readonly Lock _lock = new();
                readonly SemaphoreSlim _sem = new(1, 1);
                readonly Mutex _mutex = new();
                readonly ReaderWriterLockSlim _rw = new();
                readonly ManualResetEventSlim _event = new();
                int _n;
                void Wrong(Task<int> task, Thread thread)
                {
                    _spin.Enter();
                    {{statement}}
                    _spin.Exit();
                }
                [NoSleep] void InABody(Task<int> task, Thread thread)
                {
                    {{statement}}
                }
                void Right(Task<int> task, Thread thread)
                {
                    _spin.Enter();
                    _spin.Exit();
                    {{statement.Replace("{|LCK2001:", "").Replace("|}", "")}}
                }
            }
            """;
        return LocksOnly.VerifyAsync(statement.Contains("Pulse") ? code.Replace("Monitor.Pulse", "Monitor.{|LCK1002:Pulse|}") : code);
    }

    [Fact]
    public Task SleepThreeCallsDown_IsFoundAtTheFirst() => LocksOnly.VerifyAsync("""
        class C
        {
            SpinLock _spin;
            void Wrong()
            {
                bool t = false;
                _spin.Enter(ref t);
                {|LCK2001:A|}();
                _spin.Exit();
            }
            void Right()
            {
                bool t = false;
                _spin.Enter(ref t);
                _spin.Exit();
                A();
            }
            void A() => B();
            private protected void B() => Helper.D();
        }
        static class Helper
        {
            public static void D() => E(1);
            static int E(int n) { if (n > 0) Thread.Sleep(n); return n; }
        }
        """);

    [Fact]
    public Task SleepBehindEveryKindOfMember_IsFound() => LocksOnly.VerifyMembersAsync("""
        int Prop { get { Thread.Sleep(1); return 1; } set => Thread.Sleep(value); }
        int this[int i] { get { Thread.Sleep(1); return 1; } set { Thread.Sleep(1); } }
        sealed class Res : IDisposable
        {
            public Res() { }
            public Res(int n) => Thread.Sleep(n);
            public void Dispose() => Thread.Sleep(1);
            public static Res operator +(Res a, Res b) { Thread.Sleep(1); return a; }
            public static implicit operator int(Res r) { Thread.Sleep(1); return 1; }
        }
        sealed class Items
        {
            public Enumerator GetEnumerator() => new();
            public sealed class Enumerator
            {
                public int Current => 1;
                public bool MoveNext() { Thread.Sleep(1); return false; }
            }
        }
        sealed class Sleepy
        {
            public List<int>.Enumerator GetEnumerator() { Thread.Sleep(1); return new List<int>().GetEnumerator(); }
        }
        event Action Ev { add => Thread.Sleep(1); remove { } }
        void Wrong(Res r)
        {
            _spin.Enter();
            _ = {|LCK2001:Prop|};
            {|LCK2001:Prop|} = 1;
            _ = {|LCK2001:this[0]|};
            {|LCK2001:this[0]|} = 1;
            _ = new {|LCK2001:Res|}(1);
            _ = {|LCK2001:r + r|};
            int n = {|LCK2001:r|};
            {|LCK2001:Ev|} += Work;
            _spin.Exit();
        }
        void WrongUsing()
        {
            _spin.Enter();
            using (new {|LCK2001:Res|}()) { }
            _spin.Exit();
        }
        void WrongEach(Items items, Sleepy sleepy)
        {
            _spin.Enter();
            foreach (var i in {|LCK2001:items|}) { }
            foreach (var i in {|LCK2001:sleepy|}) { }
            _spin.Exit();
        }
        void WrongLocal()
        {
            _spin.Enter();
            {|LCK2001:Local|}();
            ((Action)(() => Thread.{|LCK2001:Sleep|}(1)))();
            _spin.Exit();
            void Local() => Thread.Sleep(1);
        }
        """);

    [Fact]
    public Task InterfaceAndVirtualCalls_ReachTheirKnownTargets() => LocksOnly.VerifyAsync("""
        interface IOp { void Do(); }
        sealed class Sleepy : IOp { public void Do() => Thread.Sleep(1); }
        interface IQuiet { void Do(); }
        sealed class Quiet : IQuiet { public void Do() { } }
        abstract class Shape { public abstract void Draw(); internal virtual void Hide() { } }
        sealed class Round : Shape { public override void Draw() { } internal override void Hide() => Thread.Sleep(1); }
        sealed class Square : Shape { public override void Draw() => Thread.Sleep(1); }
        class C
        {
            readonly Spin _spin = new();
            void Wrong(IOp op, Shape shape)
            {
                _spin.Enter();
                op.{|LCK2001:Do|}();
                shape.{|LCK2001:Draw|}();
                shape.{|LCK2001:Hide|}();
                _spin.Exit();
            }
            void Right(IQuiet quiet, Round round)
            {
                _spin.Enter();
                quiet.Do();
                round.Draw();
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task InterfaceThatAnyoneMayImplement_SaysNothing() => LocksOnly.VerifyAsync("""
        public interface IOp { void Do(); }
        public class Sleepy : IOp { public virtual void Do() => Thread.Sleep(1); }
        class C
        {
            readonly Spin _spin = new();
            void Right(IOp op)
            {
                _spin.Enter();
                op.Do();
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task FlagArgument_DecidesWhetherTheCalleeSleeps() => LocksOnly.VerifyAsync("""
        enum Gfp { Atomic, Kernel }
        class C
        {
            readonly Spin _spin = new();
            static object Alloc(bool atomic)
            {
                if (!atomic)
                    Thread.Sleep(1);
                return new();
            }
            static object AllocFlags(Gfp flags, int n = 0)
            {
                if (flags == Gfp.Kernel)
                    Thread.Sleep(1);
                return new();
            }
            static object Forward(bool mayWait) => Alloc(atomic: !mayWait);
            static object Default(bool mayWait = true) => mayWait ? Alloc(false) : Alloc(true);
            void Right(bool c)
            {
                _spin.Enter();
                Alloc(true);
                Alloc(atomic: true);
                AllocFlags(Gfp.Atomic);
                Forward(false);
                Default(mayWait: false);
                const bool atomic = true;
                Alloc(atomic);
                var local = true;
                Alloc(local);
                if (c)
                    Alloc(c);
                _spin.Exit();
            }
            void Wrong(bool c)
            {
                _spin.Enter();
                {|LCK2001:Alloc|}(false);
                {|LCK2001:AllocFlags|}(Gfp.Kernel);
                {|LCK2001:Forward|}(true);
                {|LCK2001:Default|}();
                {|LCK2001:Alloc|}(c);
                if (!c)
                    {|LCK2001:Alloc|}(c);
                _spin.Exit();
            }
            void RightWithTheSameFlag(bool locked)
            {
                if (locked)
                    _spin.Enter();
                Alloc(locked);
                if (locked)
                    _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task DelegateOrParameterThatMustNotSleep_IsCheckedWhereItIsGiven() => LocksOnly.VerifyMembersAsync("""
        static void Irq([NoSleep] Action handler) { }
        [NoSleep] delegate void Handler();
        static void Take(Handler h) { }
        void Wrong()
        {
            Irq(() => Thread.{|LCK2001:Sleep|}(1));
            Take(() => { lock ({|LCK2001:_sync|}) { } });
            Handler h = () => Thread.{|LCK2001:Sleep|}(1);
        }
        void Right()
        {
            Irq(() => Work());
            Irq(() => Task.Run(() => Thread.Sleep(1)));
            Take(Work);
        }
        """);

    [Fact]
    public Task ReleasedBeforeItSleeps_IsAllowed() => LocksOnly.VerifyMembersAsync("""
        void Right()
        {
            _spin.Enter();
            Relax();
            _spin.Exit();
        }
        private void Relax()
        {
            _spin.Exit();
            Thread.Sleep(1);
            _spin.Enter();
        }
        void Wrong()
        {
            _spin.Enter();
            {|LCK2001:RelaxLate|}();
            _spin.Exit();
        }
        private void RelaxLate()
        {
            Thread.Sleep(1);
            _spin.Exit();
            _spin.Enter();
        }
        """);

    [Fact]
    public Task RecursionAndKnotsOfCalls_AreFollowedOnce() => LocksOnly.VerifyMembersAsync("""
        void Wrong()
        {
            _spin.Enter();
            {|LCK2001:Even|}(4);
            Fine(3);
            _spin.Exit();
        }
        void Even(int n) { if (n > 0) Odd(n - 1); }
        void Odd(int n) { if (n > 0) Even(n - 1); else Thread.Sleep(1); }
        void Fine(int n) { if (n > 0) Fine(n - 1); }
        """);

    [Fact]
    public Task MembersOfInternalHierarchies_DoWhatTheirCodeDoes() => LocksOnly.VerifyAsync("""
        internal interface IJob { void Run(); int Cost { get; } }
        sealed class J1 : IJob { readonly Gate _g = new(); public void Run() { _g.Enter(); _g.Exit(); } public int Cost => 1; }
        sealed class J2 : IJob { public void Run() { } public int Cost { get { Thread.Sleep(1); return 1; } } }
        class C
        {
            readonly Spin _s = new();
            void M(IJob j) { _s.Enter(); j.{|LCK2001:Run|}(); _ = j.{|LCK2001:Cost|}; _s.Exit(); }
            void N(J1 j) { _s.Enter(); _ = j.Cost; _s.Exit(); }
        }
        abstract class Tmpl
        {
            protected readonly Gate _g = new();
            [GuardedBy("_g")] protected int _n;
            internal void Do() { _g.Enter(); {|LCK1006:Core|}(); _g.Exit(); }
            private protected abstract void Core();
        }
        sealed class T1 : Tmpl { private protected override void Core() { _g.Enter(); _g.Exit(); } }
        """);

    /// <summary>A read section that never waits is no sleep, wherever it is entered; the wait for its readers is.</summary>
    [Fact]
    public Task ReadSectionUnderASpinLock() => Flows.VerifyAsync("""
        [Lock("SRCU")]
        public sealed class Sections
        {
            [AcquiresLock(Shared = true)] public int ReadLock() => 0;
            [ReleasesLock(Shared = true)] public void ReadUnlock(int index) { }
            [AcquiresLock(Shared = true)] public Section Read() => new(this);
            [WaitsFor, MaySleep] public void Synchronize() { }
        }

        [ScopedLock]
        public readonly ref struct Section
        {
            readonly Sections _sections;
            [AcquiresLock(nameof(sections), Shared = true)] public Section(Sections sections) { _sections = sections; }
            [ReleasesLock] public void Dispose() { }
        }

        class C
        {
            readonly Spin _spin = new();
            readonly Sections _sections = new();
            void Both()
            {
                _spin.Enter();
                int index = _sections.ReadLock();
                _sections.ReadUnlock(index);
                using (_sections.Read()) { }
                _spin.Exit();
            }
            void Waits()
            {
                _spin.Enter();
                _sections.{|LCK2001:Synchronize|}();
                _spin.Exit();
            }
        }
        """);
}
