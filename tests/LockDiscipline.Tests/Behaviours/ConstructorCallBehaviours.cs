namespace LockDiscipline.Tests.Behaviours;

/// <summary>Constructors that need a lock, or take one.</summary>
public sealed class ConstructorCallBehaviours
{
    [Fact]
    public Task ConstructorThatNeedsALock_IsCalledInEverySpelling() => LocksOnly.VerifyAsync("""

        public class Owner
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _items;
            internal sealed class Item { internal Item(Owner owner) { owner._items++; } }
            public void Named() { _gate.Enter(); _ = new Item(this); _gate.Exit(); }
            public void TargetTyped() { _gate.Enter(); Item item = new(this); _gate.Exit(); }
            public void Wrong() => _ = new {|LCK1002:Item|}(this);
            public void WrongTargetTyped() { Item item = {|LCK1002:new(this)|}; }
        }
        """);

    [Fact]
    public Task BaseConstructorThatNeedsALock_IsCalledByTheDerivedOne() => LocksOnly.VerifyAsync("""

        public class Registered
        {
            static readonly Gate s_gate = new();
            [GuardedBy("s_gate")] static int s_count;
            private protected Registered() { s_count++; }
            sealed class Derived : Registered { public Derived() : base() { } }
            public static void Right() { s_gate.Enter(); _ = new Derived(); s_gate.Exit(); }
            public static void Wrong() => _ = new {|LCK1002:Derived|}();
        }
        """);

    [Fact]
    public Task RefStructWithDispose_ReleasesWhatItsConstructorTook() => LocksOnly.VerifyAsync("""

        public ref struct Section
        {
            readonly Gate _gate;
            bool _held;
            public Section(Gate gate) { _gate = gate; gate.Enter(); _held = true; }
            public void Dispose()
            {
                if (!_held)
                    return;
                _held = false;
                _gate.Exit();
            }
        }
        """);
}
