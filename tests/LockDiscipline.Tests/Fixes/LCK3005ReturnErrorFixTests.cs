using LockDiscipline.CodeFixes;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK3005ReturnErrorFixTests
{
    static Task VerifyAsync(string before, string after) => Results.VerifyAsync<LCK3005ReturnErrorFix>(before, after);

    [Fact]
    public Task OnTheBranch_VariableReturned() => VerifyAsync("""
            public Errno Early()
            {
                var ret = Do();
                if (ret != Errno.Success)
                    {|LCK3005:return Errno.Success;|} // nothing to do
                Work();
                return Errno.Success;
            }
            public Errno Code()
            {
                var result = Get();
                if (result.IsError) { {|LCK3005:return Errno.Success;|} }
                Use(result.Value);
                return Errno.Success;
            }
            public async Task<Errno> Async()
            {
                var ret = await DoAsync();
                if (ret is not Errno.Success) {|LCK3005:return Errno.Success;|}
                return Errno.Again;
            }
        """, """
            public Errno Early()
            {
                var ret = Do();
                if (ret != Errno.Success)
                    return ret; // nothing to do
                Work();
                return Errno.Success;
            }
            public Errno Code()
            {
                var result = Get();
                if (result.IsError) { return result.Error; }
                Use(result.Value);
                return Errno.Success;
            }
            public async Task<Errno> Async()
            {
                var ret = await DoAsync();
                if (ret is not Errno.Success) return ret;
                return Errno.Again;
            }
        """);

    [Fact]
    public Task NoVariable_ResultTakenFirst() => VerifyAsync("""
            public Errno Direct()
            {
                // Once.
                if (Do() != Errno.Success) // fails
                    {|LCK3005:return Errno.Success;|}
                Work();
                return Errno.Success;
            }
            public Errno Negated(int ret)
            {
                Use(ret);
                if (!Get().IsSuccess)
                {
                    {|LCK3005:return Errno.Success;|}
                }
                return Errno.Success;
            }
        """, """
            public Errno Direct()
            {
                // Once.
                var ret = Do();
                if (ret != Errno.Success) // fails
                    return ret;
                Work();
                return Errno.Success;
            }
            public Errno Negated(int ret)
            {
                Use(ret);
                var ret2 = Get();
                if (!ret2.IsSuccess)
                {
                    return ret2.Error;
                }
                return Errno.Success;
            }
        """);

    [Fact]
    public Task CommonExitOrConditional_ErrorInPlaceOfSuccess() => VerifyAsync("""
            public Errno Goto()
            {
                var ret = Do();
                if (ret != Errno.Success) goto done;
                Work();
            done:
                {|LCK3005:return Errno.Success;|}
            }
            public Errno Choice()
            {
                var result = Get();
                {|LCK3005:return result.IsError ? Errno.Success : (Errno)result.Value;|}
            }
        """, """
            public Errno Goto()
            {
                var ret = Do();
                if (ret != Errno.Success) goto done;
                Work();
            done:
                return ret;
            }
            public Errno Choice()
            {
                var result = Get();
                return result.IsError ? result.Error : (Errno)result.Value;
            }
        """);

    [Fact]
    public Task WhereTheVariableMayHoldMore_NoFix() => Results.VerifyNoneAsync<LCK3005ReturnErrorFix>("""
            public Errno Assigned(bool twice)
            {
                Errno ret = Errno.Again;
                if (twice)
                {
                    ret = Do();
                    if (ret != Errno.Success) goto done;
                }
                Work();
            done:
                {|LCK3005:return Errno.Success;|}
            }
        """);
}
