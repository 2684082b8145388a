using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>What is locked: objects that change, are copied, or are everybody's.</summary>
public sealed class LockObjectBehaviours
{
    [Fact]
    public Task LockReplacedWhileHeld_InAnySpelling() => Flows.VerifyAsync("""
        class C
        {
            object _a = new();
            ReaderWriterLockSlim _b = new();
            SemaphoreSlim _c = new(1, 1);
            readonly object _right = new();
            int _n;
            void Monitors() { Monitor.Enter({|LCK1011:_a|}); var was = _a; _a = new(); _n++; Monitor.Exit(was); }
            void Swapped() { var was = _b; {|LCK1011:_b|}.EnterWriteLock(); _b = new(); was.ExitWriteLock(); }
            void Exchanged() { var was = _c; {|LCK1011:_c|}.Wait(); Interlocked.Exchange(ref _c, new(1, 1)); was.Release(); }
            void Right() { lock (_right) _n++; }
        }
        """);

    [Fact]
    public Task CollectionLockedAndReplaced_IsAnotherLock() => Flows.VerifyAsync("""
        class C
        {
            Dictionary<int, int> _map = new();
            readonly Dictionary<int, int> _kept = new();
            void Wrong() { lock ({|LCK1011:_map|}) _map[1] = 2; }
            void Replace() { _map = new(); }
            void Right() { lock (_kept) { _kept[1] = 2; _kept.Clear(); } }
        }
        """);

    [Fact]
    public Task LazilyCreatedLock_IsAssignedAgain() => Flows.VerifyAsync("""
        class C
        {
            object? _gate;
            object? _atomic;
            int _n;
            void Wrong()
            {
                _gate ??= new object();
                lock ({|LCK1011:_gate|})
                    _n++;
            }
            object Sync
            {
                get
                {
                    if (_atomic is null)
                        Interlocked.CompareExchange(ref _atomic, new object(), null);
                    return _atomic;
                }
            }
            void Right() { lock (Sync) _n++; }
            void RightToo() { lock (LazyInitializer.EnsureInitialized(ref _atomic)) _n++; }
        }
        """);

    [Fact]
    public Task EverybodysObjects_AreNoLocks() => Flows.VerifyAsync("""
        public class C<T>
        {
            static readonly string s_name = "x";
            int _n;
            long _id;
            void Wrong(Type type, string key, object boxed)
            {
                lock ({|LCK1011:typeof(C<>)|}) _n++;
                lock ({|LCK1011:type|}) _n++;
                lock ({|LCK1011:key|}) _n++;
                lock ({|LCK1011:s_name|}) _n++;
                lock ({|LCK1011:string.Intern(key)|}) _n++;
                lock ({|LCK1011:"literal"|}) _n++;
                lock ((object){|LCK1011:_id|}) _n++;
                lock ({|LCK1011:this|}) _n++;
            }
            readonly object _gate = new();
            void Right() { lock (_gate) _n++; }
        }
        """);

    [Fact]
    public Task LockPassedAsObject_IsItsMonitor() => Flows.VerifyAsync("""
        #pragma warning disable CS9216 // What the compiler says of it is not what this is about.
        class C
        {
            readonly Lock _lock = new();
            [GuardedBy("_lock")] int _n;
            void Right() { lock (_lock) _n++; }
            void RightScope() { using (_lock.EnterScope()) _n++; }
            void RightManual() { _lock.Enter(); try { _n++; } finally { _lock.Exit(); } }
        }
        """);

    [Fact]
    public Task StructLock_CopiedWithWhatHoldsIt() => Flows.VerifyAsync("""
        class C
        {
            SpinLock _spin = new(false);
            readonly SpinLock[] _many = new SpinLock[4];
            void CopiedElement() { var copy = {|LCK1011:_many[0]|}; bool t = false; copy.Enter(ref t); if (t) copy.Exit(); }
            void CopiedByIn() { In(in _spin); }
            static void In(in SpinLock spin) { bool t = false; {|LCK1011:spin|}.Enter(ref t); if (t) spin.Exit(); }
            void CopiedIntoLambda() { var copy = {|LCK1011:_spin|}; Action a = () => { bool t = false; copy.Enter(ref t); if (t) copy.Exit(); }; a(); }
            void CopiedIntoTuple() { var pair = ({|LCK1011:_spin|}, 1); }
            void Right() { bool t = false; try { _spin.Enter(ref t); } finally { if (t) _spin.Exit(); } }
            void RightRef() { ref var spin = ref _spin; bool t = false; spin.Enter(ref t); if (t) spin.Exit(); }
            void RightElement() { bool t = false; _many[1].Enter(ref t); if (t) _many[1].Exit(); }
        }
        """);

    [Fact]
    public Task StaticReadOnlyStructLock_LocksACopy() => Flows.VerifyAsync("""
        static class C
        {
            static readonly SpinLock s_wrong = new(false);
            static SpinLock s_right = new(false);
            static SpinLock Property { get; set; }
            static void Wrong() { bool t = false; {|LCK1011:s_wrong|}.Enter(ref t); if (t) s_wrong.Exit(); }
            static void WrongToo() { bool t = false; {|LCK1011:Property|}.Enter(ref t); if (t) Property.Exit(); }
            static void Right() { bool t = false; s_right.Enter(ref t); if (t) s_right.Exit(); }
        }
        """);

    [Fact]
    public Task PublicGate_IsEverybodys() => Flows.VerifyAsync("""
        public class C
        {
            public object SyncRoot = new();
            public static readonly SemaphoreSlim Slim = new(1, 1);
            public readonly ReaderWriterLockSlim Rw = new();
            internal readonly Lock Inside = new();
            int _n;
            void Wrong()
            {
                lock ({|LCK1011:SyncRoot|}) _n++;
                {|LCK1011:Slim|}.Wait();
                Slim.Release();
                {|LCK1011:Rw|}.EnterReadLock();
                Rw.ExitReadLock();
            }
            void Right() { lock (Inside) _n++; }
        }
        """);

    [Fact]
    public Task SynchronizedMethod_HoldsTheObject() => LocksOnly.VerifyAsync("""
        using System.Runtime.CompilerServices;
        class C
        {
            [GuardedBy("this")] int _n;
            [GuardedBy("typeof(C)")] static int s_n;
            [MethodImpl(MethodImplOptions.Synchronized)] void Right() => _n++;
            [MethodImpl(MethodImplOptions.Synchronized)] static void RightStatic() { }
            void Wrong() => {|LCK1001:_n|}++;
        }
        """);

    [Fact]
    public Task ObjectMadeForTheSection_ExcludesNobody() => Flows.VerifyAsync("""
        class C
        {
            int _n;
            void Wrong() { lock ({|LCK1011:new object()|}) _n++; }
            void WrongArray() { lock ({|LCK1011:new[] { _n }|}) _n++; }
            void WrongTyped() { Monitor.{|LCK1004:Enter|}({|LCK1011:new List<int>()|}); }
            void Published(List<List<int>> all) { var mine = new List<int>(); lock (mine) { all.Add(mine); mine.Add(_n); } }
        }
        """);
}
