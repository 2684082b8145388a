namespace LockDiscipline.Tests.Behaviours;

/// <summary>What the forms of the language say of the values that decide about locks: steps, patterns of nullable values, references, buffers, initialisation.</summary>
public sealed class LanguageFormBehaviours
{
    [Fact]
    public Task StepBehindTheValue_GivesWhatWasThereBefore() => LocksOnly.VerifyMembersAsync("""
        void Zero() { int k = 0; if (k++ == 0) {|LCK1001:_n|}++; }
        void Down() { int k = 1; var before = k--; if (before == 1) {|LCK1001:_n|}++; if (k == 1) _n++; if (k == 0) {|LCK1001:_n|}++; }
        void InFront() { int k = 0; if (++k == 1) {|LCK1001:_n|}++; if (k == 0) _n++; }
        void Index(Gate[] row) { int k = 0; row[k++].Enter(); row[k++].Enter(); Work(); row[0].Exit(); row[1].Exit(); }
        void FirstTime() { int k = 0; if (k++ == 0) _gate.Enter(); Work(); if (k == 1) _gate.Exit(); }
        """);

    [Fact]
    public Task DepthInAMember_CountedUpAndDown() => LocksOnly.VerifyMembersAsync("""
        [ThreadStatic] static int s_depth;
        int _depth;
        void Behind() { if (s_depth++ == 0) _gate.Enter(); try { Work(); } finally { if (--s_depth == 0) _gate.Exit(); } }
        void InFront() { if (++_depth == 1) _gate.Enter(); Work(); if (--_depth == 0) _gate.Exit(); }
        void BehindTwice() { if (_depth++ == 0) _gate.Enter(); Work(); if (_depth-- == 1) _gate.Exit(); }
        void StepThenTest() { _depth++; if (_depth == 1) _gate.Enter(); Work(); _depth--; if (_depth == 0) _gate.Exit(); }
        public void WrongStep() { if (_depth++ == 0) _gate.{|LCK1004:Enter|}(); Work(); if (--_depth == 1) _gate.{|LCK1005:Exit|}(); }
        """);

    [Fact]
    public Task PatternOfANullableValue_IsATestForNull() => LocksOnly.VerifyMembersAsync("""
        void Declaration(int? n) { if (n is int v) { _gate.Enter(); Work(); } if (n != null) _gate.Exit(); }
        void Recursive(int? n) { if (n is { } v) _gate.Enter(); Work(); if (n.HasValue) _gate.Exit(); }
        void Type(int? n) { if (n is int) _gate.Enter(); Work(); if (n is not null) _gate.Exit(); }
        void Parameter<T>(T? n) where T : struct { if (n is T) _gate.Enter(); Work(); if (n is not null) _gate.Exit(); }
        void Left(int? n) { if (n is null) return; _gate.Enter(); if (n is int v) _gate.Exit(); }
        public void Other(long? n) { if (n is 3) _gate.{|LCK1008:Enter|}(); Work(); if (n != null) _gate.Exit(); }
        """);

    [Fact]
    public Task ReferenceTakenUnderTheLock_IsNoUseBehindIt() => LocksOnly.VerifyMembersAsync("""
        class Node { public readonly Gate Gate = new(); [GuardedBy("Gate")] public int V; }
        void Written() { _gate.Enter(); ref var n = ref _n; n++; _gate.Exit(); {|LCK1001:n|}++; }
        void Read() { _gate.Enter(); ref readonly var n = ref _n; _gate.Exit(); Console.WriteLine({|LCK1001:n|}); }
        void OfAnother(Node a) { a.Gate.Enter(); ref var v = ref a.V; a.Gate.Exit(); {|LCK1001:v|} = 1; }
        void TakenAgain() { _gate.Enter(); ref var n = ref _n; n++; _gate.Exit(); _gate.Enter(); n++; _gate.Exit(); }
        void ToldWhereTaken() { ref var n = ref {|LCK1001:_n|}; n++; }
        void PassedOn() { _gate.Enter(); ref var n = ref _n; Add(ref n); _gate.Exit(); }
        static void Add(ref int n) => n++;
        """);

    [Fact]
    public Task ChosenReference_IsOfEither() => LocksOnly.VerifyMembersAsync("""
        [GuardedBy("_gate")] int _a;
        void Right(bool b) { _gate.Enter(); ref int n = ref (b ? ref _n : ref _a); n++; _gate.Exit(); }
        void Wrong(bool b) { ref int n = ref (b ? ref {|LCK1001:_n|} : ref {|LCK1001:_a|}); n++; }
        """);

    [Fact]
    public Task InlineArray_IsACollectionLikeAnyOther() => LocksOnly.VerifyAsync("""
        [System.Runtime.CompilerServices.InlineArray(4)] struct Gates { Gate _first; }
        [System.Runtime.CompilerServices.InlineArray(4)] struct Numbers { int _first; }
        class C
        {
            Gates _gates; readonly Gate _gate = new(); [GuardedBy("_gate")] Numbers _numbers;
            void One(int i) { _gates[i].Enter(); _gates[i].Exit(); }
            void All() { for (int i = 0; i < 4; i++) _gates[i].Enter(); for (int i = 0; i < 4; i++) _gates[i].Exit(); }
            void Each() { foreach (var g in _gates) g.Enter(); foreach (var g in _gates) g.Exit(); }
            public void Other(int i, int j) { _gates[i].{|LCK1004:Enter|}(); _gates[j].{|LCK1005:Exit|}(); }
            void Guarded() { {|LCK1001:_numbers|}[1]++; _gate.Enter(); _numbers[2] = _numbers[1]; _gate.Exit(); }
            int Parts() => {|LCK1001:_numbers|}[^1] + {|LCK1001:_numbers|}[0..2].Length;
        }
        """);

    [Fact]
    public Task HelperOfAStaticConstructor_HasTheTypeForItself() => LocksOnly.VerifyAsync("""
        class Registry
        {
            static readonly object s_lock = new();
            [GuardedBy("s_lock")] static readonly Dictionary<string, int> s_map = new();
            [GuardedBy("s_lock")] static int s_count = First();
            static Registry() { Fill(); Both(); }
            static int First() => s_map.Count;
            static void Fill() { s_map["a"] = 1; s_count++; }
            static void Both() => s_count++;
            static void Later() { lock (s_lock) Both(); {|LCK1002:Both|}(); }
            static void Never() { {|LCK1001:s_count|}++; }
        }
        class Other
        {
            static readonly object s_lock = new();
            [GuardedBy("s_lock")] internal static int s_count;
            static class User { static User() => Use(); static void Use() => {|LCK1001:s_count|}++; }
        }
        """);

    [Fact]
    public Task LockThatAHelperReturns_IsThere() => LocksOnly.VerifyMembersAsync("""
        Gate? Try() => _gate.TryEnter() ? _gate : null;
        void Pattern() { if (Try() is { } g) { _n++; g.Exit(); } }
        void Test() { var g = Try(); if (g == null) return; try { _n++; } finally { g.Exit(); } }
        void Conditional() { var g = Try(); try { if (g != null) _n++; else {|LCK1001:_n|}++; } finally { g?.Exit(); } }
        """);

    [Fact]
    public Task MoreOfTheFrameworkThatRunsWhatItIsGiven() => LocksOnly.VerifyMembersAsync("""
        void Text() { lock (_sync) { string.Create(3, 1, (s, i) => { _k++; }); System.Text.RegularExpressions.Regex.Replace("a", "b", m => _k + ""); } }
        void Immutable(System.Collections.Immutable.ImmutableDictionary<int, int> d, System.Collections.Immutable.ImmutableList<int> l)
        {
            lock (_sync) { System.Collections.Immutable.ImmutableInterlocked.GetOrAdd(ref d, 1, k => _k); l.ForEach(x => _k += x); l = l.RemoveAll(x => x == _k); }
        }
        void Table(System.Runtime.CompilerServices.ConditionalWeakTable<object, object> t) { lock (_sync) t.GetValue(this, _ => _k); t.GetValue(this, _ => {|LCK1001:_k|}); }
        void Span(Span<int> s) { lock (_sync) s.Sort((a, b) => _k); }
        """);

    [Fact]
    public Task TupleOfAnAttemptAndMore_IsTakenApart() => LocksOnly.VerifyMembersAsync("""
        (Gate Gate, int Count) Take() { _gate.Enter(); return (_gate, 1); }
        (bool Ok, int Value) TryRead() { if (!_gate.TryEnter()) return (false, 0); return (true, _n); }
        async Task<(bool, Gate?)> TryAsync() { await Task.Yield(); return _gate.TryEnter() ? (true, _gate) : (false, null); }
        void Parts() { var (gate, _) = Take(); _n++; gate.Exit(); }
        void Members() { var taken = Take(); _n++; taken.Gate.Exit(); }
        void Unnamed() { var taken = Take(); _n++; taken.Item1.Exit(); }
        void Flag() { var (ok, _) = TryRead(); if (ok) { _n++; _gate.Exit(); } }
        void FlagByName() { var read = TryRead(); if (!read.Ok) return; _n++; _gate.Exit(); }
        async Task Awaited() { var (ok, gate) = await TryAsync(); if (ok) { _n++; gate!.Exit(); } }
        void Renamed() { (bool ok, int n) t = (_gate.TryEnter(), 1); if (t.ok) { _n++; _gate.Exit(); } }
        public void WrongPart() { var (_, value) = {|LCK1004:TryRead|}(); if (value > 3) _gate.Exit(); }
        """);

    [Fact]
    public Task ScopeThatALambdaReturns_IsForWhoeverRunsIt() => LocksOnly.VerifyMembersAsync("""
        static T Run<T>(Func<T> f) => f();
        void Selected(List<Gate> gates) { var scopes = gates.Select(g => g.Open()).ToList(); try { Work(); } finally { scopes.ForEach(s => s.Dispose()); } }
        void Spread(List<Gate> gates) { Scope[] scopes = [.. gates.Select(g => g.Open())]; foreach (var s in scopes) s.Dispose(); }
        void Converted(List<Gate> gates) { foreach (var s in gates.ConvertAll(g => g.Open())) s.Dispose(); }
        void Keyed(List<Gate> gates) { var scopes = gates.ToDictionary(g => g, g => g.Open()); foreach (var s in scopes.Values) s.Dispose(); }
        void Used() { using (Run(() => _gate.Open())) _n++; }
        void Kept() { var s = Run(() => _gate.Open()); _n++; s.Dispose(); }
        void Dropped() { Run(() => { _gate.{|LCK1010:Open|}(); return 1; }); }
        """);

    [Fact]
    public Task ElementFromTheEnd_IsTheSameAsOftenAsItIsAskedFor() => LocksOnly.VerifyAsync("""
        class Node { public readonly object Lock = new(); [GuardedBy("Lock")] public int V; }
        class C
        {
            void Array(Node[] a) { lock (a[^1].Lock) a[^1].V++; lock (a[^1].Lock) a[^2].{|LCK1001:V|}++; }
            void List(List<Node> l) { lock (l[^1].Lock) l[^1].V++; }
            void Counted(Node[] a, int i) { lock (a[^i].Lock) { a[^i].V++; i++; a[^i].{|LCK1001:V|}++; } }
            void Span(Span<Gate> s) { s[^1].Enter(); s[^1].Exit(); }
            static Node[] New() { var a = new[] { new Node(), new Node() }; a[0].V = 1; a[1].V++; return a; }
            static void Known(Node[] to) { var a = new[] { new Node() }; to[0] = a[0]; a[0].{|LCK1001:V|} = 1; }
        }
        """);

    [Fact]
    public Task ArrayBroughtIntoOrder_IsATestedOrder() => Rules.Flows.VerifyAsync("""
        class Node
        {
            readonly object _l = new(); readonly int _id; int _n;
            static void Both(Node a, Node b)
            {
                var both = new[] { a, b };
                Array.Sort(both, (x, y) => x._id.CompareTo(y._id));
                lock (both[0]._l)
                    lock (both[1]._l)
                        a._n++;
            }
        }
        """);
}
