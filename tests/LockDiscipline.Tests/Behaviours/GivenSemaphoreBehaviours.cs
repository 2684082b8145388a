namespace LockDiscipline.Tests.Behaviours;

/// <summary>Semaphores that are handed to helpers: what such a helper does is an effect on whoever gave it a lock, and no mistake of its own.</summary>
public sealed class GivenSemaphoreBehaviours
{
    const string Fields = """
        readonly SemaphoreSlim _one = new(1, 1);
        readonly SemaphoreSlim _three = new(3);
        [GuardedBy("_one")] int _v;

        """;

    [Fact]
    public Task WaitedForAndReleasedByHelpers() => LocksOnly.VerifyMembersAsync(Fields + """
        static void Take(SemaphoreSlim s) { s.Wait(); }
        static void Give(SemaphoreSlim s) { s.Release(); }
        static async Task TakeAsync(SemaphoreSlim s, CancellationToken c) { await s.WaitAsync(c).ConfigureAwait(false); }
        static bool Try(SemaphoreSlim s) => s.Wait(0);
        static void Twice(SemaphoreSlim s) => Take(s);

        void Both() { Take(_one); _v++; Give(_one); }
        void OnlyTaken() { Twice(_one); _v++; _one.Release(); }
        void OnlyGiven() { _one.Wait(); _v++; Give(_one); }
        async Task Awaited() { await TakeAsync(_one, default); try { _v++; } finally { Give(_one); } }
        void Tried() { if (!Try(_one)) return; _v++; Give(_one); }
        void Counting() { Take(_three); Take(_three); _three.Release(2); Give(_three); }
        void Behind() { Take(_one); Give(_one); {|LCK1001:_v|}++; }
        public void Kept() { {|LCK1004:Twice|}(_one); }
        public void NotHeld() { {|LCK1005:Give|}(_one); }
        """);

    [Fact]
    public Task HelperThatTakesAnySemaphore_IsNoMistake() => LocksOnly.VerifyAsync("""
        public static class Throttle
        {
            public static void Enter(SemaphoreSlim s) => s.Wait();
            public static void EnterTwice(SemaphoreSlim s) { s.Wait(); s.Wait(); }
            public static void EnterAll(SemaphoreSlim s, int n) { while (n-- > 0) s.Wait(); }
            public static void Leave(SemaphoreSlim s) => s.Release();
            public static void TryAndForget(SemaphoreSlim s) { s.Wait(10); }
            public static async Task Call(SemaphoreSlim s, Func<Task> f) { await s.WaitAsync(); try { await f(); } finally { s.Release(); } }
            public static void Signal(SemaphoreSlim s, bool twice) { s.Release(); if (twice) s.Release(); }
        }
        """);

    [Fact]
    public Task ExtensionsThatReturnAScope() => LocksOnly.VerifyAsync("""
        static class Extensions
        {
            public static async Task<IDisposable> LockAsync(this SemaphoreSlim s, CancellationToken c = default) { await s.WaitAsync(c).ConfigureAwait(false); return new Releaser(s); }
            public static IDisposable Lock(this SemaphoreSlim s) { s.Wait(); return new Releaser(s); }
            public static async ValueTask<AsyncReleaser> HoldAsync(this SemaphoreSlim s) { await s.WaitAsync(); return new AsyncReleaser(s); }
            sealed class Releaser(SemaphoreSlim s) : IDisposable { public void Dispose() => s.Release(); }
            internal readonly struct AsyncReleaser(SemaphoreSlim s) : IAsyncDisposable { public ValueTask DisposeAsync() { s.Release(); return default; } }
        }
        class C
        {
            readonly SemaphoreSlim _one = new(1, 1);
            readonly SemaphoreSlim _other = new(1, 1);
            [GuardedBy("_one")] int _v;
            async Task Awaited() { using (await _one.LockAsync()) _v++; {|LCK1001:_v|}++; }
            void Block() { using (_one.Lock()) _v++; }
            void Declaration() { using var held = _one.Lock(); _v++; }
            async Task AsyncScope() { await using var held = await _one.HoldAsync(); _v++; }
            void Another() { using (_other.Lock()) {|LCK1001:_v|}++; }
        }
        """);

    [Fact]
    public Task HelperThatRunsALambdaUnderIt() => LocksOnly.VerifyAsync("""
        public static class Extensions
        {
            public static T With<T>(this SemaphoreSlim s, Func<T> f) { s.Wait(); try { return f(); } finally { s.Release(); } }
            public static async Task<T> WithAsync<T>(this SemaphoreSlim s, Func<Task<T>> f) { await s.WaitAsync(); try { return await f(); } finally { s.Release(); } }
            public static Task<T> Through<T>(this SemaphoreSlim s, Func<Task<T>> f) => s.WithAsync(f);
        }
        class C
        {
            readonly SemaphoreSlim _one = new(1, 1);
            readonly SemaphoreSlim _other = new(1, 1);
            [GuardedBy("_one")] int _v;
            int Now() => _one.With(() => _v++);
            async Task<int> Awaited() => await _one.WithAsync(async () => { await Task.Yield(); return _v++; });
            Task<int> NotAwaited() => _one.WithAsync(() => Task.FromResult(_v++));
            int Another() => _other.With(() => {|LCK1001:_v|}++);
            Task<int> AnotherNotAwaited() => _other.WithAsync(() => Task.FromResult({|LCK1001:_v|}++));
        }
        """);

    /// <summary>The name of a kind of lock is no name of a member.</summary>
    [Fact]
    public Task SignalThatIsCalledSemaphore_IsNoLock() => LocksOnly.VerifyMembersAsync("""
        readonly SemaphoreSlim semaphore = new(0);
        readonly SemaphoreSlim mutex = new(1, 1);
        void Twice() { semaphore.Wait(); semaphore.Wait(); }
        void Wake() { semaphore.Release(); }
        public void Wrong() { mutex.{|LCK1004:Wait|}(); }
        """);

    [Fact]
    public Task SemaphoreDisposedByItsLastHolder_IsGivenBackForGood() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _slim = new(1, 1); readonly Mutex _mutex = new(); bool _done;
            public async ValueTask DisposeAsync() { await _slim.WaitAsync(); _slim.Dispose(); }
            public void Wrong() { _slim.{|LCK1004:Wait|}(); if (_done) _slim.Dispose(); }
            public void Abandoned() { _mutex.{|LCK1004:WaitOne|}(); _mutex.Dispose(); }
        }
        """);
}
