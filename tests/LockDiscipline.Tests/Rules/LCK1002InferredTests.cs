using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Needs of helpers that nobody wrote down.</summary>
public sealed class LCK1002InferredTests
{
    [Fact]
    public Task SomeCallerHoldsIt_OthersAreFoundAtTheirCall() => Flows.VerifyMembersAsync("""
        private int Read() => _n;
        public int Right() { _gate.Enter(); int r = Read(); _gate.Exit(); return r; }
        public int Wrong() => {|#0:Read|}();
        """, VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("Read", "_gate", ""));

    [Fact]
    public Task NoCallerHoldsIt_FoundAtTheAccess() => Flows.VerifyMembersAsync("""
        private int Read() => {|LCK1001:_n|};
        public int A() => Read();
        public int B() => Read();
        """);

    [Fact]
    public Task NoCallerAtAll_FoundAtTheAccess() => Flows.VerifyMembersAsync("private int Read() => {|LCK1001:_n|};");

    [Fact]
    public Task VisibleMethod_NeverGetsAnInferredNeed() => Flows.VerifyMembersAsync("""
        public int Read() => {|LCK1001:_n|};
        public int Right() { _gate.Enter(); int r = Read(); _gate.Exit(); return r; }
        """);

    [Fact]
    public Task ChainOfHelpers_FoundAtTheOutermostCall() => Flows.VerifyMembersAsync("""
        private int Inner() => _n;
        private int Middle() => Inner() + 1;
        public int Right() { _gate.Enter(); int r = Middle(); _gate.Exit(); return r; }
        public int Wrong() => {|LCK1002:Middle|}();
        """);

    [Fact]
    public Task HelperOfAnotherObject_NeedsThatObjectsLock() => Flows.VerifyAsync("""
        class Node
        {
            internal readonly object Gate = new();
            [GuardedBy("Gate")] int _x;
            internal void Set(int x) => _x = x;
        }
        class User
        {
            static void Move(Node n) => n.Set(1);
            public void Right(Node a) { lock (a.Gate) Move(a); }
            public void Wrong(Node a, Node b) { lock (a.Gate) {|#0:Move|}(b); }
        }
        """, VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("Move", "b.Gate", "; 'a.Gate' is held, which is another lock").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task HelperNeedsExclusive_SharedCallerIsFound() => Flows.VerifyMembersAsync("""
        private void Write() => _m = 1;
        public void Right() { _rw.EnterWrite(); Write(); _rw.ExitWrite(); }
        public void Wrong() { _rw.EnterRead(); {|LCK1003:Write|}(); _rw.ExitRead(); }
        """);

    [Fact]
    public Task RecursiveHelpers_AreFollowed() => Flows.VerifyMembersAsync("""
        private int Down(int i) => i == 0 ? _n : Down(i - 1);
        private bool Even(int i) => i == 0 ? _n > 0 : Odd(i - 1);
        private bool Odd(int i) => i != 0 && Even(i - 1);
        public void Right() { _gate.Enter(); Down(3); Even(4); _gate.Exit(); }
        public void Wrong() { {|LCK1002:Down|}(3); {|LCK1002:Odd|}(5); }
        """);

    [Fact]
    public Task HelpersOfConstructors_UseTheObjectAlone() => Flows.VerifyAsync("""
        class P
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _x;
            public P() { Init(); }
            private void Init() { _x = 1; Deeper(); }
            private void Deeper() => _x++;
        }
        class Q
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _x;
            public Q() => Set(1);
            private void Set(int x) => _x = x;
            public void Right() { lock (_gate) Set(2); }
            public void Wrong() => {|LCK1002:Set|}(3);
            public static Q Make() { var q = new Q(); q.Set(4); return q; }
        }
        class R
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _x;
            public R() => Set(1);
            private void Set(int x) => {|LCK1001:_x|} = x;
            public void Wrong() => Set(3);
        }
        """);

    [Fact]
    public Task PropertyAndLocalFunctionHelpers() => Flows.VerifyMembersAsync("""
        private int Count => _n;
        private int Value { get => _n; set => _n = value; }
        public void Right() { _gate.Enter(); _ = Count; Value++; _gate.Exit(); }
        public void Wrong() { _ = {|LCK1002:Count|}; {|LCK1002:Value|} = 1; }
        public void Locals()
        {
            int Read() => _n;
            _gate.Enter();
            Read();
            _gate.Exit();
            {|LCK1002:Read|}();
        }
        """);

    [Fact]
    public Task IndexerHelpers() => Flows.VerifyMembersAsync("""
        private int this[string key] { get => _n; set => _n = value; }
        internal int this[int key] => _n + key;
        private int this[long key] => {|LCK1001:_n|};
        public int Right() { _gate.Enter(); this["a"] = 2; int n = this["b"] + this[0]; _gate.Exit(); return n; }
        public int Wrong(C other) => {|LCK1002:this[1]|} + {|LCK1002:this["c"]|} + this[2L];
        """);

    [Fact]
    public Task HelperThatTakesTheLockItself_NeedsNothing() => Flows.VerifyMembersAsync("""
        private int Read() { lock (_sync) return _k; }
        private int Both() { _gate.Enter(); int r = Inner(); _gate.Exit(); return r; }
        private int Inner() => _n;
        public void M() { Read(); Both(); }
        """);

    [Fact]
    public Task HelperWithAContract_IsTakenAtItsWord() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] private int Read() => _n;
        [RequiresLock("_other")] private int Wrong() => {|LCK1001:_n|};
        public void M() { _gate.Enter(); Read(); {|LCK1002:Wrong|}(); _gate.Exit(); }
        """);
}
