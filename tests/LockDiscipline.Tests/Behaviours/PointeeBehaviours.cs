using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>References whose target is guarded, while the reference itself is not.</summary>
public sealed class PointeeBehaviours
{
    const string Node = """

        class Node { public int Value; public Node? Next; public int Get() => Value; public int this[int i] { get => i; set { } } }
        """;

    [Fact]
    public Task AssigningComparingCopying_IsNoUseOfTheTarget() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [TargetGuardedBy("_gate")] Node? _head;

            bool Right(Node n)
            {
                _head = n;
                var copy = _head;
                return _head is null || _head == n || ReferenceEquals(copy, n) || _head is not { };
            }
        }
        """ + Node);

    [Fact]
    public Task UsingTheTarget_NeedsTheLock() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [TargetGuardedBy("_gate")] Node _head = new();
            [TargetGuardedBy("_gate")] List<int> Items { get; } = new();
            [TargetGuardedBy("_gate")] int[] _array = new int[3];

            void Wrong()
            {
                {|LCK1001:_head|}.Value = 1;
                _ = {|LCK1001:_head|}.Next;
                _ = {|LCK1001:_head|}.Get();
                {|LCK1001:_head|}[0] = 2;
                {|LCK1001:Items|}.Add(1);
                {|LCK1001:_array|}[0]++;
                _ = {|LCK1001:_head|}?.Value;
                foreach (var i in {|LCK1001:Items|})
                    _ = i;
            }
            void Right()
            {
                lock (_gate)
                {
                    _head.Value = 1;
                    _ = _head.Next;
                    _ = _head.Get();
                    _head[0] = 2;
                    Items.Add(1);
                    _array[0]++;
                    _ = _head?.Value;
                    foreach (var i in Items)
                        _ = i;
                }
            }
        }
        """ + Node);

    [Fact]
    public Task TargetBehindAnAccessor_IsUsedByIt() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [TargetGuardedBy("_gate")] readonly Lazy<Node> _lazy = new(() => new Node());
            [TargetGuardedBy("_gate")] readonly WeakReference<Node> _weak = new(new Node());

            void Wrong()
            {
                {|LCK1001:_lazy|}.Value.Value = 1;
                _ = {|LCK1001:_weak|}.TryGetTarget(out _);
            }
            void Right()
            {
                lock (_gate)
                {
                    _lazy.Value.Value = 1;
                    _ = _weak.TryGetTarget(out _);
                }
            }
        }
        """ + Node);

    [Fact]
    public Task TargetUnderASharedLock_MayBeReadNotWritten() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [TargetGuardedBy("_rw")] Node _head = new();

            void M()
            {
                _rw.EnterReadLock();
                _ = _head.Value;
                {|LCK1003:_head|}.Value = 1;
                _rw.ExitReadLock();
                _rw.EnterWriteLock();
                _head.Value = 1;
                _rw.ExitWriteLock();
            }
        }
        """ + Node);

    [Fact]
    public Task CopyOfTheReference_LeadsToTheSameTarget() => LocksOnly.VerifyAsync("""
        class Data { public int V; public void Change() => V++; }
        class C
        {
            readonly object _sync = new();
            [TargetGuardedBy("_sync")] Data? _data = new();
            [TargetGuardedBy("_sync")] readonly int[] _row = new int[3];
            void Wrong() { var data = _data!; {|LCK1001:data|}.V = 1; }
            void WrongCall() { var data = _data; {|LCK1001:data|}?.Change(); }
            int WrongRow() { var row = _row; return {|LCK1001:row|}[1]; }
            bool WrongPattern() => _data is { {|LCK1001:V|}: > 3 };
            void Right() { var data = _data; lock (_sync) data!.V = 1; }
            bool Compared() { var data = _data; var same = data; return same is null || ReferenceEquals(data, _data); }
            void Dead() { Data data; lock (_sync) data = _data!; {|LCK4001:data|}.V = 1; data.V = 2; }
            void Replaced() { var data = _data; data = new Data(); data.V = 1; }
        }
        """);
}
