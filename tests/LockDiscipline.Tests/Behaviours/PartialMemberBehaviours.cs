namespace LockDiscipline.Tests.Behaviours;

/// <summary>Helpers in two parts, of which callers see the one and the code is in the other; results that come in a task.</summary>
public sealed class PartialMemberBehaviours
{
    [Fact]
    public Task PartialHelpers_TakeAndRelease() => LocksOnly.VerifyAsync("""
        internal partial struct M { public partial bool Try(); public partial void Release(); public partial ValueTask<bool> TryAsync(CancellationToken token); }
        internal partial struct M
        {
            readonly SemaphoreSlim _slots;
            public M(int dummy) { _slots = new(1, 1); }
            public partial bool Try() => _slots.Wait(0);
            public partial void Release() => _slots.Release();
            public partial ValueTask<bool> TryAsync(CancellationToken token) => new(_slots.WaitAsync(10, token));
        }
        class C
        {
            readonly M _m = new(3);
            void Tried() { if (_m.Try()) { try { } finally { _m.Release(); } } }
            async Task Awaited(CancellationToken token)
            {
                var taken = false;
                try
                {
                    taken = await _m.TryAsync(token).ConfigureAwait(false);
                    if (!taken)
                        return;
                }
                finally
                {
                    if (taken)
                        _m.Release();
                }
            }
            public void Kept() { if (_m.{|LCK1004:Try|}()) { } }
            public void Bare() { _m.{|LCK1005:Release|}(); }
        }
        """);

    [Fact]
    public Task PartialHelpers_WithParametersOfTheirOwnName() => LocksOnly.VerifyAsync("""
        partial class C
        {
            partial void Take(object o);
            partial void Give(object o);
            partial void Need();
            readonly object _a = new(), _b = new();
            [GuardedBy("_a")] int _n;
            void Right() { Take(_a); _n++; Give(_a); }
            public void Kept() { {|LCK1004:Take|}(_a); }
            void TheOther() { Take(_b); {|LCK1001:_n|}++; Give(_b); }
            void Needs() { {|LCK1002:Need|}(); lock (_a) Need(); }
        }
        partial class C
        {
            partial void Take(object x) { Monitor.Enter(x); }
            partial void Give(object x) { Monitor.Exit(x); }
            partial void Need() { _n++; }
        }
        """);

    [Fact]
    public Task ResultsInTasks_StayResults() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _slots = new(1, 1);
            [GuardedBy("_slots")] int _n;
            ValueTask<bool> Try(int limit) { if (_slots.Wait(0)) return new ValueTask<bool>(true); return new(_slots.WaitAsync(limit)); }
            Task<bool> TryNow() => _slots.Wait(0) ? Task.FromResult(true) : Task.FromResult(false);
            async Task A() { if (await Try(3)) { _n++; _slots.Release(); } }
            async Task B() { if (!await Try(3).ConfigureAwait(false)) return; try { _n++; } finally { _slots.Release(); } }
            async Task Else() { if (await TryNow()) { _n++; _slots.Release(); } else {|LCK1001:_n|}++; }
            async Task AsTask() { var ok = await Try(1).AsTask(); if (ok) { _n++; _slots.Release(); } }
        }
        """);
}
