namespace LockDiscipline.Tests.Behaviours;

/// <summary>References to guarded places and objects, given out and written through.</summary>
public sealed class ReferenceAccessBehaviours
{
    [Fact]
    public Task MethodThatReturnsAReference_IsCalledWhereItIsAssigned() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_gate")] readonly int[] _all = new int[4];
            [RequiresLock("_gate")] ref int Place() => ref _n;
            public ref int this[int i] { [RequiresLock("_gate")] get => ref _all[i]; }
            public void Right()
            {
                _gate.Enter();
                Place() = 1;
                this[0] = 2;
                _gate.Exit();
            }
            public void Wrong()
            {
                {|LCK1002:Place|}() = 1;
                {|LCK1002:this[0]|} = 2;
            }
        }
        """);

    [Fact]
    public Task InheritedMethodOfAStruct_OnlyReadsIt() => LocksOnly.VerifyAsync("""

        public struct Point { public int X; public void Move() => X++; }
        public class C
        {
            readonly Shared _rw = new();
            [GuardedBy("_rw")] Point _point;
            public string? Right() { _rw.EnterRead(); var text = _point.ToString(); _rw.ExitRead(); return text; }
            public void Wrong() { _rw.EnterRead(); {|LCK1003:_point|}.Move(); _rw.ExitRead(); }
        }
        """);

    [Fact]
    public Task TargetReturnedByWhoRequiresTheLock_IsHeldByTheCaller() => LocksOnly.VerifyAsync("""

        public class Item { public int Value; }
        public class C
        {
            readonly Gate _gate = new();
            [TargetGuardedBy("_gate")] readonly Item _all = new();
            [RequiresLock("_gate")] public Item Right() => _all;
            public Item Wrong() { _gate.Enter(); try { return {|LCK4002:_all|}; } finally { _gate.Exit(); } }
        }
        """);

    [Fact]
    public Task GetterThatThrowsForNull_ReturnsTheLock() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object? _gate;
            [GuardedBy("_gate")] int _n;
            public C(object? gate) => _gate = gate;
            object Gate => _gate ?? throw new InvalidOperationException();
            public void Right() { lock (Gate) _n = 1; }
            public void Wrong() => {|LCK1001:_n|} = 1;
        }
        """);
}
