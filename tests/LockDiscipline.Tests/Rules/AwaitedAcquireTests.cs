namespace LockDiscipline.Tests.Rules;

/// <summary>Where awaiting an acquire throws, nothing was acquired: in the call, in what wraps its task, or when the task has ended.</summary>
public sealed class AwaitedAcquireTests
{
    [Fact]
    public Task GivesUpWhereTheWaitThrows_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _closing = new(1, 1);
            bool _closed;
            public async ValueTask Close(CancellationToken stop)
            {
                try { await _closing.WaitAsync(stop).ConfigureAwait(false); }
                catch { return; }
                try { if (!_closed) await Task.Delay(1); _closed = true; }
                finally { _closing.Release(); }
            }
            public async Task<bool> Try(CancellationToken stop)
            {
                try { await _closing.WaitAsync(stop).WaitAsync(stop).ConfigureAwait(false); }
                catch (OperationCanceledException) { return false; }
                _closing.Release();
                return true;
            }
        }
        """);

    [Fact]
    public Task GivesUpWhereWhatFollowsThrows_Found() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _closing = new(1, 1);
            public async ValueTask Close(CancellationToken stop)
            {
                try { await _closing.{|LCK1004:WaitAsync|}(stop).ConfigureAwait(false); await Task.Delay(1, stop); }
                catch { return; }
                _closing.Release();
            }
        }
        """);
}
