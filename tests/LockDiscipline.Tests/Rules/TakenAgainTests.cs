namespace LockDiscipline.Tests.Rules;

/// <summary>A helper that releases its caller's lock for a while, any number of times, leaves it as it was.</summary>
public sealed class TakenAgainTests
{
    [Fact]
    public Task ReleasedAndTakenAgainInALoop_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _records = new(1, 1);
            readonly List<int> _steps = new();
            static Task Step(int step) => Task.Delay(step);
            Func<Task> _handler;
            public async Task Recover(CancellationToken stop)
            {
                await _records.WaitAsync(stop);
                try { await Steps(stop); await Steps(stop); }
                finally { _records.Release(); }
            }
            async Task Steps(CancellationToken stop)
            {
                foreach (var step in _steps)
                {
                    try { await Step(step); }
                    catch (Exception)
                    {
                        try { _records.Release(); await _handler(); }
                        finally { await _records.WaitAsync(stop); }
                    }
                }
            }
            public void Poll() { _records.Wait(); Rounds(3); _records.Release(); }
            void Rounds(int rounds)
            {
                while (rounds-- > 0)
                {
                    _records.Release();
                    Thread.Yield();
                    _records.Wait();
                }
            }
        }
        """);

    [Fact]
    public Task TakenOnceMoreThanReleased_Found() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _records = new(1, 1);
            public void Poll() { _records.Wait(); {|LCK1006:Rounds|}(3); _records.Release(); }
            void Rounds(int rounds)
            {
                while (rounds-- > 0)
                {
                    _records.Wait();
                    Thread.Yield();
                    _records.Release();
                }
            }
            public void Drop() { _records.Wait(); Last(3); _records.{|LCK1005:Release|}(); }
            void Last(int rounds)
            {
                while (rounds-- > 0)
                {
                    _records.Release();
                    Thread.Yield();
                    _records.Wait();
                }
                _records.Release();
            }
        }
        """);
}
