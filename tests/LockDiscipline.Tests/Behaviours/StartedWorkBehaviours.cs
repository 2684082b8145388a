using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Tasks that another method starts, waited for under a lock.</summary>
public sealed class StartedWorkBehaviours
{
    [Fact]
    public Task WaitForATaskThatAMethodStarts_WaitsForItsLocks() => Flows.VerifyAsync("""

        public class C
        {
            readonly object _gate = new();
            Task<int> Start() => Task.Run(() => { lock (_gate) return 1; });
            public void Wrong()
            {
                lock (_gate)
                    _ = Start().{|LCK2003:Result|};
            }
            public void Right()
            {
                var task = Start();
                task.Wait();
                lock (_gate)
                    _ = 1;
            }
        }
        """);

    [Fact]
    public Task WaitForAnAsynchronousMethod_WaitsForWhatItLocksAfterItsAwait() => Flows.VerifyAsync("""

        public class C
        {
            readonly object _gate = new();
            async Task Later()
            {
                await Task.Yield();
                lock (_gate)
                    _ = 1;
            }
            async Task AtOnce()
            {
                lock (_gate)
                    _ = 1;
                await Task.Yield();
            }
            public void Wrong()
            {
                lock (_gate)
                    Later().{|LCK2003:Wait|}();
            }
            public void WrongResult()
            {
                lock (_gate)
                    Later().GetAwaiter().{|LCK2003:GetResult|}();
            }
            public void Right()
            {
                lock (_gate)
                    AtOnce().Wait();
            }
        }
        """);
}
