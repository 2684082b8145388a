namespace LockDiscipline.Tests.Rules;

/// <summary>LCK1011: what is locked can become another object, or can be locked by code elsewhere.</summary>
public sealed class LCK1011Tests
{
    [Fact]
    public Task ReassignedWhileHeld_FoundAtTheLockExpression() => Flows.VerifyAsync("""
        class C
        {
            object _gate = new();
            int _n;
            void M()
            {
                lock ({|#0:_gate|})
                {
                    {|#1:_gate = new object()|};
                    _n++;
                }
            }
        }
        """,
        Flows.Finding("LCK1011", 0, 1).WithArguments("_gate", "is assigned another object while it is held"));

    [Fact]
    public Task FieldThatIsNotReadOnly_OnceForABody() => Flows.VerifyAsync("""
        class C
        {
            private object {|#1:_gate = new()|};
            private ReaderWriterLockSlim _rw = new();
            private SpinLock _spin = new(false);
            private readonly object _right = new();
            private readonly object _inConstructor;
            int _n;
            C() { _inConstructor = new(); }
            void M()
            {
                lock ({|#0:_gate|})
                    _n++;
                lock (_gate)
                    _n++;
                {|LCK1011:_rw|}.EnterReadLock();
                _rw.ExitReadLock();
                lock (_right)
                    _n++;
                lock (_inConstructor)
                    _n++;
                bool taken = false;
                _spin.Enter(ref taken);
                if (taken)
                    _spin.Exit();
            }
        }
        """, Flows.Finding("LCK1011", 0, 1).WithArguments("_gate", "is not readonly: once it is assigned again, two threads lock different objects") with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info });

    [Fact]
    public Task FieldAssignedElsewhere_Found() => Flows.VerifyAsync("""
        class C
        {
            private object _gate = new();
            private object _byReference = new();
            private List<int> _items = new();
            int _n;
            void Reset() => _gate = new object();
            void Swap(ref object other) { }
            void Give() => Swap(ref _byReference);
            void Clear() { lock ({|LCK1011:_items|}) _items = new(); }
            void M()
            {
                lock ({|LCK1011:_gate|}) _n++;
                lock ({|LCK1011:_byReference|}) _n++;
            }
        }
        """);

    [Fact]
    public Task HandOverHandAndLocals_Silent() => Flows.VerifyAsync("""
        class Node { public readonly Gate Gate = new(); public Node? Next; public int Value; }
        class C
        {
            readonly Node _head = new();
            void Walk()
            {
                var node = _head;
                node.Gate.Enter();
                while (node.Next is { } next)
                {
                    next.Gate.Enter();
                    node.Gate.Exit();
                    node = next;
                }
                node.Gate.Exit();
            }
            void Local(object a, object b)
            {
                var gate = a;
                lock (gate)
                    gate = b;
                lock (a)
                    a = b;
            }
        }
        """);

    [Fact]
    public Task ThisTypeStringAndBoxed_Found() => Flows.VerifyAsync("""
        public class C
        {
            const string Name = "gate";
            readonly string _text = "gate";
            readonly Type _type = typeof(C);
            int _n;
            void M(int number)
            {
                lock ({|LCK1011:this|}) _n++;
                lock ({|LCK1011:typeof(C)|}) _n++;
                lock ({|LCK1011:_type|}) _n++;
                lock ({|LCK1011:GetType()|}) _n++;
                lock ({|LCK1011:_text|}) _n++;
                lock ({|LCK1011:Name|}) _n++;
                Monitor.Enter({|LCK1011:number|});
                Monitor.Exit(number);
                if (Monitor.TryEnter(this))
                    Monitor.Exit(this);
            }
        }
        """);

    [Fact]
    public Task PublicGates_UnlessOfALockType() => Flows.VerifyAsync("""
        public class C
        {
            public readonly object Plain = new();
            public readonly Lock Bcl = new();
            public readonly Gate Own = new();
            internal readonly object Hidden = new();
            protected readonly object Shared = new();
            int _n;
            void M()
            {
                lock ({|LCK1011:Plain|}) _n++;
                lock ({|LCK1011:Bcl|}) _n++;
                Own.Enter();
                Own.Exit();
                lock (Hidden) _n++;
                lock (Shared) _n++;
            }
        }
        class Inside
        {
            public readonly object Gate = new();
            void M() { lock (Gate) { } }
        }
        """);

    [Fact]
    public Task StructLocks_CopiedOrReadOnly() => Flows.VerifyAsync("""
        class C
        {
            SpinLock _spin = new(false);
            readonly SpinLock _fixed = new(false);
            SpinLock Copy => {|LCK1011:_spin|};
            ref SpinLock Place => ref _spin;
            static void Take(SpinLock spin) { }
            static void ByReference(ref SpinLock spin) { }
            void Assigned()
            {
                var copy = {|LCK1011:_spin|};
                bool taken = false;
                copy.Enter(ref taken);
                if (taken)
                    copy.Exit();
            }
            void Passed()
            {
                Take({|LCK1011:_spin|});
                ByReference(ref _spin);
                object boxed = {|LCK1011:_spin|};
                ref var place = ref _spin;
            }
            void ReadOnly()
            {
                bool taken = false;
                {|LCK1011:_fixed|}.Enter(ref taken);
                if (taken)
                    _fixed.Exit();
            }
        }
        """);

    [Fact]
    public Task ScopesAndFreshObjects_Silent() => Flows.VerifyAsync("""
        class C
        {
            object _gate = new();
            int _n;
            C(bool c)
            {
                if (c)
                    _gate = new object();
            }
            public void M(Gate gate)
            {
                using var scope = gate.Open();
                _n++;
            }
        }
        """);

    /// <summary>Nobody can lock it before; whether it gets a second value is up to who calls.</summary>
    [Fact]
    public Task FirstValueFromAMethod_IsASuggestion() => Flows.VerifyAsync("""
        class C
        {
            private object? _handed;
            private object? _made;
            private object? _lazy;
            private object? _second;
            private object? _locked;
            private object? _maybe;
            private object? _twice;
            int _n;
            public C(bool b) { if (b) _second = new object(); }
            public void Subscribe(object gate) { _handed = gate; Start(); }
            public void Start() => this._made = new object();
            public void Swap(bool b)
            {
                _second = new object();
                if (b)
                    _maybe = new object();
                _lazy ??= new object();
                _twice = new object();
            }
            public void SwapToo() => _twice = new object();
            public void M()
            {
                lock ({|#0:_handed|}!) _n++;
                lock ({|#1:_made|}!) _n++;
                lock ({|#2:_lazy|}!) _n++;
                lock ({|#3:_second|}!) _n++;
                lock ({|#4:_maybe|}!) _n++;
                lock ({|#5:_twice|}!) _n++;
            }
            public void Next()
            {
                lock ({|#6:_locked|}!) _n++;
                _locked = new object();
            }
        }
        """,
        Flaw(0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(1) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(2),
        Flaw(3),
        Flaw(4),
        Flaw(5),
        Flaw(6));

    static DiagnosticResult Flaw(int place) => Flows.Finding("LCK1011", place).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);

    [Fact]
    public Task NewEachTimeItIsRead_IsNoLock() => Flows.VerifyAsync("""
        class C
        {
            object Fresh => new();
            object Kept { get; } = new();
            void M() { lock ({|LCK1011:Fresh|}) { } }
            void N() { lock (Kept) { } }
        }
        """);

    [Fact]
    public Task NullUntilItGetsItsValue_IsAssignedOnce() => Flows.VerifyAsync("""
        class C
        {
            object {|#1:_late = null!|};
            public void Init() { _late = new(); }
            public void M() { lock ({|#0:_late|}) { } }
        }
        """,
        Flows.Finding("LCK1011", 0, 1) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info });

    /// <summary>What is set to null is locked by nobody any more; only a second object makes two locks.</summary>
    [Fact]
    public Task SetToNull_IsNoOtherLock() => Flows.VerifyAsync("""
        class C
        {
            object _late, _made = new(), _swapped = new(), _again;
            int _n;
            public void Init() { _late = new(); }
            public void Close() { _late = null; _made = null; _again = null; Interlocked.Exchange(ref _made, null); }
            public void Swap() => Interlocked.Exchange(ref _swapped, new object());
            public void Open() { if (_n > 0) _again = new(); }
            public void M()
            {
                lock ({|#0:_late|}) _n++;
                lock ({|#1:_made|}) _n++;
                lock ({|#2:_swapped|}) _n++;
                lock ({|#3:_again|}) _n++;
            }
        }
        """,
        Flaw(0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(1) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(2),
        Flaw(3));

    /// <summary>An exchange that compares with null gives the field one value for good, whoever comes first; one that compares with another does not.</summary>
    [Fact]
    public Task SetOnceByWhoeverComesFirst_IsASuggestion() => Flows.VerifyAsync("""
        class C
        {
            Dictionary<int, int> _once, _swapped, _lazy, _both;
            static object s_gate;
            void Make()
            {
                if (_once == null)
                    Interlocked.CompareExchange(ref _once, new Dictionary<int, int>(), null);
                Interlocked.CompareExchange(comparand: null, value: new object(), location1: ref s_gate);
                Interlocked.CompareExchange(ref _swapped, new Dictionary<int, int>(), _once);
                LazyInitializer.EnsureInitialized(ref _lazy);
                Interlocked.CompareExchange(ref _both, new Dictionary<int, int>(), null);
            }
            void Renew() => _both = new Dictionary<int, int>();
            void M()
            {
                lock ({|#0:_once|}) { }
                lock ({|#1:s_gate|}) { }
                lock ({|#2:_swapped|}) { }
                lock ({|#3:_lazy|}) { }
                lock ({|#4:_both|}) { }
            }
        }
        """,
        Flaw(0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(1) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(2),
        Flaw(3) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(4));

    /// <summary>Whoever comes second waits for the other lock, and finds the first one's object there. A test outside of that lock, or no other lock, keeps nobody from making a second.</summary>
    [Fact]
    public Task MadeWhereThereIsNoneUnderAnotherLock_IsASuggestion() => Flows.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            object _tested, _coalesced, _chosen, _double, _outside, _own, _unlocked;
            int _n;
            object Chosen() { lock (_sync) return _chosen ?? (_chosen = new object()); }
            void Make(bool b)
            {
                lock (_sync)
                {
                    if (b && _tested is null)
                        _tested = new object();
                    _coalesced ??= new object();
                }
                if (_double == null)
                {
                    lock (_sync)
                    {
                        if (this._double == null)
                            this._double = new object();
                    }
                }
                if (_outside == null)
                {
                    lock (_sync)
                        _outside = new object();
                }
                lock ({|#5:_own|})
                    _own ??= new object();
                if (_unlocked == null)
                    _unlocked = new object();
            }
            void Close() { lock (_sync) _tested = null; }
            void M()
            {
                lock ({|#0:_tested|}) _n++;
                lock ({|#1:_coalesced|}) _n++;
                lock ({|#2:_chosen|}) _n++;
                lock ({|#3:_double|}) _n++;
                lock ({|#4:_outside|}) _n++;
                lock ({|#6:_unlocked|}) _n++;
            }
        }
        """,
        Flaw(0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(1) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(2) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(3) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(4),
        Flaw(5),
        Flaw(6));

    /// <summary>Locks of one name are one lock, whichever object stands for it.</summary>
    [Fact]
    public Task NamedLockMadeAgain_IsASuggestion() => Flows.VerifyAsync("""
        class C
        {
            Mutex _named, _plain;
            readonly string _name = "x";
            int _n;
            void Open()
            {
                if (_named is null)
                    _named = new Mutex(false, _name);
                if (_plain is null)
                    _plain = new Mutex(false, null);
            }
            void Close() { _named = null; _plain = null; }
            void M()
            {
                {|#0:_named|}.WaitOne();
                try { _n++; } finally { _named.ReleaseMutex(); }
                {|#1:_plain|}.WaitOne();
                try { _n++; } finally { _plain.ReleaseMutex(); }
            }
        }
        """,
        Flaw(0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(1));

    /// <summary>A constructor in two steps may take a lock for the second, and set up what it made; what is used before or besides may be used as another object.</summary>
    [Fact]
    public Task FirstValueUnderALock_AndSetUpThere_IsASuggestion() => Flows.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            System.Text.StringBuilder _built, _used;
            int _n;
            void Start()
            {
                lock (_sync)
                {
                    _built = new System.Text.StringBuilder();
                    _built.Capacity = 12;
                    this._built.Length = 0;
                }
            }
            void Again()
            {
                lock (_sync)
                {
                    _used = new System.Text.StringBuilder();
                    _used.Append(1);
                }
            }
            void M()
            {
                lock ({|#0:_built|}) _n++;
                lock ({|#1:_used|}) _n++;
            }
        }
        """,
        Flaw(0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flaw(1));
}
