using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Contracts that the body of a helper and all its callers agree on.</summary>
public sealed class LCK9004Tests
{
    static DiagnosticResult Offered(int place, string name, string contract) => VerifyCS.Diagnostic("LCK9004").WithLocation(place).WithArguments(name, contract);

    [Fact]
    public Task EveryCallerHoldsIt_OfferedAtTheName() => Flows.VerifyOffersAsync("""
        private int {|#0:Read|}() => _n;
        public int A() { _gate.Enter(); int r = Read(); _gate.Exit(); return r; }
        public int B() { _gate.Enter(); int r = Read() + Read(); _gate.Exit(); return r; }
        """, Offered(0, "Read", "[RequiresLock(\"_gate\")]"));

    [Theory]
    [InlineData(32, "{|LCK9004:Read|}")]
    [InlineData(33, "Read")]
    public Task MoreCallersThanAreAsked_IsNotOffered(int callers, string name) => Flows.VerifyOffersAsync(
        $"private int {name}() => _n;\n" + string.Concat(Enumerable.Range(0, callers).Select(i => $"public int A{i}() {{ _gate.Enter(); int r = Read(); _gate.Exit(); return r; }}\n")));

    /// <summary>They do not agree: the one without the lock is wrong, or the helper is.</summary>
    [Fact]
    public Task OneCallerDoesNotHoldIt_ThatIsTheFinding() => Flows.VerifyOffersAsync("""
        private int Read() => _n;
        public int A() { _gate.Enter(); int r = Read(); _gate.Exit(); return r; }
        public int B() => {|LCK1002:Read|}();
        """);

    [Fact]
    public Task OneCallerHoldsItShared_ThatIsTheFinding() => Flows.VerifyOffersAsync("""
        private void Write() => _m = 1;
        public void A() { _rw.EnterWrite(); Write(); _rw.ExitWrite(); }
        public void B() { _rw.EnterRead(); {|LCK1003:Write|}(); _rw.ExitRead(); }
        """);

    [Fact]
    public Task NoCallerHoldsIt_NothingToState() => Flows.VerifyOffersAsync("""
        private int Read() => {|LCK1001:_n|};
        public int A() => Read();
        """);

    [Fact]
    public Task MethodOthersCanCall_IsNotOffered() => Flows.VerifyOffersAsync("""
        public int Read() => {|LCK1001:_n|};
        public int A() { _gate.Enter(); int r = Read(); _gate.Exit(); return r; }
        """);

    [Fact]
    public Task PublicMemberOfAnInternalType_IsAHelper() => VerifyCS.VerifyAnalyzerAsync(null, Flows.Complete("""
        class Node
        {
            internal readonly object Gate = new();
            [GuardedBy("Gate")] int _x;
            public void {|#0:Set|}(int x) => _x = x;
        }
        public class User
        {
            static void {|#1:Move|}(Node n) => n.Set(1);
            void M(Node a) { lock (a.Gate) Move(a); }
        }
        """), Offered(0, "Set", "[RequiresLock(\"Gate\")]"), Offered(1, "Move", "[RequiresLock(\"n.Gate\")]"));

    /// <summary>A constructor holds nothing, and would be asked for it by what is stated.</summary>
    [Fact]
    public Task CalledByAConstructorToo_IsNotOffered() => Flows.VerifyOffersAsync("""
        public C() { Init(); }
        private void Init() => _n = 1;
        public void A() { _gate.Enter(); Init(); _gate.Exit(); }
        """);

    [Fact]
    public Task GivenAwayAsADelegate_IsNotOffered() => Flows.VerifyOffersAsync("""
        private int Read() => _n;
        private int {|#0:Named|}() => _n;
        public int A() { _gate.Enter(); int r = Read() + Named(); _gate.Exit(); return r; }
        public Func<int> B() => Read;
        public string C1() => nameof(Named);
        """, Offered(0, "Named", "[RequiresLock(\"_gate\")]"));

    [Fact]
    public Task HeldInDoubt_IsNotOffered() => Flows.VerifyOffersAsync("""
        private int Read() => _n;
        public int A(bool b)
        {
            if (b) _gate.{|LCK1008:Enter|}();
            int r = Read();
            if (b) _gate.Exit();
            return r;
        }
        """);

    [Fact]
    public Task HelperChosenByAFlag_IsNotOffered() => Flows.VerifyOffersAsync("""
        private void Add(bool isHeld)
        {
            if (!isHeld) _gate.Enter();
            _n++;
            if (!isHeld) _gate.Exit();
        }
        public void A() { _gate.Enter(); Add(true); _gate.Exit(); }
        public void B() => Add(false);
        """);

    [Fact]
    public Task HelperThatTakesTheLockOnSomeWay_IsNotOffered() => Flows.VerifyOffersAsync("""
        private void Add(bool isHeld)
        {
            if (!isHeld) _gate.Enter();
            _n++;
            if (!isHeld) _gate.Exit();
        }
        public void A() { _gate.Enter(); Add(true); _gate.Exit(); }
        """);

    [Fact]
    public Task VirtualOverridingAndImplementing_AreNotOffered() => VerifyCS.VerifyAnalyzerAsync(null, Flows.Complete("""
        interface IRead { int Read(); }
        class B : IRead
        {
            protected readonly Gate Gate = new();
            [GuardedBy("Gate")] internal int N;
            int IRead.Read() => {|LCK1001:N|};
            internal virtual int Virtual() => N;
            public void M() { Gate.Enter(); Virtual(); Gate.Exit(); }
        }
        """));

    [Fact]
    public Task LocalFunction_IsNotOffered() => Flows.VerifyOffersAsync("""
        public int A()
        {
            int Read() => _n;
            _gate.Enter();
            int r = Read();
            _gate.Exit();
            return r;
        }
        """);

    [Fact]
    public Task Iterator_IsNotOffered() => Flows.VerifyOffersAsync("""
        private IEnumerable<int> Read() { yield return _n; }
        public void A() { _gate.Enter(); foreach (int i in Read()) Work(); _gate.Exit(); }
        """);

    [Fact]
    public Task StatedAlready_IsNotOffered() => Flows.VerifyOffersAsync("""
        [RequiresLock("_gate")] private int Read() => _n;
        [AssertsLock("_gate")] private int Assert() { _gate.AssertHeld(); return _n; }
        public int A() { _gate.Enter(); int r = Read() + Assert(); _gate.Exit(); return r; }
        """);

    [Fact]
    public Task ChainOfHelpers_IsOfferedForEach() => Flows.VerifyOffersAsync("""
        private int {|LCK9004:Inner|}() => _n;
        private int {|LCK9004:Middle|}() => Inner() + 1;
        private int {|LCK9004:Down|}(int i) => i == 0 ? Middle() : Down(i - 1);
        public int A() { _gate.Enter(); int r = Down(3); _gate.Exit(); return r; }
        """);

    /// <summary>The inner one has a caller that holds it and one that leaves that to a helper of its own, whose callers do not agree.</summary>
    [Fact]
    public Task ChainWithADoubt_IsNotOffered() => Flows.VerifyOffersAsync("""
        private int Inner() => _n;
        private int Middle() => Inner() + 1;
        public int A() { _gate.Enter(); int r = Middle() + Inner(); _gate.Exit(); return r; }
        public int B() => {|LCK1002:Middle|}();
        """);

    [Fact]
    public Task EffectsOnEveryPath_AreOffered() => Flows.VerifyOffersAsync("""
        private void {|#0:Take|}() { if (Cond()) Work(); _gate.Enter(); }
        private void {|#1:Drop|}() { _n++; _gate.Exit(); }
        private void {|#2:Pause|}() { _n++; _gate.Exit(); Work(); _gate.Enter(); }
        private void {|#3:Down|}() => _rw.ExitRead();
        private void {|#4:DownWrite|}() => _rw.ExitWrite();
        private void {|#5:Up|}() => _rw.EnterRead();
        public void A() { Take(); Pause(); Drop(); }
        public int B() { Up(); int r = _m; Down(); _rw.EnterWrite(); DownWrite(); return r; }
        """,
        Offered(0, "Take", "[AcquiresLock(\"_gate\")]"),
        Offered(1, "Drop", "[ReleasesLock(\"_gate\")]"),
        Offered(2, "Pause", "[ReleasesTemporarily(\"_gate\")]"),
        Offered(3, "Down", "[ReleasesLock(\"_rw\", Shared = true)]"),
        Offered(4, "DownWrite", "[ReleasesLock(\"_rw\", Shared = false)]"),
        Offered(5, "Up", "[AcquiresLock(\"_rw\", Shared = true)]"));

    [Fact]
    public Task EffectThatACallerForgets_ThatIsTheFinding() => Flows.VerifyOffersAsync("""
        private void Take() => _gate.Enter();
        public void A() { Take(); _gate.Exit(); }
        public void B() { {|LCK1004:Take|}(); }
        """);

    [Fact]
    public Task ReleaseOfWhatACallerDoesNotHold_ThatIsTheFinding() => Flows.VerifyOffersAsync("""
        private void Drop() => _gate.Exit();
        public void A() { _gate.Enter(); Drop(); }
        public void B() { {|LCK1005:Drop|}(); }
        """);

    [Fact]
    public Task ChainOfEffects_IsOfferedForEach() => Flows.VerifyOffersAsync("""
        private void {|#0:Take|}() => _gate.Enter();
        private void {|#1:TakeBoth|}() { Take(); _other.Enter(); }
        private void {|#2:Pause|}() { _gate.Exit(); Work(); _gate.Enter(); }
        private void {|#3:PauseTwice|}() { Pause(); Pause(); }
        [AcquiresLock("_gate")] public void Lock() => Take();
        public void A() { TakeBoth(); PauseTwice(); _other.Exit(); _gate.Exit(); }
        """,
        Offered(0, "Take", "[AcquiresLock(\"_gate\")]"),
        Offered(1, "TakeBoth", "[AcquiresLock(\"_gate\")] [AcquiresLock(\"_other\")]"),
        Offered(2, "Pause", "[ReleasesTemporarily(\"_gate\")]"),
        Offered(3, "PauseTwice", "[ReleasesTemporarily(\"_gate\")]"));

    [Fact]
    public Task EffectsThatDiffer_AreNotOffered() => Flows.VerifyOffersAsync("""
        private bool TakeAndTell(bool b) { if (b) _gate.Enter(); return Cond(); }
        private bool TakeSome(int i) { if (i == 0) return false; if (i == 1) { _gate.Enter(); return true; } return true; }
        private void MayPause() { if (Cond()) { _gate.Exit(); Work(); _gate.Enter(); } _n++; }
        public void A() { _gate.Enter(); MayPause(); _gate.Exit(); }
        public void B(bool b) { TakeAndTell(b); if (b) _gate.Exit(); }
        public void D() { if (TakeSome(1)) _gate.Exit(); }
        """);

    [Fact]
    public Task Attempts_AreOfferedByTheirAnswer() => Flows.VerifyOffersAsync("""
        private bool {|#0:TryTake|}() { _gate.Enter(); if (_n > 3) { _gate.Exit(); return false; } return true; }
        private bool {|#1:TryForward|}() => _gate.TryEnter();
        private bool {|#2:Fails|}() { _gate.Enter(); if (Cond()) { _gate.Exit(); return true; } return false; }
        private object? {|#3:TryGet|}() { if (!_gate.TryEnter()) return null; return new object(); }
        private bool TryAndForget() { if (!_other.TryEnter()) return false; return true; }
        private bool {|#4:TryRead|}() { _rw.EnterRead(); if (_m > 3) { _rw.ExitRead(); return false; } return true; }
        public void A() { if (!TryTake()) return; _n++; _gate.Exit(); }
        public void B() { if (TryForward()) { _n++; _gate.Exit(); } }
        public void D() { if (Fails()) return; _n++; _gate.Exit(); }
        public void E() { if (TryGet() is null) return; _n++; _gate.Exit(); }
        public void F() { if (!{|LCK1004:TryAndForget|}()) return; Work(); }
        public void G() { if (TryRead()) _rw.ExitRead(); }
        """,
        Offered(0, "TryTake", "[TryAcquiresLock(\"_gate\")]"),
        Offered(1, "TryForward", "[TryAcquiresLock(\"_gate\")]"),
        Offered(2, "Fails", "[TryAcquiresLock(\"_gate\", Result = false)]"),
        Offered(3, "TryGet", "[TryAcquiresLock(\"_gate\")]"),
        Offered(4, "TryRead", "[TryAcquiresLock(\"_rw\", Shared = true)]"));

    [Fact]
    public Task HelperThatNeedsOneLockAndTakesAnother_StatesBoth() => Flows.VerifyOffersAsync("""
        private void {|#0:Move|}() { _other.Enter(); _n++; }
        public void A() { _gate.Enter(); Move(); _other.Exit(); _gate.Exit(); }
        """, Offered(0, "Move", "[AcquiresLock(\"_other\")] [RequiresLock(\"_gate\")]"));

    /// <summary>What it holds at its end is a local's: there is no word for it outside.</summary>
    [Fact]
    public Task LockWithoutAName_IsNotOffered() => VerifyCS.VerifyAnalyzerAsync(null, Flows.Complete("""
        class Node { internal readonly Gate Gate = new(); [GuardedBy("Gate")] internal int X; }
        class P
        {
            readonly List<Node> _nodes = new();
            int Read(int i) { var node = _nodes[i + 1]; return node.{|LCK1001:X|}; }
            public int M() { var n = _nodes[0]; n.Gate.Enter(); int r = Read(0); n.Gate.Exit(); return r; }
        }
        """));
}
