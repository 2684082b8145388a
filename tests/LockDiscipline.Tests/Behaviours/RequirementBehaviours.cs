using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>What a member requires of its callers, or excludes.</summary>
public sealed class RequirementBehaviours
{
    [Fact]
    public Task Call_WithoutAndWithTheRequiredLock() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;
            [RequiresLock("_rw")] void Change() => _n++;
            [RequiresLock("_rw", Shared = true)] int Read() => _n;

            void Wrong()
            {
                {|LCK1002:Change|}();
                this.{|LCK1002:Read|}();
            }
            void Shared()
            {
                _rw.EnterReadLock();
                Read();
                {|LCK1003:Change|}();
                _rw.ExitReadLock();
            }
            void Upgradeable()
            {
                _rw.EnterUpgradeableReadLock();
                Read();
                {|LCK1003:Change|}();
                _rw.ExitUpgradeableReadLock();
            }
            void Exclusive()
            {
                _rw.EnterWriteLock();
                Read();
                Change();
                _rw.ExitWriteLock();
            }
            [RequiresLock("_rw", Shared = true)] void SharedBody() => {|LCK1003:_n|}++;
        }
        """);

    [Fact]
    public Task RequiringMethod_MayDropAndTakeAgain() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;

            [RequiresLock("_gate")]
            void Right()
            {
                _n++;
                Monitor.Exit(_gate);
                Thread.Yield();
                Monitor.Enter(_gate);
                _n++;
            }
            [RequiresLock("_gate")]
            void Between()
            {
                Monitor.Exit(_gate);
                {|LCK1001:_n|}++;
                Monitor.Enter(_gate);
            }
        }
        """);

    [Fact]
    public Task Arguments_AreSubstitutedByParameter() => LocksOnly.VerifyAsync("""
        class Account
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int Balance;

            [RequiresLock("from.Gate", "to.Gate")]
            public static void Move(Account from, Account to, int amount = 1) { from.Balance -= amount; to.Balance += amount; }
            [RequiresLock("only.Gate")]
            static void One(Account other, Account only) => only.Balance = 0;

            static void Right(Account a, Account b)
            {
                lock (a.Gate)
                {
                    One(b, a);
                    One(only: a, other: b);
                    lock (b.Gate)
                    {
                        Move(a, b);
                        Move(amount: 3, to: b, from: a);
                    }
                }
            }
            static void Wrong(Account a, Account b)
            {
                lock (a.Gate)
                {
                    {|LCK1002:One|}(a, b);
                    {|LCK1002:One|}(only: b, other: a);
                    {|LCK1002:Move|}(to: b, from: a);
                }
            }
        }
        """);

    [Fact]
    public Task ContractOfAnInterface_BindsItsCallersAndImplementations() => LocksOnly.VerifyAsync("""
        interface IStore
        {
            object Gate { get; }
            [RequiresLock("Gate")] void Put(int n);
            int Count { [RequiresLock("Gate")] get; }
            void PutLocked(int n) { lock (Gate) Put(n); }
            void PutWrong(int n) => {|LCK1002:Put|}(n);
        }
        class Store : IStore
        {
            public object Gate { get; } = new();
            [GuardedBy("Gate")] int _n;
            public void Put(int n) => _n = n;
            int IStore.Count => _n;
        }
        abstract class Base
        {
            protected readonly object _gate = new();
            [RequiresLock("_gate")] public abstract void Do();
        }
        class Derived : Base
        {
            [GuardedBy("_gate")] int _n;
            public override void Do() => _n++;
            void Wrong() => {|LCK1002:Do|}();
            void Right() { lock (_gate) Do(); }
        }
        class User
        {
            void Wrong(IStore s, Store own) { s.{|LCK1002:Put|}(1); own.{|LCK1002:Put|}(1); _ = s.{|LCK1002:Count|}; }
            void Right(IStore s, Store own)
            {
                lock (s.Gate) { s.Put(1); _ = s.Count; }
                lock (own.Gate) own.Put(1);
            }
        }
        """);

    [Fact]
    public Task EveryKindOfMember_MayRequire() => LocksOnly.VerifyAsync("""
        class C : IDisposable
        {
            static readonly object Gate = new();
            [RequiresLock("Gate")] public C() { }
            public C(int n) { }
            int Value { [RequiresLock("Gate")] get => 1; [RequiresLock("Gate")] set { } }
            int this[int i] { [RequiresLock("Gate")] get => i; [RequiresLock("Gate")] set { } }
            event Action E { [RequiresLock("Gate")] add { } [RequiresLock("Gate")] remove { } }
            [RequiresLock("Gate")] public static C operator -(C a, C b) => a;
            [RequiresLock("Gate")] public static C operator !(C a) => a;
            [RequiresLock("Gate")] public static implicit operator int(C c) => 0;
            [RequiresLock("Gate")] public void Dispose() { }

            static void Wrong(C c)
            {
                _ = new {|LCK1002:C|}();
                C made = {|LCK1002:new()|};
                c.{|LCK1002:Value|} = c.{|LCK1002:Value|};
                {|LCK1002:c[0]|} = {|LCK1002:c[1]|};
                c.{|LCK1002:E|} += () => { };
                c.{|LCK1002:E|} -= () => { };
                _ = {|LCK1002:c - c|};
                _ = {|LCK1002:!c|};
                int n = {|LCK1002:c|};
            }
            static void WrongUsing()
            {
                using var c = new {|LCK1002:C|}(1);
            }
            static void Right(C c)
            {
                lock (Gate)
                {
                    _ = new C();
                    C made = new();
                    c.Value = c.Value;
                    c[0] = c[1];
                    c.E += () => { };
                    _ = c - c;
                    _ = !c;
                    int n = c;
                    using var d = new C(1);
                }
            }
        }
        """);

    [Fact]
    public Task ExtensionMethod_SpeaksOfItsReceiver() => LocksOnly.VerifyAsync("""
        class Queue { public readonly object Gate = new(); [GuardedBy("Gate")] public int N; }
        static class Extensions
        {
            [RequiresLock("queue.Gate")] public static void Push(this Queue queue) => queue.N++;
            [AcquiresLock("queue.Gate")] public static void LockIt(this Queue queue) => Monitor.Enter(queue.Gate);
            [ReleasesLock("queue.Gate")] public static void UnlockIt(this Queue queue) => Monitor.Exit(queue.Gate);
        }
        class User
        {
            void Wrong(Queue a, Queue b)
            {
                a.LockIt();
                b.{|LCK1002:Push|}();
                Extensions.{|LCK1002:Push|}(b);
                a.UnlockIt();
            }
            void Right(Queue a)
            {
                a.LockIt();
                a.Push();
                Extensions.Push(a);
                Extensions.UnlockIt(a);
            }
        }
        """);

    [Fact]
    public Task RoleWithoutAnObject_IsALock() => LocksOnly.VerifyAsync("""
        [Lock("ui thread")] sealed class UiThread { [AssertsLock] public void Verify() { } [TestsLock] public bool CheckAccess() => true; }
        static class Threads { public static readonly UiThread Ui = new(); }
        class View
        {
            [GuardedBy("Threads.Ui")] int _x;
            [RequiresLock("Threads.Ui")] void Paint() => _x++;
            [RequiresLock("Threads.Ui")] void OnPaint() => Paint();
            void Wrong() => {|LCK1002:Paint|}();
            void Right()
            {
                Threads.Ui.Verify();
                Paint();
            }
            void RightToo()
            {
                if (Threads.Ui.CheckAccess())
                    Paint();
                else
                    {|LCK1002:Paint|}();
            }
        }
        """);

    [Fact]
    public Task ExcludedLock_HeldInAnyMode() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [ExcludesLock("_rw")] void Flush() { _rw.EnterReadLock(); _rw.ExitReadLock(); }

            void Wrong()
            {
                _rw.EnterReadLock();
                {|LCK1007:Flush|}();
                _rw.ExitReadLock();
                _rw.EnterWriteLock();
                {|LCK1007:Flush|}();
                _rw.ExitWriteLock();
            }
            void Right()
            {
                _rw.EnterReadLock();
                _rw.ExitReadLock();
                Flush();
            }
            [RequiresLock("_rw", Shared = true)] void ByContract() => {|LCK1007:Flush|}();
        }
        """);

    [Fact]
    public Task ExcludedLockOfAChild_IsTheChilds() => LocksOnly.VerifyAsync("""
        class Node
        {
            readonly object _gate = new();
            Node? _child;
            [ExcludesLock("_gate")] void Visit() { lock (_gate) { } }

            void Wrong(Node child)
            {
                lock (child._gate)
                    child.{|LCK1007:Visit|}();
            }
            void Right(Node child)
            {
                lock (_gate)
                    child.Visit();
                lock (child._gate) { }
                child.Visit();
            }
        }
        """);

    [Fact]
    public Task ExclusionBehindHelpersAndLambdasInvokedInPlace_IsFound() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [ExcludesLock("_gate")] void Callback() { }
            private void Helper() => Callback();

            void Wrong()
            {
                lock (_gate)
                {
                    {|LCK1007:Helper|}();
                    ((Action)(() => {|LCK1007:Callback|}()))();
                }
            }
            void Right()
            {
                lock (_gate) { }
                Helper();
                ((Action)(() => Callback()))();
            }
        }
        """);
}
