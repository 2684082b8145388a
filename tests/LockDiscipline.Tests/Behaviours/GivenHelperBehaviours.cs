using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Methods given by their name for delegates: called where the delegate runs at once, and given away where it does not; several delegates in one variable.</summary>
public sealed class GivenHelperBehaviours
{
    const string Helpers = """
        class C
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] int _n;
            void Bump() => _n++;
            void Each(int i) => _n += i;
            void Sync(Action action) { lock (_sync) action(); }
            T Sync<T>(Func<T> read) { lock (_sync) return read(); }

        """;

    [Fact]
    public Task RunAtOnce_IsACallOfTheHelper() => LocksOnly.VerifyAsync(Helpers + """
            void All(List<int> list) { lock (_sync) list.ForEach(Each); }
            void Own() => Sync(Bump);
            int Read() => Sync(Get);
            int Get() => _n;
            void Wrong(List<int> list) { lock (_sync) _n = 1; list.ForEach({|LCK1002:Each|}); }
            void Held() { Action run = Bump; lock (_sync) run(); }
            void HeldTooShort() { Action run = {|LCK1002:Bump|}; lock (_sync) run(); run(); }
        }
        """);

    [Fact]
    public Task GivenAway_NobodyHoldsWhatTheHelperNeeds() => LocksOnly.VerifyAsync(Helpers + """
            void Right() { lock (_sync) { Bump(); Each(1); Tick(null); } }
            void Tick(object? state) => _n++;
            void Task1() { lock (_sync) Task.Run({|LCK1002:Bump|}); }
            Action Returned() { lock (_sync) return {|LCK1002:Bump|}; }
            void Timed() { lock (_sync) { using var timer = new Timer({|LCK1002:Tick|}); } }
        }
        """);

    [Fact]
    public Task WhatAHelperDoes_CountsWhereItRuns() => LocksOnly.VerifyMembersAsync("""
        static void Slow(int i) => Thread.Sleep(i);
        void Locks(int i) { _gate.Enter(); _gate.Exit(); }
        [ExcludesLock("_sync")] void Excluding(int i) { }
        static Action<int>? s_kept;
        void Sleeps(List<int> list) { _spin.Enter(); list.ForEach({|LCK2001:Slow|}); _spin.Exit(); list.ForEach(Slow); }
        void SleepsLater() { _spin.Enter(); s_kept = Slow; _spin.Exit(); }
        void Again(List<int> list) { _gate.Enter(); list.ForEach({|LCK1006:Locks|}); _gate.Exit(); }
        void Excluded(List<int> list) { lock (_sync) list.ForEach({|LCK1007:Excluding|}); lock (_sync) s_kept = Excluding; }
        """);

    [Fact]
    public Task DelegatesAddedToAVariable_RunWhereItIsInvoked() => LocksOnly.VerifyMembersAsync("""
        [RequiresLock("_gate")] void Need() => _n++;
        static Action? s_kept;
        void Right() { _gate.Enter(); Action run = () => Work(); run += () => { _n++; }; run(); _gate.Exit(); }
        void Wrong() { Action run = () => Work(); run += () => { {|LCK1001:_n|}++; }; run(); }
        void Enters() { Action run = _gate.Enter; run += () => Work(); run(); _n++; _gate.Exit(); }
        void Group() { Action run = Work; run += Need; _gate.Enter(); run(); _gate.Exit(); }
        void GroupWrong() { Action run = Work; run += {|LCK1002:Need|}; run(); }
        void Kept() { _gate.Enter(); Action run = () => Work(); run += () => { {|LCK1001:_n|}++; }; s_kept = run; run(); _gate.Exit(); }
        void Undone(bool lockIt) { Action undo = () => { }; if (lockIt) { _gate.Enter(); undo += () => _gate.Exit(); } undo(); }
        """);

    [Fact]
    public Task CalleeThatPassesItselfOn_GivesItToTheLambda() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] int _n;
            void Run(Action<C> action) => action(this);
            void Locked(Action<C> action) { lock (_sync) action(this); }
            void Right() { lock (_sync) Run(static c => c._n++); Locked(c => c._n--); }
            void Other(C other) { lock (_sync) other.Run(c => c.{|LCK1001:_n|}++); other.Locked(c => { c._n++; {|LCK1001:_n|}++; }); }
        }
        """);

    [Fact]
    public Task HelperThatRunsALambdaUnderItsLock_OrdersTheLocks() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new();
            void WithA(Action action) { lock (_a) action(); }
            void First() => WithA(() => { lock ({|LCK2003:_b|}) { } });
            void Second() { lock (_b) lock (_a) { } }
        }
        class Right
        {
            readonly object _a = new(), _b = new();
            void WithA(Action action) { lock (_a) action(); }
            void First() => WithA(() => { lock (_b) { } });
            void Second() { lock (_a) lock (_b) { } }
        }
        """);
}
