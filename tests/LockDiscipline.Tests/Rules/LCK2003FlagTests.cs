namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2003 through helpers whose arguments decide what they lock.</summary>
public sealed class LCK2003FlagTests
{
    const string Helpers = """
        void Refresh(bool locks)
        {
            if (locks)
            {
                lock (_sync)
                    _k++;
            }
            else
            {
                Work();
            }
        }
        void Through(bool isLocked) => Refresh(!isLocked);
        void Other() { lock (_sync) { _gate.Enter(); _n++; _gate.Exit(); } }

        """;

    [Fact]
    public Task LockedForOtherArgumentsOnly_IsNotWaitedFor() => Flows.VerifyMembersAsync(Helpers + """
        void M() { _gate.Enter(); Refresh(false); _gate.Exit(); }
        void N() { _gate.Enter(); Through(true); _gate.Exit(); }
        """);

    [Fact]
    public Task LockedForTheseArguments_IsFound() => Flows.VerifyMembersAsync(Helpers.Replace("_gate.Enter()", "_gate.{|LCK2003:Enter|}()", StringComparison.Ordinal) + """
        void M() { _gate.Enter(); Through(false); _gate.Exit(); }
        """);

    [Fact]
    public Task LockedForArgumentsThatNobodyKnows_IsFound() => Flows.VerifyMembersAsync(Helpers.Replace("_gate.Enter()", "_gate.{|LCK2003:Enter|}()", StringComparison.Ordinal) + """
        void M(bool b) { _gate.Enter(); Refresh(b); _gate.Exit(); }
        """);

    /// <summary>Both ways lock: whatever the arguments are.</summary>
    [Fact]
    public Task LockedEitherWay_IsFound() => Flows.VerifyMembersAsync("""
        void Refresh(bool b)
        {
            if (b)
            {
                lock (_sync)
                    _k++;
            }
            else
            {
                lock (_sync)
                    _k--;
            }
        }
        void M() { _gate.Enter(); {|LCK2003:Refresh|}(false); _gate.Exit(); }
        void N() { lock (_sync) { _gate.Enter(); _n++; _gate.Exit(); } }
        """);
}
