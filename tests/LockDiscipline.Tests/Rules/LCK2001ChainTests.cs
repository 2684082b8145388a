namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2001 through calls: the chain that leads to a place that may sleep.</summary>
public sealed class LCK2001ChainTests
{
    [Fact]
    public Task ThroughOneHelper_ChainIsNamed() => Flows.VerifyMembersAsync("""
        private void Flush() => Thread.{|#2:Sleep|}(1);
        void M()
        {
            _spin.{|#1:Enter|}();
            {|#0:Flush|}();
            _spin.Exit();
        }
        """, Flows.Finding("LCK2001", 0).WithArguments("'Flush' -> 'Sleep'", LCK2001Tests.UnderSpin).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task ThroughFourHelpers_ChainIsNamed() => Flows.VerifyMembersAsync("""
        private void E() { _other.Enter(); Work(); _other.Exit(); }
        private void F() => E();
        private void G() => F();
        private void H() => G();
        void M()
        {
            _spin.Enter();
            {|#0:H|}();
            _spin.Exit();
        }
        """,
        Flows.Finding("LCK2001", 0).WithArguments("'H' -> 'G' -> 'F' -> 'E' -> 'Enter'", LCK2001Tests.UnderSpin).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task ThroughHelpersOfAnotherFile_ChainIsNamed()
    {
        var test = new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test
        {
            TestCode = Flows.Complete("""
                public class C
                {
                    readonly Spin _spin = new();
                    void M()
                    {
                        _spin.{|#1:Enter|}();
                        Other.{|#0:First|}();
                        _spin.Exit();
                    }
                }
                """),
        };
        test.TestState.Sources.Add("""
            public static class Other
            {
                public static void First() => Third.Second();
            }
            static class Third
            {
                public static void Second() => Last();
                static void Last() { System.Threading.Thread.Sleep(1); }
            }
            """);
        test.ExpectedDiagnostics.Add(Flows.Finding("LCK2001", 0, 1).WithArguments("'First' -> 'Second' -> 'Last' -> 'Sleep'", LCK2001Tests.UnderSpin));
        return test.RunAsync();
    }

    [Fact]
    public Task ThroughPropertiesIndexersConstructorsOperators_Found() => Flows.VerifyAsync("""
        class Slow
        {
            public Slow() => Thread.Sleep(1);
            public int Value { get { Thread.Sleep(1); return 1; } set => Thread.Sleep(1); }
            public int this[int i] { get { Thread.Sleep(i); return i; } }
            public static Slow operator +(Slow a, Slow b) { Thread.Sleep(1); return a; }
            public static Slow operator ++(Slow a) { Thread.Sleep(1); return a; }
            public static Slow operator -(Slow a) { Thread.Sleep(1); return a; }
            public static bool operator ==(Slow a, Slow b) { Thread.Sleep(1); return true; }
            public static bool operator !=(Slow a, Slow b) => true;
            public static implicit operator int(Slow a) { Thread.Sleep(1); return 1; }
            public override bool Equals(object o) => false;
            public override int GetHashCode() => 0;
        }
        class C
        {
            readonly Spin _spin = new();
            void M(Slow slow)
            {
                _spin.Enter();
                var a = slow.{|LCK2001:Value|};
                slow.{|LCK2001:Value|} = 1;
                a = {|LCK2001:slow[3]|};
                new {|LCK2001:Slow|}();
                var b = {|LCK2001:slow + slow|};
                {|LCK2001:b += slow|};
                {|LCK2001:b++|};
                b = {|LCK2001:-b|};
                if ({|LCK2001:b == slow|}) a = 1;
                if (b != slow) a = 2;
                a = {|LCK2001:slow|};
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task ThroughEnumeratorsDisposalAndInitialisers_Found() => Flows.VerifyAsync("""
        class Slow : IDisposable
        {
            public void Dispose() => Thread.Sleep(1);
            public Slow GetEnumerator() => this;
            public bool MoveNext() { Thread.Sleep(1); return false; }
            public int Current => 1;
            public void Add(int n) => Thread.Sleep(n);
        }
        class C
        {
            readonly Spin _spin = new();
            void M(Slow slow)
            {
                _spin.Enter();
                using ({|LCK2001:slow|}) { }
                foreach (var i in {|LCK2001:slow|}) { }
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task ChanceOfRescheduling_ByContract_Silent() => Flows.VerifyMembersAsync("""
        [ReleasesTemporarily("_spin"), MaySleep]
        void Resched()
        {
            _spin.Exit();
            Thread.Sleep(1);
            _spin.Enter();
        }
        [ReleasesLock("_spin"), MaySleep]
        void Finish()
        {
            _spin.Exit();
            Thread.Sleep(1);
        }
        void M(Spin other)
        {
            _spin.Enter();
            Resched();
            Finish();
            _spin.Enter();
            other.Enter();
            {|LCK2001:Resched|}();
            other.Exit();
            _spin.Exit();
        }
        """);

    [Fact]
    public Task ChanceOfRescheduling_ByInference_Silent() => Flows.VerifyMembersAsync("""
        private void Resched()
        {
            _spin.Exit();
            Thread.Sleep(1);
            _spin.Enter();
        }
        private void Deep() => Resched();
        private void SleepsFirst()
        {
            Thread.Sleep(1);
            _spin.Exit();
        }
        void M(Spin other)
        {
            _spin.Enter();
            Resched();
            Deep();
            other.Enter();
            {|LCK2001:Resched|}();
            other.Exit();
            {|LCK2001:SleepsFirst|}();
        }
        """);

    [Fact]
    public Task RecursionThatSleeps_Found() => Flows.VerifyMembersAsync("""
        private void Down(int n) { if (n > 0) Down(n - 1); else Thread.Sleep(1); }
        private void Odd(int n) { if (n > 0) Even(n - 1); }
        private void Even(int n) { if (n > 0) Odd(n - 1); else Thread.Sleep(1); }
        private void Endless(int n) { if (n > 0) Endless(n - 1); }
        void M()
        {
            _spin.Enter();
            {|LCK2001:Down|}(3);
            {|LCK2001:Odd|}(3);
            Endless(3);
            _spin.Exit();
        }
        """);

    [Fact]
    public Task VirtualCall_ReachesTheOverridesIfNobodyElseCanAddOne() => Flows.VerifyAsync("""
        class Base { public virtual void Do() => Thread.Sleep(1); }
        public class Open { public virtual void Do() => Thread.Sleep(1); }
        class C
        {
            readonly Spin _spin = new();
            void M(Base b, Open open)
            {
                _spin.Enter();
                b.{|LCK2001:Do|}();
                open.{|LCK2007:Do|}();
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task LockStatementInACallee_Found() => Flows.VerifyMembersAsync("""
            public void Locks() { lock (_sync) { } }

            public void M()
            {
                _spin.Enter();
                {|LCK2001:Locks|}();
                _spin.Exit();
            }
        """);
}
