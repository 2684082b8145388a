using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Locks held on some of the paths that meet.</summary>
public sealed class LCK1008Tests
{
    [Fact]
    public Task AcquiredInOneArm_IsFoundAtTheAcquire() => Flows.VerifyMembersAsync("""
        public void M(int i)
        {
            if (Cond())
                _gate.{|#0:Enter|}();
            {|#1:_n|} = 1;
            _gate.Exit();
        }
        """, VerifyCS.Diagnostic("LCK1008").WithLocation(0).WithLocation(1).WithArguments("_gate", "acquired on one path only"));

    [Fact]
    public Task ReleasedInOneArm_IsFoundAtTheRelease() => Flows.VerifyMembersAsync("""
        public void M(int i)
        {
            _gate.Enter();
            if (Cond())
                _gate.{|#0:Exit|}();
            {|#1:_n|} = 1;
            _gate.Exit();
        }
        """, VerifyCS.Diagnostic("LCK1008").WithLocation(0).WithLocation(1).WithArguments("_gate", "released on one path only"));

    [Fact]
    public Task OnlyTheReleaseDependsOnIt() => Flows.VerifyMembersAsync("""
        public void M()
        {
            if (Cond())
                _gate.{|LCK1008:Enter|}();
            Work();
            _gate.Exit();
        }
        public void N()
        {
            _gate.Enter();
            if (Cond())
                _gate.{|LCK1008:Exit|}();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task NothingBehindDependsOnIt_IsALeak() => Flows.VerifyMembersAsync("""
        public void M()
        {
            if (Cond())
                _gate.{|LCK1004:Enter|}();
            Work();
        }
        """);

    [Fact]
    public Task AcquiredInALoop_WithoutRelease() => Flows.VerifyMembersAsync("""
        public void M(int[] items)
        {
            foreach (var i in items)
                _gate.{|#0:Enter|}();
        }
        """, VerifyCS.Diagnostic("LCK1008").WithLocation(0).WithArguments("_gate", "acquired in a loop and still held in the next round"));

    [Fact]
    public Task ReleasedInALoop() => Flows.VerifyMembersAsync("""
        public void M(int[] items)
        {
            _gate.Enter();
            foreach (var i in items)
            {
                _n++;
                _gate.{|LCK1008:Exit|}();
            }
        }
        """);

    [Fact]
    public Task BreakWhileDropped_ThenRelease() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.Enter();
            while (_n > 0)
            {
                _gate.{|LCK1008:Exit|}();
                if (Cond())
                    break;
                _gate.Enter();
            }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task ContinueWhileDropped() => Flows.VerifyMembersAsync("""
        public void M(int[] items)
        {
            _gate.Enter();
            foreach (var i in items)
            {
                _gate.{|LCK1008:Exit|}();
                if (i > 3)
                    continue;
                _gate.Enter();
            }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task ArmsThatMeetInTheSameState_AreSilent() => Flows.VerifyMembersAsync("""
        public void M(bool b, int i)
        {
            if (b) { _gate.Enter(); Work(); } else { Work(); _gate.Enter(); }
            _n++;
            switch (i)
            {
                case 0: _gate.Exit(); break;
                case 1: Work(); _gate.Exit(); break;
                default: _gate.Exit(); break;
            }
            if (b) _gate.Enter(); else _gate.AssertHeld();
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task FlagsAndTests_ExplainTheDifference() => Flows.VerifyMembersAsync("""
        public void Flag()
        {
            bool locked = false;
            for (int i = 0; i < 10; i++)
            {
                if (!locked && Cond()) { _gate.Enter(); locked = true; }
                if (locked) _n++;
                if (locked && Cond()) { _gate.Exit(); locked = false; }
            }
            if (locked) _gate.Exit();
        }
        public void Locals(Gate gate)
        {
            Gate held = null;
            if (Cond()) { _gate.Enter(); held = _gate; }
            Work();
            if (held != null) held.Exit();
            Gate other = null;
            if (Cond()) { gate.Enter(); other = gate; }
            other?.Exit();
        }
        public void Code(int ret)
        {
            int err = 0;
            if (ret < 0) err = -1; else _gate.Enter();
            if (err != 0) return;
            _n++;
            _gate.Exit();
        }
        public void Xor(bool a, bool b)
        {
            if (a) _gate.Enter();
            if (b) _other.Enter();
            Work();
            if (b) _other.Exit();
            if (a) _gate.Exit();
        }
        """);

    [Fact]
    public Task FlagThatIsNotTheWholeTruth() => Flows.VerifyMembersAsync("""
        public void M(bool a, bool b)
        {
            if (a)
                _gate.{|LCK1008:Enter|}();
            if (b)
                _gate.Exit();
        }
        public void Reassigned(bool a)
        {
            if (a)
                _gate.{|LCK1008:Enter|}();
            a = !Cond();
            if (a)
                _gate.Exit();
        }
        """);

    [Fact]
    public Task CapturedFlag_ChangesAtAnyCall() => Flows.VerifyMembersAsync("""
        public void M()
        {
            bool locked = Cond();
            Action change = () => locked = false;
            if (locked)
                _gate.{|LCK1008:Enter|}();
            change();
            if (locked)
                _gate.Exit();
        }
        """);

    [Fact]
    public Task RequiredCallBehindTheJoin() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] void Step() { }
        public void M()
        {
            if (Cond())
                _gate.{|#0:Enter|}();
            {|#1:Step|}();
            _gate.Exit();
        }
        """, VerifyCS.Diagnostic("LCK1008").WithLocation(0).WithLocation(1).WithArguments("_gate", "acquired on one path only"));

    [Fact]
    public Task OneFinding_NotOneForEachUse() => Flows.VerifyMembersAsync("""
        public void M()
        {
            if (Cond())
                _gate.{|LCK1008:Enter|}();
            _n = 1;
            _n = 2;
            _n = 3;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task GotoIntoTheSection() => Flows.VerifyMembersAsync("""
        public void M()
        {
            if (Cond())
                goto inside;
            _gate.{|LCK1008:Enter|}();
        inside:
            _n++;
            _gate.Exit();
        }
        """);

    /// <summary>One hold with a depth stands for nested ones, and with its first acquire: that is where the leak is told.</summary>
    [Fact]
    public Task ReentrantDepthDiffers_FoundWhereItStartsToDiffer() => Flows.VerifyMembersAsync("""
        public void M()
        {
            Monitor.Enter(_sync);
            if (Cond())
                Monitor.{|LCK1008:Enter|}(_sync);
            _k++;
            Monitor.Exit(_sync);
        }
        public void InALockStatement()
        {
            lock (_sync)
            {
                if (Cond())
                    Monitor.{|LCK1008:Enter|}(_sync);
                _k++;
            }
        }
        public void ReleasedOnceMore()
        {
            Monitor.Enter(_sync);
            Monitor.Enter(_sync);
            if (Cond())
                Monitor.{|LCK1008:Exit|}(_sync);
            _k++;
            Monitor.Exit(_sync);
        }
        public void InALoop()
        {
            lock (_sync)
            {
                while (Cond())
                    Monitor.{|LCK1008:Enter|}(_sync);
                _k++;
            }
        }
        public void SameFlag(bool more)
        {
            lock (_sync)
            {
                if (more)
                    Monitor.Enter(_sync);
                _k++;
                if (more)
                    Monitor.Exit(_sync);
            }
        }
        public void AllReleased()
        {
            Monitor.Enter(_sync);
            if (Cond())
                Monitor.Enter(_sync);
            while (Monitor.IsEntered(_sync))
                Monitor.Exit(_sync);
        }
        public void SameDepth()
        {
            if (Cond()) { Monitor.Enter(_sync); Monitor.Enter(_sync); }
            else { lock (_sync) { _k++; } Monitor.Enter(_sync); Monitor.Enter(_sync); }
            _k++;
            Monitor.Exit(_sync);
            _k++;
            Monitor.Exit(_sync);
        }
        """);

    /// <summary>Where two free paths meet, `!a` on one and `a, !b` on the other, neither fact survives, but that not both are true does.</summary>
    [Fact]
    public Task ConditionOfTwoFlags_Silent() => Flows.VerifyMembersAsync("""
        public void M(bool a, bool b)
        {
            if (a && b) _gate.Enter();
            if (!a || !b) return;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task CatchJoinsTheHeldAndTheFreePath() => Flows.VerifyMembersAsync("""
        public void M()
        {
            try
            {
                Work();
                _gate.Enter();
            }
            catch (InvalidOperationException)
            {
                return;
            }
            _n++;
            _gate.Exit();
        }
        public void N()
        {
            try
            {
                _gate.Enter();
                _n++;
            }
            finally
            {
                if (Cond()) _gate.{|LCK1008:Exit|}();
            }
            _gate.Exit();
        }
        """);
}
