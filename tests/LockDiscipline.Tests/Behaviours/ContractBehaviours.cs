using LockDiscipline.Tests.Rules;
using Declared = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.LCK9001ContractDoesNotBind>;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>What contracts say about locks and members, and whether they can be read at all.</summary>
public sealed class ContractBehaviours
{
    static Task Verify(string source) => Declared.VerifyAnalyzerAsync(null, Flows.Complete(source), []);

    [Fact]
    public Task StaticMember_CannotBeGuardedByAnInstance() => Verify("""
        class C
        {
            readonly object _gate = new();
            static readonly object Gate = new();
            [GuardedBy("{|LCK9001:_gate|}")] static int s_wrong;
            [GuardedBy("Gate")] static int s_right;
            [GuardedBy("Gate")] int _right;
            [RequiresLock("{|LCK9001:_gate|}")] static void Wrong() { }
            [RequiresLock("c._gate")] static void Right(C c) { }
        }
        """);

    [Fact]
    public Task UnknownName_IsToldInTheString() => Verify("""
        class C
        {
            readonly object _gate = new();
            readonly C _next = null!;
            [GuardedBy("{|LCK9001:_gat|}")] int _a;
            [GuardedBy("_next.{|LCK9001:_gat|}")] int _b;
            [RequiresLock("{|LCK9001:other|}._gate")] void M(C c) { }
            [RequiresLock("c._next._gate")] void N(C c) { }
        }
        """);

    [Fact]
    public Task ValueThatIsNoLock_IsTold() => Verify("""
        class C
        {
            readonly int _count = 1;
            readonly object _gate = new();
            [GuardedBy("{|LCK9001:_count|}")] int _wrong;
            [GuardedBy("_gate")] int _right;
        }
        """);

    [Fact]
    public Task SameLockTwice_IsOneLock() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate", "_gate")] [GuardedBy("this._gate")] int _n;
            [RequiresLock("_gate"), RequiresLock("_gate")] void Twice() => _n++;
            void Wrong() => {|LCK1001:_n|}++;
            void WrongCall() => {|LCK1002:Twice|}();
            void Right() { lock (_gate) { _n++; Twice(); } }
        }
        """);

    [Fact]
    public Task ExplicitAndDefaultImplementations_InheritTheContract() => LocksOnly.VerifyAsync("""
        interface IStore
        {
            object Gate { get; }
            [RequiresLock("Gate")] void Put();
            [AcquiresLock("Gate")] void Open();
            [ReleasesLock("Gate")] void Close();
            void Both() { Open(); Put(); Close(); }
            void Wrong() { {|LCK1004:Open|}(); Put(); }
        }
        class Store : IStore
        {
            public object Gate { get; } = new();
            [GuardedBy("Gate")] int _n;
            void IStore.Put() => _n++;
            void IStore.Open() => Monitor.Enter(Gate);
            void IStore.Close() => Monitor.Exit(Gate);
            public void Other() => {|LCK1001:_n|}++;
        }
        class User
        {
            void Right(IStore s) { s.Open(); s.Put(); s.Close(); }
            void Wrong(IStore s, IStore t) { s.Open(); t.{|LCK1002:Put|}(); s.Close(); }
        }
        """);

    [Fact]
    public Task OverridesInDeepHierarchies_InheritTheContract() => LocksOnly.VerifyAsync("""
        abstract class A
        {
            protected readonly object _gate = new();
            [GuardedBy("_gate")] protected int _n;
            [RequiresLock("_gate")] protected abstract void Do();
            [RequiresLock("_gate")] protected virtual int Count { [RequiresLock("_gate")] get => _n; }
        }
        class B : A { protected override void Do() => _n++; }
        sealed class C : B
        {
            protected override void Do() { _n++; base.Do(); }
            protected override int Count => _n;
            void Wrong() { {|LCK1002:Do|}(); _ = {|LCK1002:Count|}; }
            void Right() { lock (_gate) { Do(); _ = Count; } }
        }
        """.Replace("[RequiresLock(\"_gate\")] protected virtual", "protected virtual"));

    [Fact]
    public Task PrivateLock_IsNamedInPublicByAnAlias() => LocksOnly.VerifyAsync("""
        public class C
        {
            readonly object _gate = new();
            public object Gate => _gate;
            [GuardedBy("_gate")] public int N;
            [RequiresLock("Gate")] public void Public() => N++;
            [RequiresLock("_gate")] public void Private() => N++;
        }
        public class User
        {
            void Right(C c) { lock (c.Gate) { c.N++; c.Public(); c.Private(); } }
            void Wrong(C c) { c.{|LCK1001:N|}++; c.{|LCK1002:Public|}(); c.{|LCK1002:Private|}(); }
        }
        """);

    [Fact]
    public Task GenericTypes_AreSubstituted() => LocksOnly.VerifyAsync("""
        class Box<T>
        {
            public readonly Lock Gate = new();
            [GuardedBy("Gate")] public T? Value;
            [RequiresLock("Gate")] public void Set(T value) => Value = value;
            public U With<U>(Func<T?, U> f) { lock (Gate) return f(Value); }
        }
        class Shared<T> { public static readonly object Gate = new(); [GuardedBy("Gate")] public static int N; [RequiresLock("Gate")] public static void Do() => N++; }
        class User
        {
            void Right(Box<int> a, Box<string> b)
            {
                lock (a.Gate) { a.Value = 1; a.Set(2); }
                lock (b.Gate) b.Value += "";
                lock (Shared<int>.Gate) { Shared<int>.N++; Shared<int>.Do(); }
            }
            void Wrong(Box<int> a, Box<int> b)
            {
                lock (a.Gate) { b.{|LCK1001:Value|} = 1; b.{|LCK1002:Set|}(2); }
                lock (Shared<int>.Gate) { Shared<string>.{|LCK1001:N|}++; Shared<string>.{|LCK1002:Do|}(); }
            }
        }
        """);

    [Fact]
    public Task RecordsStructsAndPartials_AreTypesLikeOthers() => LocksOnly.VerifyAsync("""
        record R(object Gate)
        {
            [GuardedBy("Gate")] public int N { get; set; }
            public void Right() { lock (Gate) N++; }
            public void Wrong() => {|LCK1001:N|}++;
        }
        struct S
        {
            public object Gate;
            [GuardedBy("Gate")] public int N;
            public void Right() { lock (Gate) N++; }
            public void Wrong() => {|LCK1001:N|}++;
        }
        ref struct T(ref int n, object gate)
        {
            [GuardedBy("_gate")] ref int _n = ref n;
            readonly object _gate = gate;
            void Right() { lock (_gate) _n++; }
            void Wrong() => {|LCK1001:_n|}++;
        }
        partial class P
        {
            readonly object _gate = new();
            [RequiresLock("_gate")] partial void M();
        }
        partial class P
        {
            [GuardedBy("_gate")] int _n;
            partial void M() => _n++;
            void Wrong() => {|LCK1002:M|}();
        }
        """);

    [Fact]
    public Task SynchronizedMethod_LocksThis() => LocksOnly.VerifyAsync("""
        using System.Runtime.CompilerServices;
        class C
        {
            [GuardedBy("this")] int _n;
            [MethodImpl(MethodImplOptions.Synchronized)] public void Right() => _n++;
            [MethodImpl(MethodImplOptions.Synchronized | MethodImplOptions.NoInlining)] public void RightToo() => _n++;
            [MethodImpl(MethodImplOptions.NoInlining)] public void Wrong() => {|LCK1001:_n|}++;
            public void RightLock() { lock (this) _n++; }
            public void Caller() => Right();
            [GuardedBy("C")] static int s_n;
        }
        """.Replace("    [GuardedBy(\"C\")] static int s_n;\n", "").Replace("using System.Runtime.CompilerServices;\n", "").Replace("MethodImpl(", "System.Runtime.CompilerServices.MethodImpl(").Replace("MethodImplOptions", "System.Runtime.CompilerServices.MethodImplOptions"));

    [Fact]
    public Task SemaphoreWithoutWait_IsReleasedInVain() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _mutex = new(1, 1);
            readonly SemaphoreSlim _signal = new(0);
            readonly SemaphoreSlim _many = new(4, 4);
            public void Wrong() => _mutex.{|LCK1005:Release|}();
            public void WrongTwice()
            {
                _mutex.Wait();
                _mutex.Release();
                _mutex.{|LCK1005:Release|}();
            }
            public void Signal() => _signal.Release();
            public void Many() { _many.Wait(); _many.Wait(); _many.Release(2); }
        }
        """);

    [Fact]
    public Task WaitAndPulse_NeedTheLock() => LocksOnly.VerifyMembersAsync("""
        bool _ready;
        void Wrong()
        {
            while (!_ready)
                Monitor.{|LCK1002:Wait|}(_sync);
            Monitor.{|LCK1002:Pulse|}(_sync);
            Monitor.{|LCK1002:PulseAll|}(_sync);
        }
        void Right()
        {
            lock (_sync)
            {
                while (_k == 0)
                    Monitor.Wait(_sync);
                _k--;
                Monitor.PulseAll(_sync);
            }
        }
        void StillHeld()
        {
            Monitor.Enter(_sync);
            while (!_ready)
            {
                if (!Monitor.Wait(_sync, 10))
                {
                    Monitor.Exit(_sync);
                    return;
                }
            }
            _k++;
            Monitor.Exit(_sync);
        }
        """);
}
