namespace LockDiscipline.Tests.Rules;

/// <summary>Control flow, values and declarations in unusual combinations.</summary>
public sealed class LCK1001DeepTests
{
    [Fact]
    public Task NestedTryWithLocksAtEveryLevel() => Flows.VerifyMembersAsync("""
        public int M()
        {
            lock (_sync)
            {
                try
                {
                    _gate.Enter();
                    try
                    {
                        if (Cond()) return _n + _k;
                        try { Work(); _n++; }
                        catch (ArgumentException e) when (Check(e)) { _n--; throw; }
                        finally { _n++; _k++; }
                    }
                    finally
                    {
                        _gate.Exit();
                    }
                    {|LCK1001:_n|}++;
                }
                catch (InvalidOperationException)
                {
                    {|LCK1001:_n|} = 1;
                    _k++;
                    return 2;
                }
                finally
                {
                    _k = 0;
                }
                return _k;
            }
        }
        bool Check(Exception e) => true;
        """);

    [Fact]
    public Task WhileTrueWithManyExits() => Flows.VerifyMembersAsync("""
        public int M(Queue<int> queue)
        {
            while (true)
            {
                lock (_sync)
                {
                    while (_k == 0)
                    {
                        if (!Monitor.Wait(_sync, 100)) { if (Cond()) return -1; else continue; }
                    }
                    if (queue.Count == 0) break;
                    _k--;
                    if (_k > 5) goto outside;
                }
                Work();
            }
            return {|LCK1001:_k|};
        outside:
            return 0;
        }
        """);

    [Fact]
    public Task TernariesNullCoalescingAndSwitchExpressions() => Flows.VerifyAsync("""
        class Node { public readonly object Gate = new(); [GuardedBy("Gate")] public int X; public Node? Next; }
        class P
        {
            readonly Node _a = new(), _b = new();
            void M(bool c, Node? given, int i)
            {
                var n = c ? _a : _b;
                lock (n.Gate) n.X = 1;
                lock ((c ? _a : _b).Gate) { }
                var m = given ?? _a;
                lock (m.Gate) { m.X = 1; }
                var s = i switch { 0 => _a, 1 => _b, _ => throw new InvalidOperationException() };
                lock (s.Gate) s.X = 1;
                lock (_a.Gate) n.{|LCK1001:X|} = 2;
                given ??= new Node();
                lock (given.Gate) given.X = 2;
                if (given is { Next: { } next }) lock (next.Gate) { next.X = 1; given.Next!.X = 2; }
            }
        }
        """);

    [Fact]
    public Task ListWalksHandOverHand() => Flows.VerifyAsync("""
        class Node { public readonly Gate Gate = new(); [GuardedBy("Gate")] public int X; [GuardedBy("Gate")] public Node? Next; }
        class P
        {
            readonly Node _head = new();
            bool Contains(int x)
            {
                var previous = _head;
                previous.Gate.Enter();
                try
                {
                    for (var current = previous.Next; current != null; current = previous.Next)
                    {
                        current.Gate.Enter();
                        previous.Gate.Exit();
                        previous = current;
                        if (previous.X == x) return true;
                    }
                    return false;
                }
                finally
                {
                    previous.Gate.Exit();
                }
            }
        }
        """);

    [Fact]
    public Task StructsAndSpans() => Flows.VerifyAsync("""
        struct Counter { public int Value; public void Add() => Value++; public int this[int i] { readonly get => i; set => Value = value; } }
        class P
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] Counter _counter;
            [GuardedBy("_gate")] Counter[] _many = new Counter[2];
            [GuardedBy("_gate")] (int A, int B) _pair;
            public void Wrong()
            {
                {|LCK1001:_counter|}.Add();
                {|LCK1001:_counter|}.Value++;
                {|LCK1001:_counter|}[1] = 2;
                {|LCK1001:_many|}[0].Value++;
                {|LCK1001:_pair|}.A = 1;
                var copy = {|LCK1001:_counter|};
                copy.Add();
                Span<Counter> span = {|LCK1001:_many|};
                span[0].Add();
                var (a, b) = {|LCK1001:_pair|};
            }
            public void Right()
            {
                _gate.Enter();
                _counter.Add();
                _counter.Value++;
                _counter[1] = 2;
                _many[0].Value++;
                _pair.A = 1;
                _pair = (1, 2);
                var (a, b) = _pair;
                foreach (ref var c in _many.AsSpan()) c.Value++;
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task UnsafePointersToAGuardedField() => Flows.VerifyMembersAsync("""
        unsafe void M()
        {
            fixed (int* p = &{|LCK1001:_n|}) *p = 1;
            _gate.Enter();
            fixed (int* p = &_n) *p = 1;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task InterpolationsCollectionsRangesAndStackalloc() => Flows.VerifyMembersAsync("""
        void M()
        {
            _ = $"{ {|LCK1001:_n|} }";
            int[] a = [{|LCK1001:_n|}, 1];
            List<int> b = [.. a, {|LCK1001:_n|}];
            var c = new[] { {|LCK1001:_n|} };
            var d = new { X = {|LCK1001:_n|} };
            var e = a[{|LCK1001:_n|}..];
            Span<int> f = stackalloc int[{|LCK1001:_n|}];
            _ = checked({|LCK1001:_n|} + 1);
            _ = default(int) + sizeof(int);
            _ = (object){|LCK1001:_n|};
            _ = {|LCK1001:_n|} is > 3 and < 5;
            object o = {|LCK1001:_n|};
        }
        """);

    [Fact]
    public Task QueryExpressions_RunWhereTheyAreRead() => Flows.VerifyMembersAsync("""
        void M(List<int> items)
        {
            lock (_sync)
            {
                int sum = (from i in items where i > _k select i + _k).Sum();
                foreach (var i in from j in items where j > _k select j) Work();
                foreach (var i in items.Where(j => j > _k).Take(3)) Work();
                var list = items.Select(i => i + _k).ToList();
                var late = items.Select(i => i + {|LCK1001:_k|});
            }
        }
        """);

    [Fact]
    public Task DebugAssertAndRunTimeTests() => Flows.VerifyAsync("""
        class P
        {
            readonly object _sync = new();
            readonly Lock _lock = new();
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_sync")] int _a;
            [GuardedBy("_lock")] int _b;
            [GuardedBy("_rw")] int _c;
            public void M()
            {
                System.Diagnostics.Debug.Assert(Monitor.IsEntered(_sync));
                _a = 1;
                System.Diagnostics.Debug.Assert(_lock.IsHeldByCurrentThread, "held");
                _b = 1;
                if (!_rw.IsWriteLockHeld) throw new InvalidOperationException();
                _c = 1;
            }
            public void N()
            {
                if (Monitor.IsEntered(_sync)) _a = 1; else {|LCK1001:_a|} = 2;
                {|LCK1001:_a|} = 3;
            }
        }
        """);

    [Fact]
    public Task AccessThroughThisBaseAndCasts() => Flows.VerifyAsync("""
        class Base { internal readonly object Gate = new(); [GuardedBy("Gate")] internal int X; }
        class Derived : Base
        {
            void M(object o)
            {
                lock (this.Gate) { base.X = 1; ((Base)this).X = 2; (this as Base)!.X = 3; }
                lock (((Derived)o).Gate) { ((Base)o).X = 1; (o as Derived)!.X = 2; }
                if (o is Derived d) lock (d.Gate) ((Base)o).X = 1;
            }
        }
        """);

    [Fact]
    public Task CyclicAndDeepPaths() => Flows.VerifyAsync("""
        class N
        {
            public readonly object Gate = new();
            public readonly N Self;
            public N Next;
            [GuardedBy("Gate")] public int X;
            public N() => Self = this;
            void M(N n)
            {
                lock (n.Next.Next.Next.Next.Next.Next.Next.Gate) n.Next.Next.Next.Next.Next.Next.Next.X = 1;
                for (var c = n; c != null; c = c.Next) lock (c.Gate) c.X++;
                while (n.Next != null) { lock (n.Gate) { n.X++; } n = n.Next; }
            }
        }
        """);

    [Fact]
    public Task FieldKeyword() => Flows.VerifyAsync("""
        class P
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] public int Kept { get => field; set => field = value; }
            void M() { {|LCK1001:Kept|}++; lock (_gate) Kept++; }
        }
        """);

    [Theory]
    [InlineData("for (var c = n; c != null; c = c.Next) lock (c.Gate) c.X++;")]
    [InlineData("for (var c = n; c != null; c = c.Next) lock (c.Gate) Console.WriteLine(c.X);")]
    [InlineData("for (var c = n; c != null; c = c.Next) { Monitor.Enter(c.Gate); c.X = 1; Monitor.Exit(c.Gate); }")]
    [InlineData("for (var c = n; c != null; c = c.Next) { Monitor.Enter(c.Gate); try { c.X = 1; } finally { Monitor.Exit(c.Gate); } }")]
    [InlineData("var c = n; while (c.Next != null) { lock (c.Gate) c.X = 1; c = c.Next; }")]
    [InlineData("while (n.Next != null) { lock (n.Gate) n.X = 1; n = n.Next; }")]
    [InlineData("while (n.Next != null) { lock (n.Gate) { if (n.X > 3) n.X = 1; else n.X = 2; n.X++; } n = n.Next; }")]
    [InlineData("while (n.Next != null) { if (n.Next == n) Console.WriteLine(); lock (n.Gate) { n.X++; } if (n == null) break; n = n.Next; }")]
    [InlineData("do { lock (n.Gate) { if (n.X > 3) continue; n.X = 1; } n = n.Next; } while (n != null);")]
    public Task LockStatementInALoopOverNodes(string loop) => Flows.VerifyAsync($$"""
        class N
        {
            public readonly object Gate = new();
            public N Next;
            [GuardedBy("Gate")] public int X;
            void M(N n) { {{loop}} }
        }
        """);
}
