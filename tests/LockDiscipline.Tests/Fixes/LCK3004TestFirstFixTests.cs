using LockDiscipline.CodeFixes;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK3004TestFirstFixTests
{
    static Task VerifyAsync(string before, string after) => Results.VerifyAsync<LCK3004TestFirstFix>(before, after);

    [Fact]
    public Task TestComesTooLate_MovedUp() => VerifyAsync("""
            public int Late()
            {
                var result = Get();
                int value = result.{|LCK3004:Value|}; // read
                Work();
                // No page: the caller tries again.
                if (result.IsError)
                {
                    Work();
                    return -1; // again
                }

                return value;
            }
            public async Task<int> Async() {
                var result = await GetAsync();
                Use(result.{|LCK3004:Value|});
                if (!result.IsSuccess) return -1;
                return 0;
            }
        """, """
            public int Late()
            {
                var result = Get();
                // No page: the caller tries again.
                if (result.IsError)
                {
                    Work();
                    return -1; // again
                }
                int value = result.Value; // read
                Work();

                return value;
            }
            public async Task<int> Async() {
                var result = await GetAsync();
                if (!result.IsSuccess) return -1;
                Use(result.Value);
                return 0;
            }
        """);

    [Fact]
    public Task NoTest_AddedWithTheError() => VerifyAsync("""
            public Errno Code(bool once)
            {
                var result = Get();
                _ = result;
                if (once)
                    Use(result.{|LCK3004:Value|});
                return Errno.Again;
            }
            public Result<int> Same()
            {
                var result = Get();
                Use(result.{|LCK3004:Value|});
                return result;
            }
            public void Nothing(Result<int> result)
            {
                using var stream = new System.IO.MemoryStream();
                Use(result.{|LCK3004:Value|});
            }
        """, """
            public Errno Code(bool once)
            {
                var result = Get();
                _ = result;
                if (once)
                {
                    if (result.IsError)
                        return result.Error;
                    Use(result.Value);
                }
                return Errno.Again;
            }
            public Result<int> Same()
            {
                var result = Get();
                if (result.IsError)
                    return result;
                Use(result.Value);
                return result;
            }
            public void Nothing(Result<int> result)
            {
                using var stream = new System.IO.MemoryStream();
                if (result.IsError)
                    return;
                Use(result.Value);
            }
        """);

    [Fact]
    public Task ReadOffTheCall_ResultTakenFirst() => VerifyAsync("""
            public Errno Take()
            {
                int n = {|LCK3001:Get|}().{|LCK3004:Value|}; // untested
                Use(n);
                return Errno.Success;
            }
        """, """
            public Errno Take()
            {
                var ret = Get();
                if (ret.IsError)
                    return ret.Error;
                int n = ret.Value; // untested
                Use(n);
                return Errno.Success;
            }
        """);

    [Fact]
    public Task NothingToReturnOrKnownToHaveFailed_NoFix() => Results.VerifyNoneAsync<LCK3004TestFirstFix>("""
            public int Number(Result<int> result) { Use(result.{|LCK3004:Value|}); return 3; }
            public int Expression(Result<int> result) => result.{|LCK3004:Value|};
            public Errno Failed() { var result = Get(); if (result.IsError) return (Errno)result.{|LCK3004:Value|}; return Errno.Success; }
            public int Depends() { var result = Get(); int n = result.{|LCK3004:Value|}; int limit = 3; if (result.IsError || n > limit) return 1; return n; }
            public IEnumerable<int> Yields(Result<int> result) { yield return result.{|LCK3004:Value|}; }
        """);

    [Fact]
    public Task AccessorsAndLocalFunctions_LeftByTheirOwnReturn() => VerifyAsync("""
            public int Property
            {
                set
                {
                    var result = {|LCK3001:Get|}();
                    Use(result.{|LCK3004:Value|} + value);
                }
            }
            public int Outer()
            {
                Errno Local()
                {
                    var result = {|LCK3001:Get|}();
                    using (var stream = new System.IO.MemoryStream())
                        Use(result.{|LCK3004:Value|});
                    return Errno.Again;
                }
                return (int)Local();
            }
        """, """
            public int Property
            {
                set
                {
                    var result = Get();
                    if (result.IsError)
                        return;
                    Use(result.Value + value);
                }
            }
            public int Outer()
            {
                Errno Local()
                {
                    var result = Get();
                    using (var stream = new System.IO.MemoryStream())
                    {
                        if (result.IsError)
                            return result.Error;
                        Use(result.Value);
                    }
                    return Errno.Again;
                }
                return (int)Local();
            }
        """);
}
