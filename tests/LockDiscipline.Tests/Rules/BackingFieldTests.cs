namespace LockDiscipline.Tests.Rules;

/// <summary>What is guarded is the field that the compiler makes for a property or an event: every use of the member is a use of it.</summary>
public sealed class BackingFieldTests
{
    [Fact]
    public Task FieldOfAnAutoProperty_GuardedAtEachUse() => Flows.VerifyMembersAsync("""
            [field: GuardedBy("_gate")] int Count { get; set; }

            int Read() => {|LCK1001:Count|};
            void Write() => {|LCK1001:Count|} = 1;
            void Add() => {|LCK1001:Count|}++;

            int Locked()
            {
                using (_gate.Open())
                    return Count++;
            }
        """);

    [Fact]
    public Task FieldOfAnEvent_SubscribingIsAWrite() => Flows.VerifyMembersAsync("""
            [field: GuardedBy("_rw")] event Action? Changed;

            void Add(Action action) => {|LCK1001:Changed|} += action;
            void Remove(Action action) => {|LCK1001:Changed|} -= action;
            void Fire() => {|LCK1001:Changed|}?.Invoke();

            void Shared(Action action)
            {
                _rw.EnterRead();
                Changed?.{|LCK2007:Invoke|}();
                {|LCK1003:Changed|} += action;
                _rw.ExitRead();
            }

            void Exclusive(Action action)
            {
                _rw.EnterWrite();
                Changed += action;
                Changed -= action;
                Changed?.Invoke();
                _rw.ExitWrite();
            }
        """);

    [Fact]
    public Task GuardedEvent_SubscribingFromOutsideIsAWrite() => Flows.VerifyAsync("""
        public class Source
        {
            public readonly Gate Lock = new();
            [field: GuardedBy("Lock")] public event Action? Changed;
            [field: GuardedBy("Lock")] public event Action? Closed;
            protected void Fire() { }
        }

        public class C
        {
            void Bare(Source source, Action action)
            {
                source.{|LCK1001:Changed|} += action;
                source.{|LCK1001:Closed|} -= action;
            }

            void Locked(Source source, Action action)
            {
                using (source.Lock.Open())
                {
                    source.Changed += action;
                    source.Closed -= action;
                }
            }
        }
        """);

    [Fact]
    public Task PropertyWithTheFieldKeyword_GuardedInItsAccessorsToo() => Flows.VerifyMembersAsync("""
            [field: GuardedBy("_gate")]
            int Count
            {
                get => {|LCK1001:field|};
                set
                {
                    using (_gate.Open())
                        field = value;
                }
            }
        """);

    /// <summary>Whoever reads the property holds the lock already: its accessors may touch what the same lock guards.</summary>
    [Fact]
    public Task AccessorsOfAGuardedProperty_RunUnderItsLock() => Flows.VerifyMembersAsync("""
            [GuardedBy("_gate")] public int Count { get => _n; set => _n = value; }
            [GuardedBy("_gate")] public int Both => _n + {|LCK1001:_m|};
            public int Read() => {|LCK1001:Count|};
            public int Locked() { _gate.Enter(); int n = Count; Count = n + 1; _gate.Exit(); return n; }
        """);
}
