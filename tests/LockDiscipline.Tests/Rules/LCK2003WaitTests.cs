namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2003 through waits: for tasks, for threads, on semaphores.</summary>
public sealed class LCK2003WaitTests
{
    [Fact]
    public Task WaitingForATask_ThatTakesTheLock() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new();
            int _n;
            void M()
            {
                var task = Task.Run(() => { lock (_a) _n++; });
                lock (_a)
                    task.{|LCK2003:Wait|}();
            }
            int Result()
            {
                var task = Task.Run(() => { lock (_a) return _n; });
                lock (_a)
                    return task.{|LCK2003:Result|};
            }
            void After()
            {
                var task = Task.Run(() => { lock (_a) _n++; });
                lock (_a) _n++;
                task.Wait();
            }
            void Bounded()
            {
                var task = Task.Run(() => { lock (_a) _n++; });
                lock (_a) task.Wait(100);
            }
        }
        """);

    [Fact]
    public Task JoiningAThread_ThatTakesTheLock() => Flows.VerifyAsync("""
        class Worker
        {
            readonly object _gate = new();
            readonly Thread _thread;
            bool _stop;
            public Worker() { _thread = new Thread(Run); _thread.Start(); }
            void Run() { while (true) { lock (_gate) if (_stop) return; } }
            public void Stop() { lock ({|#1:_gate|}) { _stop = true; _thread.{|#0:Join|}(); } }
            public void StopRightly() { lock (_gate) _stop = true; _thread.Join(); }
        }
        """, Flows.Finding("LCK2003", 0, 1).WithArguments("'_gate' is held in 'Stop' while it waits for another thread that takes it"));

    [Fact]
    public Task WaitingForATask_ClosesALongerCycle() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new();
            void M()
            {
                var task = Task.Run(() => { lock (_b) { } });
                lock (_a)
                    task.{|LCK2003:Wait|}();
            }
            void N() { lock (_b) lock (_a) { } }
        }
        """);

    [Fact]
    public Task Semaphores_Async() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _a = new(1, 1), _b = new(1, 1), _count = new(4);
            async Task M()
            {
                await _a.WaitAsync();
                try { await _b.{|LCK2003:WaitAsync|}(); _b.Release(); } finally { _a.Release(); }
            }
            async Task N()
            {
                await _b.WaitAsync();
                try { await _a.WaitAsync(); _a.Release(); } finally { _b.Release(); }
            }
            async Task O() { await _a.WaitAsync(); await _count.WaitAsync(); _count.Release(); _a.Release(); }
            async Task P() { await _count.WaitAsync(); await _a.WaitAsync(); _a.Release(); _count.Release(); }
        }
        """);
}
