namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks that are awaited.</summary>
public sealed class AsyncScopeBehaviours
{
    [Fact]
    public Task ScopeThatIsAwaited_HoldsNothingWhereTheAwaitThrows() => LocksOnly.VerifyAsync("""

        [Lock("async lock", ThreadBound = false)]
        public class AsyncGate
        {
            [AcquiresLock] public Task<AsyncScope> LockAsync() => Task.FromResult(new AsyncScope());
            [TryAcquiresLock] public ValueTask<bool> TryLockAsync() => new(true);
            [ReleasesLock] public void Unlock() { }
        }
        [ScopedLock]
        public struct AsyncScope : IDisposable, IAsyncDisposable
        {
            [ReleasesLock] public void Dispose() { }
            [ReleasesLock] public ValueTask DisposeAsync() => default;
        }
        public class C
        {
            readonly AsyncGate _gate = new();
            [GuardedBy("_gate")] int _n;
            public async Task Caught()
            {
                try
                {
                    using (await _gate.LockAsync())
                    {
                        _n++;
                        await Task.Yield();
                    }
                }
                catch (InvalidOperationException)
                {
                    {|LCK1001:_n|}--;
                }
            }
            public async Task Declared()
            {
                try
                {
                    await using var scope = await _gate.LockAsync();
                    _n++;
                    throw new InvalidOperationException();
                }
                catch { }
            }
            public async Task Attempted()
            {
                if (!await _gate.TryLockAsync().ConfigureAwait(false))
                    return;
                try { _n++; await Task.Yield(); }
                finally { _gate.Unlock(); }
                {|LCK1001:_n|}++;
            }
            public async Task<int> Wrong()
            {
                await _gate.{|LCK1010:LockAsync|}();
                return _n;
            }
            public async Task WrongTwice()
            {
                using (await _gate.LockAsync())
                using (await _gate.{|LCK1006:LockAsync|}())
                    _n++;
            }
        }
        """);
}
