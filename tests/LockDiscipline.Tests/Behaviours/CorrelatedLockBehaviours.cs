using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks whose state follows from more than one flag, from a captured flag, or from what was put into a collection.</summary>
public sealed class CorrelatedLockBehaviours
{
    [Fact]
    public Task TwoFlagsTogether_SayWhetherItIsHeld() => LocksOnly.VerifyMembersAsync("""
        void Right(bool a, bool b)
        {
            if (a && b)
                _gate.Enter();
            Work();
            if (!a || !b)
                return;
            _gate.Exit();
        }
        void RightAgain(bool a, bool b)
        {
            if (a && b)
                Monitor.Enter(_sync);
            Work();
            if (a && b)
                Monitor.Exit(_sync);
        }
        void RightOr(bool a, bool b)
        {
            if (a || b)
                _gate.Enter();
            Work();
            if (!a && !b)
                return;
            _gate.Exit();
        }
        void RightMixed(object? o, int n)
        {
            if (o is not null && n > 0)
                _gate.Enter();
            Work();
            if (o is null || n <= 0)
                return;
            _gate.Exit();
        }
        void RightThree(bool a, bool b, bool c)
        {
            if (a && b && c)
                _gate.Enter();
            Work();
            if (a && b && c)
                _gate.Exit();
        }
        void RightNested(bool a, bool b)
        {
            if (a)
            {
                if (b)
                    _gate.Enter();
            }
            Work();
            if (b && a)
                _gate.Exit();
        }
        void Wrong(bool a, bool b)
        {
            if (a && b)
                _gate.{|LCK1008:Enter|}();
            Work();
            if (!a)
                return;
            _gate.Exit();
        }
        void WrongOr(bool a, bool b)
        {
            if (a && b)
                _gate.{|LCK1008:Enter|}();
            Work();
            if (a || b)
                _gate.Exit();
        }
        """);

    [Fact]
    public Task FlagSetInALocalFunction_SaysWhetherItIsHeld() => LocksOnly.VerifyMembersAsync("""
        void Right(bool c)
        {
            bool taken = false;
            void Take()
            {
                _gate.Enter();
                taken = true;
            }
            if (c)
                Take();
            Work();
            if (taken)
                _gate.Exit();
        }
        void RightRelease(bool c)
        {
            bool held = true;
            _gate.Enter();
            if (c)
                Drop();
            if (held)
                _gate.Exit();
            void Drop()
            {
                _gate.Exit();
                held = false;
            }
        }
        void RightAttempt()
        {
            bool taken = false;
            Try();
            Work();
            if (taken)
                _gate.Exit();
            void Try()
            {
                if (!_gate.TryEnter())
                    return;
                taken = true;
            }
        }
        void Wrong(bool c)
        {
            bool taken = false;
            void Take()
            {
                _gate.Enter();
                taken = Cond();
            }
            if (c)
                {|LCK1004:Take|}();
            Work();
            if (taken)
                _gate.Exit();
        }
        """);

    [Fact]
    public Task MethodGroupOfAHelper_NeedsWhatTheHelperNeeds() => LocksOnly.VerifyMembersAsync("""
        void Bump(int i) => _k += i;
        void Right(List<int> list)
        {
            lock (_sync)
                list.ForEach(Bump);
        }
        void RightDirect()
        {
            lock (_sync)
                Bump(1);
        }
        void Wrong() => {|LCK1002:Bump|}(1);
        """);

    [Fact]
    public Task GuardedEventField_NeedsTheLock() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            [field: GuardedBy("_sync")] public event Action? Changed;
            void Wrong()
            {
                {|LCK1001:Changed|} += Work;
                {|LCK1001:Changed|} = null;
                {|LCK1001:Changed|}?.Invoke();
            }
            void Right()
            {
                Action? changed;
                lock (_sync)
                {
                    Changed += Work;
                    Changed -= Work;
                    changed = Changed;
                }
                changed?.Invoke();
            }
            static void Work() { }
        }
        """);
}
