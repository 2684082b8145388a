using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Bodies that are suspended and resumed.</summary>
public sealed class SuspensionBehaviours
{
    [Fact]
    public Task SemaphoreOverAwait_IsAllowed() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            [GuardedBy("_sem")] int _n;
            public async Task Right(CancellationToken c)
            {
                await _sem.WaitAsync(c);
                try
                {
                    await Task.Delay(1, c).ConfigureAwait(false);
                    _n++;
                }
                finally { _sem.Release(); }
            }
            public async Task RightSync()
            {
                _sem.Wait();
                try { await Task.Yield(); _n++; }
                finally { _sem.Release(); }
            }
            public async ValueTask<int> RightTry()
            {
                if (!await _sem.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false))
                    return -1;
                try { return _n; }
                finally { _sem.Release(); }
            }
            public async Task Wrong(bool c)
            {
                await _sem.{|LCK1004:WaitAsync|}();
                if (c)
                    return;
                await Task.Yield();
                _sem.Release();
            }
            public async Task WrongUse()
            {
                await Task.Yield();
                {|LCK1001:_n|}++;
            }
            public Task NotAwaited()
            {
                var t = _sem.{|LCK1004:WaitAsync|}();
                return t;
            }
            public async IAsyncEnumerable<int> Items()
            {
                await _sem.WaitAsync();
                try
                {
                    for (int i = 0; i < _n; i++)
                        yield return i;
                }
                finally { _sem.Release(); }
            }
        }
        """);

    [Fact]
    public Task ReleaserOfASemaphore_IsAScope() => LocksOnly.VerifyAsync("""
        static class Extensions
        {
            [AcquiresLock("sem")] public static async Task<Releaser> LockAsync(this SemaphoreSlim sem)
            {
                await sem.WaitAsync();
                return new Releaser(sem);
            }
        }
        [ScopedLock]
        readonly struct Releaser : IDisposable
        {
            readonly SemaphoreSlim _sem;
            [RequiresLock("sem")] public Releaser(SemaphoreSlim sem) => _sem = sem;
            [ReleasesLock] public void Dispose() => _sem.Release();
        }
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            [GuardedBy("_sem")] int _n;
            async Task Right()
            {
                using (await _sem.LockAsync())
                    _n++;
                {|LCK1001:_n|}++;
            }
            async Task RightDeclared()
            {
                using var _ = await _sem.LockAsync().ConfigureAwait(false);
                _n++;
                await Task.Yield();
                _n++;
            }
            async Task Wrong()
            {
                await _sem.{|LCK1010:LockAsync|}();
            }
        }
        """);

    [Fact]
    public Task Iterator_ChecksEachPart() => LocksOnly.VerifyMembersAsync("""
        IEnumerable<int> Right()
        {
            int n;
            lock (_sync)
                n = _k;
            for (int i = 0; i < n; i++)
                yield return i;
        }
        IEnumerable<int> Wrong()
        {
            yield return {|LCK1001:_k|};
            lock (_sync)
                _k++;
            yield return {|LCK1001:_k|};
        }
        """);
}
