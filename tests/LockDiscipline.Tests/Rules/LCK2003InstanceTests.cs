namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2003 between two locks of one class: instances with and without a tested order.</summary>
public sealed class LCK2003InstanceTests
{
    [Fact]
    public Task TwoInstances_InOrderOfArguments() => Flows.VerifyAsync("""
        class Account
        {
            readonly object _gate = new();
            int _balance;
            public void Transfer(Account to, int amount)
            {
                lock ({|#1:_gate|})
                lock (to.{|#0:_gate|})
                {
                    _balance -= amount;
                    to._balance += amount;
                }
            }
            public static void Both(Account a, Account b)
            {
                lock (a)
                    lock ({|#2:b|}) { }
            }
        }
        """,
        Flows.Finding("LCK2003", 0, 1).WithArguments("'Account._gate' of two objects, '_gate' and 'to._gate', in an order that nothing decides"),
        Flows.Finding("LCK2003", 2).WithArguments("'Account' of two objects, 'a' and 'b', in an order that nothing decides").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Theory]
    [InlineData("if (a.Id < b.Id) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (a.Id > b.Id) (a, b) = (b, a); lock (a.Gate) lock (b.Gate) { }")]
    [InlineData("if (b.Id < a.Id) { var t = a; a = b; b = t; } lock (a.Gate) lock (b.Gate) { }")]
    [InlineData("var first = a.Id <= b.Id ? a : b; var second = a.Id <= b.Id ? b : a; lock (first.Gate) lock (second.Gate) { }")]
    [InlineData("var (x, y) = a.Id < b.Id ? (a, b) : (b, a); lock (x.Gate) lock (y.Gate) { }")]
    [InlineData("if (a.Id >= b.Id) return; lock (a.Gate) lock (b.Gate) { }")]
    [InlineData("if (a.Id.CompareTo(b.Id) < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (a.CompareTo(b) > 0) { lock (b.Gate) lock (a.Gate) { } } else { lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("if (string.CompareOrdinal(a.Name, b.Name) < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (Comparer<int>.Default.Compare(a.Id, b.Id) < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (a.Id - b.Id < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("int x = Hash(a), y = Hash(b); if (x < y) { lock (a.Gate) lock (b.Gate) { } } else if (x > y) { lock (b.Gate) lock (a.Gate) { } } else { lock (Tie) lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("if (Before(a, b)) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("switch (a.Id < b.Id) { case true: lock (a.Gate) lock (b.Gate) { } break; default: lock (b.Gate) lock (a.Gate) { } break; }")]
    [InlineData("if (a.Id < b.Id) Both(a, b); else Both(b, a);")]
    [InlineData("bool less = a.Id < b.Id; if (less) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    public Task TwoInstances_InATestedOrder_Silent(string body) => Flows.VerifyAsync(Account(body));

    [Theory]
    [InlineData("if (a.Id < b.Id) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } } else { lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("if (a.Balance > 3) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } }")]
    [InlineData("if (a != b) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } }")]
    [InlineData("if (Hash(a) < Hash(b)) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } } if (Hash(b) < Hash(a)) { lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("{|LCK2003:Both|}(a, b);")]
    public Task TwoInstances_InAWrongOrder_Found(string body) => Flows.VerifyAsync(Account(body));

    static string Account(string body) => $$"""
        class Account : IComparable<Account>
        {
            public readonly object Gate = new();
            public int Id { get; }
            public string Name { get; } = "";
            public int Balance;
            public int CompareTo(Account? other) => 0;
        }
        static class Bank
        {
            static readonly object Tie = new();
            static int Hash(object of) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(of);
            static bool Before(Account a, Account b) => a.Id < b.Id;
            static void Both(Account x, Account y) { lock (x.Gate) lock (y.Gate) { } }
            public static void Move(Account a, Account b)
            {
                {{body}}
            }
            static void InOrder(Account x, Account y) { if (x.Id < y.Id) Both(x, y); }
        }
        """;

    [Fact]
    public Task TwoInstances_UnderACommonGate_Silent_UnderOneOfTheirOwnNot() => Flows.VerifyAsync("""
        class Account
        {
            static readonly object s_all = new();
            readonly object _gate = new(), _own = new();
            readonly Bank _bank = new();
            public void One(Account to) { lock (s_all) lock (_gate) lock (to._gate) { } }
            public void Two(Account to) { lock (_bank.Gate) lock (_gate) lock (to._gate) { } }
            public void Three(Account to) { lock (_own) lock (_gate) lock (to.{|LCK2003:_gate|}) { } }
        }
        class Bank { public readonly object Gate = new(); }
        """);

    [Fact]
    public Task OrderTestedDifferentlyInTwoMethods_Found() => Flows.VerifyAsync("""
        class Account { public readonly object Gate = new(); public int Id; }
        static class Bank
        {
            public static void Move(Account a, Account b)
            {
                if (a.Id < b.Id)
                    lock (a.Gate) lock (b.{|LCK2003:Gate|}) { }
            }
            public static void Merge(Account x, Account y)
            {
                if (x.Id > y.Id)
                    lock (x.Gate) lock (y.Gate) { }
            }
        }
        """);

    [Fact]
    public Task HandOverAlongAList_Silent() => Flows.VerifyAsync("""
        class Node { public readonly Gate Gate = new(); public Node? Next; public readonly Node? Left, Right; }
        class List
        {
            readonly Node _head = new();
            void Walk()
            {
                var node = _head;
                node.Gate.Enter();
                while (node.Next is { } next)
                {
                    next.Gate.Enter();
                    node.Gate.Exit();
                    node = next;
                }
                node.Gate.Exit();
            }
            void Down(Node node)
            {
                lock (node)
                {
                    if (node.Left != null) lock (node.Left) { }
                    if (node.Right != null) Down(node.Right);
                }
            }
        }
        """);

    [Fact]
    public Task ParentAndChild_ByDeclaredOrder() => Flows.VerifyAsync("""
        class Node
        {
            readonly Node? _parent;
            [AcquiredAfter("_parent._gate")] readonly object _gate = new();
            public void Right(Node child) { lock (_gate) lock (child._gate) { } }
            public void Wrong() { lock (_gate) lock (_parent!.{|LCK2002:_gate|}) { } }
            public void WrongToo() { lock (_gate) { var up = _parent!._parent!; lock (up.{|LCK2002:_gate|}) { } } }
        }
        """);

    [Fact]
    public Task FreshObjectsAndConstructors_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new();
            public C() { lock (_b) lock (_a) { } Init(); }
            void Init() { lock (_b) lock (_a) { } }
            void M() { lock (_a) lock (_b) { } }
            static C Make(C other)
            {
                var made = new C();
                lock (made._b) lock (made._a) { }
                return made;
            }
        }
        """);

    [Fact]
    public Task LockAll_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object[] _locks = new object[4];
            readonly Gate[] _gates = new Gate[4];
            void All()
            {
                foreach (var gate in _gates) gate.Enter();
                foreach (var gate in _gates) gate.Exit();
            }
            void Fixed() { lock (_locks[0]) lock (_locks[1]) { } }
            void FixedToo() { lock (_locks[0]) lock (_locks[2]) { } }
        }
        """);

    [Fact]
    public Task ElementsInOrderOfArguments_Found_InOrderOfIndexSilent() => Flows.VerifyAsync("""
        class Forks
        {
            readonly object[] _forks = new object[5];
            void Eat(int left, int right) { lock (_forks[left]) lock ({|LCK2003:_forks[right]|}) { } }
            void EatSafely(int left, int right)
            {
                if (left < right) { lock (_forks[left]) lock (_forks[right]) { } }
                else { lock (_forks[right]) lock (_forks[left]) { } }
            }
            void EatByMinimum(int left, int right) { lock (_forks[Math.Min(left, right)]) lock (_forks[Math.Max(left, right)]) { } }
        }
        class Fixed
        {
            readonly object[] _locks = new object[4];
            void One() { lock (_locks[0]) lock ({|LCK2003:_locks[1]|}) { } }
            void Two() { lock (_locks[1]) lock (_locks[0]) { } }
        }
        """);

    [Fact]
    public Task DifferentObjectsOfOneWrapper_AreTold_Apart() => Flows.VerifyAsync("""
        class Box { readonly object _gate = new(); int _n; public int Get() { lock (_gate) return _n; } public void Set(int n) { lock (_gate) _n = n; } }
        class C
        {
            readonly Box _in = new(), _out = new();
            readonly object _gate = new();
            void M() { lock (_gate) _in.Set(_out.Get()); }
            void N() { lock (_gate) _out.Set(_in.Get()); }
        }
        """);

    [Fact]
    public Task HelperGivenItsLocks_OrderIsThatOfTheArguments() => Flows.VerifyAsync("""
        class C
        {
            readonly Gate _a = new(), _b = new(), _x = new(), _y = new();
            static void Both(Gate first, Gate second) { first.Enter(); second.Enter(); second.Exit(); first.Exit(); }
            public void M() => {|LCK2003:Both|}(_a, _b);
            public void N() => Both(_b, _a);
            public void O() => Both(_x, _y);
            public void P() => Both(_x, _y);
        }
        """);

    /// <summary>What leads back from another object may lead to the very one whose lock is held.</summary>
    [Fact]
    public Task OwnerOfAnElement_MayBeTheSameObject() => Flows.VerifyAsync("""
        public class Cache
        {
            readonly object _sync = new();
            readonly Queue<Preview> _queue = new();
            public void Add(Preview preview)
            {
                lock (_sync)
                    _queue.Enqueue(preview);
            }
            public List<Preview> Todo()
            {
                lock (_sync)
                    return _queue.Where(p => p.Get() == null).ToList();
            }
        }
        public class Preview
        {
            readonly Cache _cache;
            public Preview(Cache cache) => _cache = cache;
            public object Get()
            {
                _cache.Add(this);
                return null;
            }
        }
        """);

    /// <summary>An object that a callee picked by itself has no name here: whether it meets the one whose lock is held, only the run knows.</summary>
    [Fact]
    public Task OtherObjectOfTheTypeThatACalleePicked_IsASuggestion() => Flows.VerifyAsync("""
        public class Connector
        {
            readonly object _state = new();
            readonly object _cleanup = new();
            readonly Pool _pool;
            public Connector(Pool pool) => _pool = pool;
            public void Break()
            {
                lock (_state)
                {
                    lock ({|#0:_cleanup|}) Console.WriteLine();
                }
                lock (_cleanup)
                    _pool.Clear();
            }
            public void Close()
            {
                lock (_state)
                    Console.WriteLine();
            }
        }
        public class Pool
        {
            readonly System.Collections.Concurrent.ConcurrentQueue<Connector> _idle = new();
            public void Clear()
            {
                while (_idle.TryDequeue(out var connector))
                    connector.Close();
            }
        }
        """, Flows.Finding("LCK2003", 0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info });
}
