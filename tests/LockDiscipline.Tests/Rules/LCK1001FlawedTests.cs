using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Guarded members used without their lock: the plain cases.</summary>
public sealed class LCK1001FlawedTests
{
    [Fact]
    public Task ReadWithoutLock_IsFound() => Flows.VerifyMembersAsync("""
        public int M() => {|#0:_n|};
        """, VerifyCS.Diagnostic("LCK1001").WithLocation(0).WithArguments("_n", "_gate", ""));

    [Fact]
    public Task WriteAfterRelease_NamesTheRelease() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.Enter();
            _n = 1;
            _gate.{|#1:Exit|}();
            {|#0:_n|} = 2;
        }
        """, VerifyCS.Diagnostic("LCK1001").WithLocation(0).WithLocation(1).WithArguments("_n", "_gate", "; it was released before"));

    [Fact]
    public Task LockOfAnotherInstance_IsNamedAsNearMiss() => Flows.VerifyAsync("""
        class Account
        {
            public readonly Gate Gate = new();
            [GuardedBy("Gate")] public int Balance;
        }
        class Bank
        {
            void Move(Account a, Account b)
            {
                a.Gate.{|#1:Enter|}();
                a.Balance--;
                b.{|#0:Balance|}++;
                a.Gate.Exit();
            }
        }
        """, VerifyCS.Diagnostic("LCK1001").WithLocation(0).WithLocation(1).WithArguments("Balance", "b.Gate", "; 'a.Gate' is held, which is another lock"));

    [Fact]
    public Task UnrelatedLockHeld_IsFoundWithoutHint() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _other.Enter();
            {|#0:_n|} = 1;
            _other.Exit();
        }
        """, VerifyCS.Diagnostic("LCK1001").WithLocation(0).WithArguments("_n", "_gate", ""));

    [Fact]
    public Task CompoundWrites_AreOneFindingEach() => Flows.VerifyMembersAsync("""
        public void M(int i)
        {
            {|LCK1001:_n|}++;
            ++{|LCK1001:_n|};
            {|LCK1001:_n|}--;
            {|LCK1001:_n|} += i;
            {|LCK1001:_n|} <<= 1;
            this.{|LCK1001:_n|} |= i;
        }
        """);

    [Fact]
    public Task TwoUsesInOneStatement_AreTwoFindings() => Flows.VerifyMembersAsync("""
        public int M() => {|LCK1001:_n|} + {|LCK1001:_n|};
        public void N() => {|LCK1001:_n|} = {|LCK1001:_n|} + 1;
        """);

    [Fact]
    public Task MissingLockIsNotAssumedAfterItsReport() => Flows.VerifyMembersAsync("""
        public void M()
        {
            {|LCK1001:_n|} = 1;
            {|LCK1001:_n|} = 2;
        }
        """);

    [Fact]
    public Task RefOutInPassing_IsUse() => Flows.VerifyMembersAsync("""
        static void Ref(ref int i) { }
        static void Out(out int i) => i = 0;
        static void In(in int i) { }
        public void M()
        {
            Ref(ref {|LCK1001:_n|});
            Out(out {|LCK1001:_n|});
            In(in {|LCK1001:_n|});
            In({|LCK1001:_n|});
            Interlocked.Increment(ref {|LCK1001:_n|});
        }
        """);

    [Fact]
    public Task RefLocalAndRefReturn_AreUse() => Flows.VerifyMembersAsync("""
        public void M()
        {
            ref int n = ref {|LCK1001:_n|};
            ref readonly int r = ref {|LCK1001:_n|};
        }
        public ref int N() => ref {|LCK1001:_n|};
        """);

    [Fact]
    public Task TupleAndDeconstruction_AreUse() => Flows.VerifyMembersAsync("""
        public void M(int x, KeyValuePair<int, int> pair)
        {
            ({|LCK1001:_n|}, x) = (1, 2);
            (x, {|LCK1001:_n|}) = pair;
            var t = ({|LCK1001:_n|}, x);
        }
        """);

    [Fact]
    public Task AutoProperty_IsGuarded() => Flows.VerifyAsync("""
        class P
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] public int Count { get; set; }
            [field: GuardedBy("_gate")] public int Kept { get; private set; }
            public void M(P other)
            {
                {|LCK1001:Count|}++;
                {|LCK1001:Count|} = other.{|LCK1001:Count|};
                {|LCK1001:Kept|} = 1;
                Console.WriteLine({|LCK1001:Kept|});
                _gate.Enter();
                Count = Kept++;
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task Indexer_IsGuarded() => Flows.VerifyAsync("""
        class P
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] public int this[int i] { get => i; set { } }
            public void M() => {|LCK1001:this[1]|} = 2;
        }
        class Q
        {
            void M(P p) => Console.WriteLine({|LCK1001:p[3]|});
        }
        """);

    /// <summary>The compiler hands out no symbol for the field behind an event.</summary>
    [Fact]
    public Task FieldOfAnEvent_ReadAsWritten() => Flows.VerifyAsync("""
        class P
        {
            readonly Gate _gate = new();
            [field: GuardedBy("_gate")] public event Action Changed;
            public void M(Action a) => {|LCK1001:Changed|} += a;
        }
        """);

    [Fact]
    public Task CollectionUse_IsReadOfTheField() => Flows.VerifyAsync("""
        class P
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] readonly List<int> _list = new();
            [GuardedBy("_gate")] int[] _array = new int[3];
            [GuardedBy("_gate")] Dictionary<int, string> _map = new();
            public int M(int key)
            {
                {|LCK1001:_list|}.Add(3);
                {|LCK1001:_list|}[0] = 1;
                {|LCK1001:_array|}[0] = 1;
                foreach (var i in {|LCK1001:_list|}) Console.WriteLine(i);
                if ({|LCK1001:_map|}.TryGetValue(key, out var text)) Console.WriteLine(text);
                _ = {|LCK1001:_list|} is { Count: 3 };
                _ = {|LCK1001:_list|}?.Count;
                return {|LCK1001:_array|}.Length;
            }
        }
        """);

    [Fact]
    public Task SeveralGuards_AllAreNeededForReadingToo() => Flows.VerifyAsync("""
        class P
        {
            readonly Gate _a = new(), _b = new();
            [GuardedBy("_a", "_b")] int _x;
            [GuardedBy("_a"), GuardedBy("_b")] int _y;
            public int M()
            {
                _a.Enter();
                int r = {|#0:_x|} + {|#1:_y|};
                _b.Enter();
                r += _x + _y;
                _b.Exit();
                _a.Exit();
                return r + {|#2:_x|};
            }
        }
        """,
        VerifyCS.Diagnostic("LCK1001").WithLocation(0).WithArguments("_x", "_b", ""),
        VerifyCS.Diagnostic("LCK1001").WithLocation(1).WithArguments("_y", "_b", ""),
        VerifyCS.Diagnostic("LCK1001").WithLocation(2).WithArguments("_x", "_a", "; it was released before").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations),
        VerifyCS.Diagnostic("LCK1001").WithLocation(2).WithArguments("_x", "_b", "; it was released before").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task GuardedByAny_ReadNeedsOneWriteNeedsAll() => Flows.VerifyAsync("""
        class P
        {
            readonly Gate _a = new(), _b = new();
            [GuardedByAny("_a", "_b")] int _x;
            public int M()
            {
                int r = {|LCK1001:_x|};
                _a.Enter();
                r += _x;
                {|#0:_x|} = 1;
                _b.Enter();
                _x = 2;
                _a.Exit();
                r += _x;
                _b.Exit();
                return r;
            }
        }
        """, VerifyCS.Diagnostic("LCK1001").WithLocation(0).WithArguments("_x", "_b", ""));

    [Fact]
    public Task TargetGuarded_ReferenceIsFreeTargetIsNot() => Flows.VerifyAsync("""
        class Data { public int Value; public int Get() => Value; public int Prop { get; set; } }
        class P
        {
            readonly Gate _gate = new();
            [TargetGuardedBy("_gate")] Data _data = new();
            static void Take(Data d) { }
            public void M()
            {
                _data = new Data();
                if (_data == null) return;
                var copy = _data;
                {|LCK1001:_data|}.Value = 1;
                Console.WriteLine({|LCK1001:_data|}.Value);
                Console.WriteLine({|LCK1001:_data|}.Get());
                {|LCK1001:_data|}.Prop++;
                _gate.Enter();
                _data.Value = 1;
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task StaticGuards_OwnAndOfAnotherType() => Flows.VerifyAsync("""
        static class Registry
        {
            public static readonly object Gate = new();
            [GuardedBy("Gate")] public static int Count;
        }
        class P
        {
            [GuardedBy("Registry.Gate")] int _x;
            [GuardedBy("Registry.Gate")] static int s_y;
            public void M()
            {
                {|#0:_x|} = 1;
                {|#1:s_y|} = 1;
                Registry.{|#2:Count|} = 1;
                lock (Registry.Gate)
                {
                    _x = 1;
                    s_y = 2;
                    Registry.Count = 3;
                }
            }
        }
        """,
        VerifyCS.Diagnostic("LCK1001").WithLocation(0).WithArguments("_x", "Registry.Gate", ""),
        VerifyCS.Diagnostic("LCK1001").WithLocation(1).WithArguments("s_y", "Registry.Gate", ""),
        VerifyCS.Diagnostic("LCK1001").WithLocation(2).WithArguments("Count", "Registry.Gate", ""));

    [Fact]
    public Task GuardInBaseClassAndOuterInstance() => Flows.VerifyAsync("""
        class Base
        {
            protected readonly object Gate = new();
            [GuardedBy("Gate")] protected int X;
        }
        class Derived : Base
        {
            [GuardedBy("Gate")] int _y;
            public void M()
            {
                {|LCK1001:X|} = 1;
                base.{|LCK1001:X|} = 1;
                {|LCK1001:_y|} = 1;
                lock (Gate) { X = 1; base.X = 2; _y = 1; }
                lock (base.Gate) { this.X = 1; }
            }
        }
        class Derived2 : Derived { public void N() { lock (Gate) X = 1; {|LCK1001:X|} = 2; } }
        """);

    [Fact]
    public Task NestedClass_NeedsTheLockOfItsOwner() => Flows.VerifyAsync("""
        class Outer
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _x;
            class Inner
            {
                readonly object _gate = new();
                readonly Outer _outer = new();
                void Right() { lock (_outer._gate) _outer._x = 1; }
                void Wrong() { lock (_gate) _outer.{|LCK1001:_x|} = 1; }
            }
        }
        """);

    [Fact]
    public Task WithExpressionAndRecords() => Flows.VerifyAsync("""
        record R
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int X { get; set; }
        }
        record struct S(object Gate)
        {
            [GuardedBy("Gate")] public int X;
            public void M() { {|LCK1001:X|} = 1; lock (Gate) X = 2; }
        }
        class P(object gate)
        {
            [GuardedBy("gate")] int _x;
            public void M() { {|LCK1001:_x|} = 1; lock (gate) _x = 2; }
            public void N(R r) { r.{|LCK1001:X|}++; lock (r.Gate) r.X++; }
        }
        """);

    [Fact]
    public Task Generics_AreSubstituted() => Flows.VerifyAsync("""
        class Box<T>
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public T Value;
            public void Set(T value) { {|LCK1001:Value|} = value; lock (Gate) Value = value; }
        }
        class P
        {
            void M(Box<int> a, Box<string> b)
            {
                lock (a.Gate) { a.Value = 1; b.{|LCK1001:Value|} = ""; }
                lock (b.Gate) b.Value = "";
            }
            void N<TBox>(TBox box) where TBox : Box<int>
            {
                box.{|LCK1001:Value|} = 1;
                lock (box.Gate) box.Value = 1;
            }
        }
        """);
}
