namespace LockDiscipline.Tests.Behaviours;

/// <summary>A number or an enum says what is held: state machines, modes, and values that were one of several.</summary>
public sealed class StateMachineBehaviours
{
    [Fact]
    public Task HeldInSomeStates_EachReleasesWhatItHolds() => LocksOnly.VerifyMembersAsync("""
        enum Step { Start, Locked, Done }
        public int BySwitch()
        {
            int state = 0;
            while (true)
            {
                switch (state)
                {
                    case 0: _gate.Enter(); state = 1; break;
                    case 1: _n++; state = 2; break;
                    default: _gate.Exit(); return 1;
                }
            }
        }
        public int ChosenByACondition()
        {
            int state = 0;
            while (true)
            {
                switch (state)
                {
                    case 0: _gate.Enter(); state = 1; break;
                    case 1: _n++; state = Cond() ? 2 : 1; break;
                    case 2: _gate.Exit(); return 1;
                }
            }
        }
        public void ByEnum()
        {
            var step = Step.Start;
            while (step != Step.Done)
            {
                if (step == Step.Start) { _gate.Enter(); step = Step.Locked; }
                else { _n++; _gate.Exit(); step = Step.Done; }
            }
        }
        public void ByMode(int kind)
        {
            int mode = 0;
            if (kind == 5) { _rw.EnterRead(); mode = 1; }
            else if (kind == 6) { _rw.EnterWrite(); mode = 2; }
            Work();
            if (mode == 1) _rw.ExitRead();
            else if (mode == 2) _rw.ExitWrite();
        }
        public void OneOfThree(int kind)
        {
            int mode;
            switch (kind) { case 1: mode = 1; break; case 2: mode = 2; break; default: mode = 0; break; }
            if (mode > 0) _gate.Enter();
            Work();
            if (mode != 0) _gate.Exit();
        }
        """);

    [Fact]
    public Task ReleasedInTheWrongState_IsFound() => LocksOnly.VerifyMembersAsync("""
        public int LeftFromTheLockedState()
        {
            int state = 0;
            while (true)
            {
                switch (state)
                {
                    case 0: _gate.{|LCK1004:Enter|}(); state = 1; break;
                    case 1: state = 2; if (Cond()) return 0; break;
                    default: _gate.Exit(); return 1;
                }
            }
        }
        public void OneModeForgotten(int kind)
        {
            int mode = 0;
            if (kind == 5) { _rw.EnterRead(); mode = 1; }
            else if (kind == 6) { _rw.{|LCK1004:EnterWrite|}(); mode = 2; }
            Work();
            if (mode == 1) _rw.ExitRead();
        }
        """);

    [Fact]
    public Task LeastAndGreatestOfAllNumbers_AreNotCountedThrough() => LocksOnly.VerifyMembersAsync("""
        public void M(bool first)
        {
            long limit = long.MaxValue;
            if (first)
                limit = long.MinValue;
            if (limit > 0) _gate.Enter();
            Work();
            if (limit > 0) _gate.Exit();
        }
        """);
}
