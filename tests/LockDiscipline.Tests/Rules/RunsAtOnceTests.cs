namespace LockDiscipline.Tests.Rules;

/// <summary>Delegates given to a callee of one's own that only invokes them before it returns: they run with what is held there.</summary>
public sealed class RunsAtOnceTests
{
    [Fact]
    public Task LambdaForAHelperThatOnlyInvokesIt_SeesTheLock() => Flows.VerifyMembersAsync("""
            static void Each(int count, Action action)
            {
                for (int i = 0; i < count; i++)
                    action();
            }

            void Locked()
            {
                using (_gate.Open())
                    Each(3, () => _n++);
            }

            void Bare() => Each(3, () => {|LCK1001:_n|}++);
        """);

    [Fact]
    public Task MethodGroupForAHelperThatOnlyInvokesIt_SeesTheLock() => Flows.VerifyMembersAsync("""
            static T Run<T>(Func<T> get)
            {
                if (get is null)
                    throw new ArgumentNullException(nameof(get));
                return get.Invoke();
            }

            [RequiresLock("_gate")] int Get() => _n;

            int Locked()
            {
                using (_gate.Open())
                    return Run(Get);
            }

            int Bare() => Run({|LCK1002:Get|});
        """);

    [Fact]
    public Task VisibleHelper_SeenToo() => Flows.VerifyAsync("""
        public static class Helpers
        {
            public static void Twice(Action action)
            {
                action();
                action?.Invoke();
            }

            public static void Through(Action action) => Twice(action);
        }

        public class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;

            void Locked()
            {
                using (_gate.Open())
                {
                    Helpers.Twice(() => _n++);
                    Helpers.Through(() => _n++);
                }
            }
        }
        """);

    [Fact]
    public Task KeptOrRunElsewhere_DoesNotSeeTheLock() => Flows.VerifyMembersAsync("""
            Action? _kept;

            void Keep(Action action)
            {
                action();
                _kept = action;
            }

            static void Start(Action action) => Task.Run(action);

            static Action Same(Action action) => action;

            static void Later(Action action) => ThreadPool.QueueUserWorkItem(_ => action());

            static async Task Waits(Action action)
            {
                await Task.Yield();
                action();
            }

            void Locked()
            {
                using (_gate.Open())
                {
                    Keep(() => {|LCK1001:_n|}++);
                    Start(() => {|LCK1001:_n|}++);
                    Same(() => {|LCK1001:_n|}++);
                    Later(() => {|LCK1001:_n|}++);
                    _ = Waits(() => {|LCK1001:_n|}++);
                }
            }
        """);

    [Fact]
    public Task LocalFunctionThatInvokes_SeesTheLock() => Flows.VerifyMembersAsync("""
            void Locked()
            {
                void Run(Action action) => action();
                using (_gate.Open())
                    Run(() => _n++);
                Run(() => {|LCK1001:_n|}++);
            }
        """);

    [Fact]
    public Task IteratorOrOverridable_Unknown() => Flows.VerifyAsync("""
        public class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;

            static IEnumerable<int> Lazily(Func<int> get)
            {
                yield return get();
            }

            protected virtual void Maybe(Action action) => action();

            void Locked()
            {
                using (_gate.Open())
                {
                    Lazily(() => {|LCK1001:_n|});
                    Maybe(() => {|LCK1001:_n|}++);
                }
            }
        }
        """);

    [Fact]
    public Task HelperThatTakesTheLock_LambdaSeesItHeld() => Flows.VerifyMembersAsync("""
            void WithGate(Action action)
            {
                _gate.Enter();
                try
                {
                    action();
                }
                finally
                {
                    _gate.Exit();
                }
            }

            T Under<T>(object sync, Func<T> get)
            {
                lock (sync)
                    return get();
            }

            void Through(Action action) => WithGate(action);

            void Sometimes(bool locks, Action action)
            {
                if (locks)
                {
                    WithGate(action);
                    return;
                }

                action();
            }

            void Uses()
            {
                WithGate(() => _n++);
                Through(() => _n++);
                Under(_sync, () => _k++);
                Under(_other, () => {|LCK1001:_k|}++);
                Sometimes(true, () => {|LCK1001:_n|}++);
                WithGate(() => _gate.{|LCK1006:Enter|}());
                {|LCK1001:_n|}++;
            }
        """);

    [Fact]
    public Task AwaitedAsyncHelper_LambdaSeesWhatIsHeld() => Flows.VerifyAsync("""
        public class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            [GuardedBy("_gate")] int _n;

            async Task WithGateAsync(Func<Task> action)
            {
                await _gate.WaitAsync().ConfigureAwait(false);
                try
                {
                    await action().ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }

            async Task Awaited()
            {
                await WithGateAsync(async () =>
                {
                    await Task.Yield();
                    _n++;
                });
            }

            // Whenever it runs, the helper holds the lock.
            Task NotAwaited() => WithGateAsync(async () =>
            {
                await Task.Yield();
                _n++;
            });

            async Task LetGoAsync(Func<Task> action)
            {
                await _gate.WaitAsync().ConfigureAwait(false);
                _gate.Release();
                await action().ConfigureAwait(false);
            }

            Task LetGo() => LetGoAsync(async () =>
            {
                await Task.Yield();
                {|LCK1001:_n|}++;
            });
        }
        """);

    [Fact]
    public Task AsyncHelperThatNobodyAwaits_LambdaSeesOnlyWhatTheHelperHolds() => Flows.VerifyMembersAsync("""
            readonly SemaphoreSlim _turn = new(1, 1);
            [GuardedBy("_turn")] int _t;

            async Task<T> RunAsync<T>(Func<Task<T>> action)
            {
                await _turn.WaitAsync();
                try { return await action(); }
                finally { _turn.Release(); }
            }

            Task<int> HeldByCallerOnly()
            {
                lock (_sync)
                    return RunAsync(() => Task.FromResult(_t + {|LCK1001:_k|}));
            }

            async Task<int> AwaitedLater()
            {
                var task = RunAsync(() => Task.FromResult(_t++));
                await Task.Yield();
                return await task;
            }
        """);

    [Fact]
    public Task GuardsAndWrappers_DoNotMatter() => Flows.VerifyMembersAsync("""
            static void Each(List<int> items, Action<int> action)
            {
                ArgumentNullException.ThrowIfNull(action);
                if (action == null || items is null)
                    throw new ArgumentNullException(nameof(action));
                items.ForEach(item => action(item));
                items.ForEach(action);
            }

            static void Recurse(int depth, Action action)
            {
                action();
                if (depth > 0)
                    Recurse(depth - 1, action);
            }

            void Locked(List<int> items)
            {
                using (_gate.Open())
                {
                    Each(items, item => _n += item);
                    Recurse(2, () => _n++);
                }
            }
        """);

    /// <summary>A helper that runs what it is given whenever it is called leaves behind what that acquired; one that may not run it does not.</summary>
    [Fact]
    public Task LambdaThatAcquires_ForAHelperThatAlwaysRunsIt_IsHeldAfterwards() => Flows.VerifyMembersAsync("""
            static void Run(Action action)
            {
                if (action == null)
                    throw new ArgumentNullException();
                Console.WriteLine();
                action();
            }

            static T Get<T>(Func<T> get)
            {
                try
                {
                    var value = get.Invoke();
                    return value;
                }
                finally { Console.WriteLine(); }
            }

            static void Maybe(bool b, Action action)
            {
                if (!b)
                    return;
                action();
            }

            void Held()
            {
                Run(() => _gate.Enter());
                try { _n++; } finally { _gate.Exit(); }
            }

            void HeldToo()
            {
                Get(() => { _gate.Enter(); return 1; });
                try { _n++; } finally { Run(() => _gate.Exit()); }
            }

            void Perhaps(bool b)
            {
                Maybe(b, () => _gate.{|LCK1008:Enter|}());
                _n++;
                _gate.Exit();
            }

            void Kept() => Run(() => _gate.{|LCK1004:Enter|}());
        """);

    /// <summary>A variable that gathers lambdas runs them where it is invoked; one that goes elsewhere may run them at any time.</summary>
    [Fact]
    public Task LambdaAddedToAVariable_RunsWhereThatIsInvoked() => Flows.VerifyMembersAsync("""
            void Locked(bool b)
            {
                Action all = Work;
                all += () => _n++;
                if (b)
                    all += () => _n--;
                using (_gate.Open())
                    all();
            }

            void Bare()
            {
                Action all = () => {|LCK1001:_n|}++;
                all += () => {|LCK1001:_n|}--;
                all();
            }

            Action Kept()
            {
                Action all = Work;
                all += () => {|LCK1001:_n|}++;
                using (_gate.Open())
                    all();
                return all;
            }
        """);
}
