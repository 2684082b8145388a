namespace LockDiscipline.Tests.Behaviours;

/// <summary>What lambdas, overriding getters and tuples pass on: it stays what it is.</summary>
public sealed class PassedOnBehaviours
{
    [Fact]
    public Task LambdaThatRunsNow_GetsWhatTheCallWasGiven() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            static void Run<T>(T item, Action<T> action) => action(item);
            static TResult Locked<T, TResult>(T item, Gate gate, Func<T, TResult> read)
            {
                gate.Enter();
                try { return read(item); }
                finally { gate.Exit(); }
            }
            static void Twice<T>(T one, T two, Action<T> action) { action(one); action(two); }
            public void Right() { _gate.Enter(); Run(this, static c => c._n++); _gate.Exit(); }
            public int RightLocked() => Locked(this, _gate, static c => c._n);
            public void Wrong() => Run(this, c => c.{|LCK1001:_n|}++);
            public int WrongObject(C other) => Locked(other, _gate, static c => c.{|LCK1001:_n|});
            public void WrongOne(C other) { _gate.Enter(); Twice(this, other, c => c.{|LCK1001:_n|}++); _gate.Exit(); }
        }
        """);

    [Fact]
    public Task LockOfABase_GoesByTheNameOfTheOverridingType() => LocksOnly.VerifyAsync("""

        public abstract class Base
        {
            public abstract Gate Gate { get; }
            [GuardedBy("Gate")] protected int _n;
            [RequiresLock("Gate")] protected void Need() => _n++;
            public void Own() { Gate.Enter(); _n = 1; Gate.Exit(); }
        }
        public class Derived : Base
        {
            readonly Gate _gate = new(), _other = new();
            public override Gate Gate => _gate;
            public void Right() { _gate.Enter(); _n = 1; Need(); _gate.Exit(); }
            public void RightByProperty() { Gate.Enter(); _n = 1; Need(); _gate.Exit(); }
            public static void RightObject(Derived other) { other.Gate.Enter(); other._n = 1; other.Gate.Exit(); }
            public void Wrong() { _other.Enter(); {|LCK1001:_n|} = 1; {|LCK1002:Need|}(); _other.Exit(); }
        }
        """);

    [Fact]
    public Task PartsOfATuple_StayTheObjectsThatTheyAre() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            public void Named(C other)
            {
                var pair = (First: this, Second: other);
                lock (pair.First._gate)
                    _n = 1;
                lock (pair.First._gate)
                    pair.Second.{|LCK1001:_n|} = 1;
            }
            public void Taken(C other)
            {
                var pair = (this, other);
                var (first, second) = pair;
                lock (second._gate)
                {
                    other._n = 1;
                    {|LCK1001:_n|} = 1;
                }
            }
        }
        """);
}
