namespace LockDiscipline.Tests.Rules;

/// <summary>Guarded members in bodies of every kind, and objects that nobody else knows.</summary>
public sealed class LCK1001BodyTests
{
    [Fact]
    public Task LambdasThatRunLater_HoldNothing() => Flows.VerifyMembersAsync("""
        Action _stored;
        public event Action Ev;
        public void M(List<int> items)
        {
            _gate.Enter();
            _stored = () => {|LCK1001:_n|}++;
            Action a = delegate { {|LCK1001:_n|}++; };
            Ev += () => {|LCK1001:_n|}++;
            Task.Run(() => {|LCK1001:_n|}++);
            new Thread(() => { {|LCK1001:_n|} = 1; }).Start();
            var query = items.Where(i => i == {|LCK1001:_n|});
            ThreadPool.QueueUserWorkItem(_ => {|LCK1001:_n|} = 2);
            _gate.Exit();
        }
        """);

    [Fact]
    public Task AsyncAndIterators_AreBodiesLikeOthers() => Flows.VerifyMembersAsync("""
        readonly SemaphoreSlim _sem = new(1, 1);
        [GuardedBy("_sem")] int _s;
        public async Task M()
        {
            {|LCK1001:_s|}++;
            await _sem.WaitAsync();
            _s++;
            await Task.Yield();
            _s++;
            _sem.Release();
            {|LCK1001:_s|}++;
        }
        public IEnumerable<int> N()
        {
            yield return {|LCK1001:_n|};
            _gate.Enter();
            int n = _n;
            _gate.Exit();
            yield return n;
        }
        public async IAsyncEnumerable<int> O()
        {
            await Task.Yield();
            yield return {|LCK1001:_n|};
        }
        """);

    [Fact]
    public Task LocalFunctionCalledWithAndWithout_IsFoundAtTheCall() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.Enter();
            Local();
            _gate.Exit();
            {|LCK1002:Local|}();
            void Local() => _n++;
        }
        public void N()
        {
            Never();
            void Never() => {|LCK1001:_n|}++;
        }
        """);

    [Fact]
    public Task FinalizersConstructorsAndFresh_OnlyOfTheSameObject() => Flows.VerifyAsync("""
        class Node
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _x;
            static Node s_last;
            public Node() => _x = 1;
            public Node(Node other) { _x = other.{|LCK1001:_x|}; }
            ~Node() => _x = 0;
            public static Node Make(Node given)
            {
                var fresh = new Node();
                fresh._x = 2;
                given.{|LCK1001:_x|} = 3;
                s_last = fresh;
                fresh.{|LCK1001:_x|} = 4;
                return fresh;
            }
        }
        """);

    [Fact]
    public Task OwnedInOneBranchOnly_IsFound() => Flows.VerifyAsync("""
        class Node
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _x;
            public static void M(Node given, bool fresh)
            {
                Node node = given;
                if (fresh)
                    node = new Node();
                node.{|LCK1001:_x|} = 3;
            }
        }
        """);
}
