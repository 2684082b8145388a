namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks of which one is chosen by a condition, and what is known of the choice afterwards.</summary>
public sealed class ChosenLockBehaviours
{
    [Fact]
    public Task LockChosenByACondition_IsTheOneOnEachBranch() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object a = new(), b = new();
            [GuardedBy("a")] int _x;
            [GuardedBy("b")] int _y;
            public void Right(bool first)
            {
                lock (first ? a : b)
                {
                    if (first)
                        _x = 1;
                    else
                        _y = 1;
                }
            }
            public void RightSwitch(int kind)
            {
                lock (kind switch { 0 => a, _ => b })
                {
                    if (kind == 0)
                        _x = 1;
                    else
                        _y = 1;
                }
            }
            public void RightLocal(bool first)
            {
                var chosen = first ? a : b;
                Monitor.Enter(chosen);
                if (first)
                    Monitor.Exit(a);
                else
                    Monitor.Exit(b);
            }
            public void RightStatement(int kind)
            {
                object chosen;
                switch (kind)
                {
                    case 0: chosen = a; break;
                    default: chosen = b; break;
                }
                lock (chosen)
                {
                    if (kind == 0) _x = 1; else _y = 1;
                }
            }
            public void Wrong(bool first)
            {
                lock (first ? a : b)
                    {|LCK1001:_x|} = 1;
            }
            public void WrongWay(bool first)
            {
                lock (first ? a : b)
                {
                    if (first) {|LCK1001:_y|} = 1; else {|LCK1001:_x|} = 1;
                }
            }
        }
        """);

    [Fact]
    public Task ReleaseOfTheOtherChoice_IsFound() => LocksOnly.VerifyAsync("""

        public class C
        {
            public void Right(bool first, Gate a, Gate b)
            {
                (first ? a : b).Enter();
                (first ? a : b).Exit();
            }
            public void Wrong(bool first, Gate a, Gate b)
            {
                (first ? a : b).{|LCK1004:Enter|}();
                (first ? b : a).{|LCK1005:Exit|}();
            }
        }
        """);

    [Fact]
    public Task ObjectsSortedBeforeTheyAreLocked_AreBothLocked() => LocksOnly.VerifyAsync("""

        public class Account
        {
            readonly object _gate = new();
            public readonly int Id;
            [GuardedBy("_gate")] int _balance;
            public static void Tuple(Account a, Account b)
            {
                var (first, second) = a.Id < b.Id ? (a, b) : (b, a);
                lock (first._gate)
                    lock (second._gate) { a._balance--; b._balance++; }
            }
            public static void Swap(Account a, Account b)
            {
                Account first = a, second = b;
                if (first.Id > second.Id)
                {
                    var other = first;
                    first = second;
                    second = other;
                }
                lock (first._gate)
                    lock (second._gate) { a._balance--; b._balance++; }
            }
            public static void Compared(Account a, Account b)
            {
                int order = a.Id.CompareTo(b.Id);
                if (order == 0)
                    return;
                var first = order < 0 ? a : b;
                var second = order < 0 ? b : a;
                lock (first._gate)
                    lock (second._gate) { a._balance--; b._balance++; }
            }
            public static void OneOnly(Account a, Account b)
            {
                var first = a.Id < b.Id ? a : b;
                lock (first._gate) { a.{|LCK1001:_balance|}--; b.{|LCK1001:_balance|}++; }
            }
        }
        """);

    [Fact]
    public Task LockThatMayBeNone_IsHeldWhereItIsOne() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            public void Conditional(bool need)
            {
                var chosen = need ? _gate : null;
                chosen?.Enter();
                try { if (need) _n = 1; }
                finally { chosen?.Exit(); }
            }
            public void Assigned(bool need)
            {
                Gate? chosen = null;
                if (need)
                    chosen = _gate;
                if (chosen != null)
                    chosen.Enter();
                if (need)
                    _n = 1;
                if (chosen != null)
                    chosen.Exit();
            }
            public void Default(Gate? other)
            {
                var chosen = other ?? _gate;
                chosen.Enter();
                if (other == null)
                    _n = 1;
                chosen.Exit();
            }
            public void WrongDefault(Gate? other)
            {
                var chosen = other ?? _gate;
                chosen.Enter();
                if (other != null)
                    {|LCK1001:_n|} = 1;
                chosen.Exit();
            }
        }
        """);

    [Fact]
    public Task ElementsChosenByIndex_AreTheSameElements() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate[] _gates = { new(), new() };
            public void Right(int i, int j)
            {
                if (i == j)
                {
                    _gates[i].Enter();
                    _gates[j].Exit();
                    return;
                }
                var (low, high) = i < j ? (i, j) : (j, i);
                _gates[low].Enter();
                _gates[high].Enter();
                _gates[i].Exit();
                _gates[j].Exit();
            }
            public void Wrong(int i, int j)
            {
                _gates[i].{|LCK1004:Enter|}();
                if (i == j)
                    return;
                _gates[i].Exit();
            }
        }
        """);
}
