using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Lambdas, method groups, local functions: when do they run, and what is held then.</summary>
public sealed class DelegateBehaviours
{
    [Fact]
    public Task LambdaKeptForLater_HoldsNothing() => LocksOnly.VerifyMembersAsync("""
        Action? _later;
        event Action? Done;
        readonly List<Action> _list = new();
        void Wrong()
        {
            lock (_sync)
            {
                _later = () => {|LCK1001:_k|}++;
                Action a = delegate { {|LCK1001:_k|}++; };
                _list.Add(() => {|LCK1001:_k|}++);
                Done += () => {|LCK1001:_k|}++;
                Func<int> f = () => {|LCK1001:_k|};
                _later = async () => { await Task.Yield(); {|LCK1001:_k|}++; };
            }
        }
        void Right()
        {
            lock (_sync)
            {
                _later = () => { lock (_sync) _k++; };
                Done += () => { lock (_sync) _k++; };
            }
        }
        Func<int> Returned()
        {
            lock (_sync)
                return () => {|LCK1001:_k|};
        }
        """);

    [Fact]
    public Task LambdaUnderAnotherLock_HoldsOnlyThatOne() => LocksOnly.VerifyMembersAsync("""
        void Wrong(List<int> list)
        {
            lock (_other)
                list.ForEach(i => {|LCK1001:_k|}++);
        }
        void Right(List<int> list)
        {
            lock (_sync)
                list.ForEach(i => _k++);
        }
        void Both(List<int> list)
        {
            lock (_sync)
                list.ForEach(i => { _k++; list.RemoveAll(j => j == _k); });
        }
        """);

    [Fact]
    public Task LambdaForAnotherThread_HoldsNothing() => LocksOnly.VerifyMembersAsync("""
        void Wrong()
        {
            lock (_sync)
            {
                Task.Run(() => {|LCK1001:_k|}++);
                Task.Factory.StartNew(() => {|LCK1001:_k|}++);
                ThreadPool.QueueUserWorkItem(_ => {|LCK1001:_k|}++);
                new Thread(() => { {|LCK1001:_k|} = 1; }).Start();
                using var t = new Timer(_ => {|LCK1001:_k|}++);
                Parallel.For(0, 10, i => {|LCK1001:_k|}++);
                Task.CompletedTask.ContinueWith(_ => {|LCK1001:_k|}++);
                new Thread(Body).Start();
            }
        }
        void Body() { lock (_sync) _k++; }
        """);

    [Fact]
    public Task DelegateType_MayCarryTheContract() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly Lock _gate = new();
            [GuardedBy("_gate")] int _n;
            [RequiresLock("c._gate")] delegate void Locked(C c);
            [AcquiresLock("c._gate")] delegate void Locking(C c);

            void Right()
            {
                Locked f = static c => c._n++;
                Locking g = static c => c._gate.Enter();
                g(this);
                f(this);
                _gate.Exit();
            }
            void Wrong(Locked f)
            {
                {|LCK1002:f|}(this);
                f.{|LCK1002:Invoke|}(this);
                f?.{|LCK1002:Invoke|}(this);
            }
        }
        """);

    [Fact]
    public Task LambdaWithAttributes_IsReadByThem() => LocksOnly.VerifyMembersAsync("""
        void M()
        {
            var locked = [RequiresLock("_sync")] () => _k++;
            var taking = [AcquiresLock("_sync")] () => Monitor.Enter(_sync);
            var freeing = [ReleasesLock("_sync")] () => Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task MethodGroup_NeedsTheLockUnlessItRunsAtOnce() => LocksOnly.VerifyMembersAsync("""
        [RequiresLock("_sync")] void Add(int i) => _k += i;
        [RequiresLock("_sync")] bool Is(int i) => _k == i;
        Action<int>? _kept;
        void Wrong(List<int> list)
        {
            lock (_sync)
            {
                _kept = {|LCK1002:Add|};
                _kept += this.{|LCK1002:Add|};
                var a = {|LCK1002:Add|};
                _ = new Action<int>({|LCK1002:Add|});
            }
            list.ForEach({|LCK1002:Add|});
        }
        void Right(List<int> list)
        {
            lock (_sync)
            {
                list.ForEach(Add);
                list.RemoveAll(Is);
                _ = list.Any(Is);
                _ = list.Where(Is).ToList();
            }
        }
        """);

    [Fact]
    public Task Linq_DeferredAgainstImmediate() => LocksOnly.VerifyMembersAsync("""
        void Right(List<int> list)
        {
            lock (_sync)
            {
                _ = list.Where(i => i == _k).ToList();
                _ = list.Select(i => i + _k).ToArray();
                _ = list.Any(i => i == _k);
                _ = list.OrderBy(i => i - _k).First();
                _ = (from i in list where i == _k select i).Count();
                foreach (var i in list.Where(i => i > _k))
                    _k--;
                _ = list.ToDictionary(i => i + _k);
                _ = list.Where(i => i == _k).Select(i => _k).ToHashSet();
                _ = string.Join(",", list.Select(i => i + _k));
                var copy = new List<int>(list.Where(i => i == _k));
                list.AddRange(list.Where(i => i == _k));
                int[] spread = [.. list.Where(i => i == _k)];
            }
        }
        IEnumerable<int> Wrong(List<int> list)
        {
            lock (_sync)
            {
                var q = list.Where(i => i == {|LCK1001:_k|});
                return list.Select(i => i + {|LCK1001:_k|});
            }
        }
        """);

    [Fact]
    public Task PredicateOfAWait_RunsUnderTheLock() => LocksOnly.VerifyAsync("""
        class Condition(object gate)
        {
            readonly object _gate = gate;
            [RequiresLock("c._gate")] public delegate bool Test(Condition c);
            [RequiresLock("_gate")] public void Await(Test test)
            {
                while (!test(this))
                    Monitor.Wait(_gate);
            }
            [GuardedBy("_gate")] public int N;
            void Right()
            {
                lock (_gate)
                    Await(c => c.N > 0);
            }
        }
        """);

    [Fact]
    public Task LocalFunction_IsReadAtItsCalls() => LocksOnly.VerifyMembersAsync("""
        void M()
        {
            lock (_sync)
                Bump();
            {|LCK1002:Bump|}();
            void Bump() => _k++;
        }
        void N()
        {
            Bump();
            void Bump() { lock (_sync) _k++; }
        }
        void O()
        {
            Bump();
            static void Bump() { }
            int Never() => {|LCK1001:_k|};
        }
        """);

    [Fact]
    public Task ExpressionTree_IsNotRun() => LocksOnly.VerifyMembersAsync("""
        static void Query(System.Linq.Expressions.Expression<Func<int, bool>> e) { }
        void Right()
        {
            Query(i => i == _k);
            System.Linq.Expressions.Expression<Func<int>> e = () => _k;
        }
        void Wrong()
        {
            Func<int> e = () => {|LCK1001:_k|};
        }
        """);

    [Fact]
    public Task LambdaOrQueryInAVariable_RunsWhereTheVariableIsUsed() => LocksOnly.VerifyMembersAsync("""
        int Right(List<int> list)
        {
            lock (_sync)
            {
                Func<int, bool> isIt = i => i == _k;
                _ = list.Any(isIt);
                Action bump = () => _k++;
                bump();
                bump.Invoke();
                var query = list.Where(i => i == _k).Select(i => i + _k);
                foreach (var i in query)
                    return i;
                return query.Count();
            }
        }
        int WrongCount(List<int> list)
        {
            IEnumerable<int> query;
            lock (_sync)
                query = list.Where(i => i == {|LCK1001:_k|});
            return query.Count();
        }
        IEnumerable<int> WrongReturn(List<int> list)
        {
            lock (_sync)
            {
                var query = list.Where(i => i == {|LCK1001:_k|});
                return query;
            }
        }
        void WrongCall()
        {
            Action bump = () => {|LCK1001:_k|}++;
            bump();
        }
        void WrongThread()
        {
            lock (_sync)
            {
                Action bump = () => {|LCK1001:_k|}++;
                Task.Run(bump);
            }
        }
        void Locking()
        {
            Action enter = () => Monitor.Enter(_sync), exit = () => Monitor.Exit(_sync);
            enter();
            _k++;
            exit();
        }
        """);

    [Fact]
    public Task MethodGroupInAVariable_RunsWhereTheVariableIsUsed() => LocksOnly.VerifyMembersAsync("""
        Action? _later;
        [RequiresLock("_sync")] void Inner() => _k++;
        [RequiresLock("_sync")] void Add(int n) => _k += n;
        void Right() { lock (_sync) { Action a = Inner; a(); a?.Invoke(); } }
        void RightLater() { Action a = Inner; lock (_sync) a(); }
        void RightGiven(List<int> all) { lock (_sync) { Action<int> add = Add; all.ForEach(add); } }
        void RightQuery() { lock (_sync) { var some = from n in new[] { 1 } where n > _k select n; foreach (var n in some) _k += n; } }
        void RightLambda() { Action a = () => _k++; lock (_sync) a?.Invoke(); }
        void Wrong() { Action a = {|LCK1002:Inner|}; a(); }
        void WrongOnce() { Action a = {|LCK1002:Inner|}; lock (_sync) a(); a(); }
        void WrongKept() { lock (_sync) { Action a = {|LCK1002:Inner|}; _later = a; } }
        void WrongElsewhere() { lock (_sync) { Action a = {|LCK1002:Inner|}; Task.Run(a); } }
        Action WrongReturned() { lock (_sync) { Action a = {|LCK1002:Inner|}; return a; } }
        """);
}
