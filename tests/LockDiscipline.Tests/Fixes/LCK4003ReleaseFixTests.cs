using Test = LockDiscipline.Tests.Fixes.LifetimeFix<LockDiscipline.CodeFixes.LCK4003ReleaseFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK4003ReleaseFixTests
{
    [Fact]
    public Task EarlyReturns_ReleasedAsElsewhere() => Test.VerifyAsync("""
            int Early()
            {
                var page = mm.{|LCK4003:Get|}(1);
                if (page is null)
                    return 0;
                if (Cond())
                    return page.Count + 1; // busy
                if (Cond()) throw new InvalidOperationException();
                mm.Put(page);
                return 1;
            }
            Errno Results()
            {
                var result = mm.{|LCK4003:TryGet|}(1);
                if (result.IsError) return result.Error;
                if (Cond())
                {
                    // Somebody else has it.
                    return Errno.Again;
                }
                mm.Put(result.Value);
                return Errno.Success;
            }
        """, """
            int Early()
            {
                var page = mm.Get(1);
                if (page is null)
                    return 0;
                if (Cond())
                {
                    var result = page.Count + 1;
                    mm.Put(page);
                    return result; // busy
                }
                if (Cond()) { mm.Put(page); throw new InvalidOperationException(); }
                mm.Put(page);
                return 1;
            }
            Errno Results()
            {
                var result = mm.TryGet(1);
                if (result.IsError) return result.Error;
                if (Cond())
                {
                    // Somebody else has it.
                    mm.Put(result.Value);
                    return Errno.Again;
                }
                mm.Put(result.Value);
                return Errno.Success;
            }
        """);

    [Fact]
    public Task NeverReleased_ByTheConsumerOfItsKind() => Test.VerifyAsync("""
            void Never()
            {
                var page = mm.{|LCK4003:Get|}(1);
                if (page is null) return;
                mm.Look(page);
            }
            void Pattern() { if (mm.{|LCK4003:Get|}(1) is { } page) { mm.Look(page); return; } }
            void Out() { if (!mm.{|LCK4003:Take|}(1, out var page)) return; mm.Look(page); }
            Errno Value()
            {
                var result = mm.{|LCK4003:TryGet|}(1);
                if (result.IsError) return result.Error;
                mm.Look(result.Value);
                return Errno.Success;
            }
        """, """
            void Never()
            {
                var page = mm.Get(1);
                if (page is null) return;
                mm.Look(page);
                mm.Put(page);
            }
            void Pattern() { if (mm.Get(1) is { } page) { mm.Look(page); mm.Put(page); return; } }
            void Out() { if (!mm.Take(1, out var page)) return; mm.Look(page); mm.Put(page); }
            Errno Value()
            {
                var result = mm.TryGet(1);
                if (result.IsError) return result.Error;
                mm.Look(result.Value);
                mm.Put(result.Value);
                return Errno.Success;
            }
        """);

    [Fact]
    public Task RoundOfALoop_ReleasedBeforeTheNext() => Test.VerifyAsync("""
            void Loop(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    var page = mm.{|LCK4003:Get|}(i);
                    if (page is null)
                        break;
                    if (Cond())
                        continue; // not this one
                    mm.Put(page);
                }
            }
        """, """
            void Loop(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    var page = mm.Get(i);
                    if (page is null)
                        break;
                    if (Cond())
                    {
                        mm.Put(page);
                        continue; // not this one
                    }
                    mm.Put(page);
                }
            }
        """);

    [Fact]
    public Task NotYetTested_ReleasedUnlessNull() => Test.VerifyAsync("""
            void M(bool early)
            {
                var page = mm.{|LCK4003:Get|}(1);
                if (early)
                    return;
                if (page is null) return;
                mm.Put(page);
            }
        """.Replace("\n", "\r\n", StringComparison.Ordinal), """
            void M(bool early)
            {
                var page = mm.Get(1);
                if (early)
                {
                    if (page is not null) mm.Put(page);
                    return;
                }
                if (page is null) return;
                mm.Put(page);
            }
        """.Replace("\n", "\r\n", StringComparison.Ordinal));

    [Fact]
    public Task InNoVariableOrNoConsumer_NoFix() => Test.VerifyNoneAsync("""
            [return: Owned("folio")] Page Folio() => new();
            void Dropped() { mm.{|LCK4003:Get|}(1); }
            void Unknown() { var page = {|LCK4003:Folio|}(); mm.Look(page); }
        """);

    [Fact]
    public Task AsyncInAUsing_ReleasedBeforeTheScopeEnds() => Test.VerifyAsync("""
            async Task<int> M(bool early)
            {
                using (new System.IO.MemoryStream())
                {
                    var page = mm.{|LCK4003:Get|}(1);
                    if (page is null) return 0;
                    await Task.Yield();
                    if (early)
                        return 1;
                    mm.Put(page);
                    return 2;
                }
            }
        """, """
            async Task<int> M(bool early)
            {
                using (new System.IO.MemoryStream())
                {
                    var page = mm.Get(1);
                    if (page is null) return 0;
                    await Task.Yield();
                    if (early)
                    {
                        mm.Put(page);
                        return 1;
                    }
                    mm.Put(page);
                    return 2;
                }
            }
        """);
}
