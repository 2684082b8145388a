namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks that a method picks by its arguments, and code that depends on the same arguments.</summary>
public sealed class PickedLockBehaviours
{
    const string Members = """
        enum Kind { First, Second, Third }
        [GuardedBy("_other")] int _o;
        Gate Pick(bool second) => second ? _other : _gate;
        Gate Of(Kind kind) => kind switch { Kind.First => _gate, Kind.Second => _other, _ => throw new ArgumentException() };
        Gate After(int n) { if (n < 0) return _gate; return _other; }
        Gate By(Kind kind)
        {
            switch (kind)
            {
                case Kind.First: return _gate;
                default: return _other;
            }
        }

        """;

    [Fact]
    public Task GuardedByTheOneThatTheFlagPicks() => LocksOnly.VerifyMembersAsync(Members + """
        void InAVariable(bool second)
        {
            var gate = Pick(second);
            gate.Enter();
            if (second) _o++; else _n++;
            gate.Exit();
        }
        void PickedTwice(bool second)
        {
            Pick(second).Enter();
            if (second) _o++; else _n++;
            Pick(second).Exit();
        }
        void ReleasedByName(bool second)
        {
            Pick(second).Enter();
            if (second) _other.Exit(); else _gate.Exit();
        }
        void ByEnum(Kind kind)
        {
            var gate = Of(kind);
            gate.Enter();
            if (kind == Kind.First) _n++; else _o++;
            gate.Exit();
        }
        void BySwitch(Kind kind)
        {
            var gate = By(kind);
            gate.Enter();
            if (kind == Kind.First) _n++; else _o++;
            gate.Exit();
        }
        void ByNumber(int n)
        {
            var gate = After(n);
            gate.Enter();
            if (n >= 0) _o++; else _n++;
            gate.Exit();
        }
        void ByConstant()
        {
            Of(Kind.First).Enter();
            _n++;
            _gate.Exit();
        }
        void AsMonitor(bool second)
        {
            lock (Pick(second))
                Work();
        }
        """);

    [Fact]
    public Task TheOtherOne_IsFound() => LocksOnly.VerifyMembersAsync(Members + """
        void TheOtherWayRound(bool second)
        {
            var gate = Pick(second);
            gate.Enter();
            if (second) {|LCK1001:_n|}++; else {|LCK1001:_o|}++;
            gate.Exit();
        }
        void WrongConstant()
        {
            Of(Kind.Second).Enter();
            {|LCK1001:_n|}++;
            Of(Kind.Second).Exit();
        }
        public void NotReleased(bool second)
        {
            Pick(second).{|LCK1004:Enter|}();
            if (second)
                return;
            Pick(second).Exit();
        }
        """);
}
