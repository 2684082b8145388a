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

    /// <summary>What a flag was computed from is as good as the flag, and the other way round.</summary>
    [Fact]
    public Task FlagAndTheConditionsThatMadeIt_TellTheSame() => LocksOnly.VerifyMembersAsync("""
        void And(bool a, bool b) { bool need = a && b; if (need) Monitor.Enter(_sync); if (a && b) _k++; if (need) Monitor.Exit(_sync); }
        void Or(bool a, bool b) { bool need = a || b; if (need) Monitor.Enter(_sync); if (a) _k++; if (b) _k++; if (need) Monitor.Exit(_sync); }
        void Nor(bool a, bool b) { bool free = a && !b; if (!free) Monitor.Enter(_sync); if (b) _k++; if (!free) Monitor.Exit(_sync); }
        void Number(bool a, int n) { bool need = a && n > 3; if (need) Monitor.Enter(_sync); if (a && n > 3) _k++; if (need) Monitor.Exit(_sync); }
        void Branch(bool a) { bool need; if (a) need = true; else need = false; if (need) Monitor.Enter(_sync); if (a) _k++; if (need) Monitor.Exit(_sync); }
        void Set(bool a, bool b) { bool need = false; if (a && b) need = true; if (need) Monitor.Enter(_sync); if (a && b) _k++; if (need) Monitor.Exit(_sync); }
        void Finally(bool a, bool b)
        {
            bool need = a && b;
            if (need)
                Monitor.Enter(_sync);
            try { if (a && b) _k++; }
            finally { if (need) Monitor.Exit(_sync); }
        }
        void WrongPart(bool a, bool b) { bool need = a && b; if (need) Monitor.{|LCK1008:Enter|}(_sync); if (a) _k++; if (need) Monitor.Exit(_sync); }
        void WrongEither(bool a, bool b) { bool need = a && b; if (need) Monitor.{|LCK1008:Enter|}(_sync); if (a || b) _k++; if (need) Monitor.Exit(_sync); }
        void WrongChanged(bool a, bool b) { bool need = a && b; if (need) Monitor.Enter(_sync); b = !b; if (a && b) {|LCK1001:_k|}++; if (need) Monitor.Exit(_sync); }
        """);

    /// <summary>An object never changes its type, nor a string its contents: the same question gets the same answer.</summary>
    [Fact]
    public Task SameQuestionAboutAType_OrAString_HasOneAnswer() => LocksOnly.VerifyMembersAsync("""
        void Type(object? o) { if (o is string) Monitor.Enter(_sync); if (o is string) { _k++; Monitor.Exit(_sync); } }
        void Pattern(object? o) { if (o is string) Monitor.Enter(_sync); if (o is string s) { _k += s.Length; Monitor.Exit(_sync); } }
        void Negated(object? o) { if (o is not string) Monitor.Enter(_sync); if (!(o is string)) { _k++; Monitor.Exit(_sync); } }
        void Switch(object o) { switch (o) { case string: Monitor.Enter(_sync); break; case int: break; } if (o is string) { _k++; Monitor.Exit(_sync); } }
        void Element(object[] all) { foreach (var o in all) { if (o is Exception) Monitor.Enter(_sync); if (o is Exception e) { _k++; Monitor.Exit(_sync); } } }
        void Empty(string? s) { if (!string.IsNullOrEmpty(s)) Monitor.Enter(_sync); try { } finally { if (!string.IsNullOrEmpty(s)) Monitor.Exit(_sync); } }
        void Parts(string a, string b) { if (a.StartsWith("x") && b.Contains('y')) Monitor.Enter(_sync); if (a.StartsWith("x") && b.Contains('y')) { _k++; Monitor.Exit(_sync); } }
        void Flag(DayOfWeek day) { if (day.HasFlag(DayOfWeek.Friday)) Monitor.Enter(_sync); if (day.HasFlag(DayOfWeek.Friday)) { _k++; Monitor.Exit(_sync); } }
        void WrongObject(object o, object p) { if (o is string) Monitor.{|LCK1008:Enter|}(_sync); if (p is string) { _k++; Monitor.Exit(_sync); } }
        void WrongType(object o) { if (o is string) Monitor.{|LCK1008:Enter|}(_sync); if (o is IComparable) { _k++; Monitor.Exit(_sync); } }
        void WrongString(string? s) { if (string.IsNullOrEmpty(s)) Monitor.{|LCK1008:Enter|}(_sync); s = "x"; if (string.IsNullOrEmpty(s)) { _k++; Monitor.Exit(_sync); } }
        """);
}
