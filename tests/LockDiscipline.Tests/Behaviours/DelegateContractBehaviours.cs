using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Methods and lambdas given where a delegate promises something.</summary>
public sealed class DelegateContractBehaviours
{
    [Fact]
    public Task DelegateThatMustNotSleep_GivenWhatSleeps() => LocksOnly.VerifyAsync("""
        [NoSleep] delegate void Quick();
        class C
        {
            Quick? _quick;
            readonly object _sync = new();
            static void Sleeps() => Thread.Sleep(1);
            static void Deep() => Sleeps();
            static void Fast() { }
            static void Run(Quick quick) => quick();
            void Wrong()
            {
                Run({|LCK2006:Sleeps|});
                _quick = {|LCK2006:Deep|};
                Quick local = {|LCK2006:Sleeps|};
                Run(() => Thread.{|LCK2001:Sleep|}(1));
                _quick += {|LCK2006:Sleeps|};
            }
            void Right()
            {
                Run(Fast);
                _quick = Fast;
                Run(() => Fast());
                Run(static () => { });
            }
        }
        """);

    [Fact]
    public Task DelegateCalledUnderALock_GivenWhatTakesIt() => LocksOnly.VerifyAsync("""
        class C
        {
            [RequiresLock("gate")] delegate void Locked(Gate gate);
            static void Takes(Gate gate) { gate.Enter(); gate.Exit(); }
            [RequiresLock("gate")] static void Fits(Gate gate) { }
            [RequiresLock("other")] static void Unfit(Gate gate, Gate other) { }
            static void Plain(Gate gate) { }
            void Run(Locked locked, Gate gate)
            {
                gate.Enter();
                locked(gate);
                gate.Exit();
            }
            void Wrong(Gate gate)
            {
                Run({|LCK2006:Takes|}, gate);
                Run(g => { g.{|LCK1006:Enter|}(); g.Exit(); }, gate);
            }
            void Right(Gate gate)
            {
                Run(Fits, gate);
                Run(Plain, gate);
                Run(g => { g.AssertHeld(); }, gate);
            }
        }
        """);
}
