using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK3002CheckBeforeOverwriteFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK3002CheckBeforeOverwriteFixTests
{
    [Fact]
    public Task AssignedAgain_CheckedBefore() => Test.VerifyMembersAsync("""
            Errno M()
            {
                var ret = Do(); // first
                Work();
                {|LCK3002:ret =|} Do();
                return ret;
            }
        """, """
            Errno M()
            {
                var ret = Do(); // first
                if (ret != Errno.Success)
                    return ret;
                Work();
                ret = Do();
                return ret;
            }
        """);

    [Fact]
    public Task LostToTheNextRoundOfAnOuterLoop_LeftAsWell() => Test.VerifyMembersAsync("""
            Errno M(int[][] rows)
            {
                Errno ret = Errno.Success;
                foreach (var row in rows)
                {
                    foreach (var slot in row)
                    {
                        {|LCK3002:ret =|} Do();
                        if (ret != Errno.Success)
                            break;
                    }
                }
                return ret;
            }
        """, """
            Errno M(int[][] rows)
            {
                Errno ret = Errno.Success;
                foreach (var row in rows)
                {
                    foreach (var slot in row)
                    {
                        ret = Do();
                        if (ret != Errno.Success)
                            break;
                    }
                    if (ret != Errno.Success)
                        return ret;
                }
                return ret;
            }
        """);

    [Fact]
    public Task MergedInLoop_LeftWithTheFirstError() => Test.VerifyMembersAsync("""
            Errno M(int[] slots)
            {
                Errno ret = Errno.Success;
                foreach (var slot in slots)
                    {|LCK3002:ret |=|} Do();
                return ret;
            }
        """, """
            Errno M(int[] slots)
            {
                Errno ret = Errno.Success;
                foreach (var slot in slots)
                {
                    ret = Do();
                    if (ret != Errno.Success)
                        return ret;
                }
                return ret;
            }
        """);

    [Fact]
    public Task MergedInLoopUnderLock_LoopLeft() => Test.VerifyMembersAsync("""
            Errno M(int[] slots)
            {
                Errno ret = Errno.Success;
                _gate.Enter();
                foreach (var slot in slots)
                {
                    {|LCK3002:ret |=|} Do();
                }
                _gate.Exit();
                return ret;
            }
        """, """
            Errno M(int[] slots)
            {
                Errno ret = Errno.Success;
                _gate.Enter();
                foreach (var slot in slots)
                {
                    ret = Do();
                    if (ret != Errno.Success)
                        break;
                }
                _gate.Exit();
                return ret;
            }
        """);

    [Fact]
    public Task MergedTwice_CheckedBetween() => Test.VerifyAsync("""
        public static class Merging
        {
            [MustCheck]
            public static int Handle(int value) => value > 0 ? 0 : -22;

            public static int Run()
            {
                var result = Handle(1);
                {|LCK3002:result |=|} Handle(2);
                return result;
            }
        }
        """, """
        public static class Merging
        {
            [MustCheck]
            public static int Handle(int value) => value > 0 ? 0 : -22;

            public static int Run()
            {
                var result = Handle(1);
                if (result != 0)
                    return result;
                result |= Handle(2);
                return result;
            }
        }
        """);

    [Fact]
    public Task NothingToReturnAndNoLoop_NoFix() => Test.VerifyNoneAsync("""
            bool M()
            {
                var ret = Do();
                {|LCK3002:ret =|} Do();
                return ret == Errno.Success;
            }
        """);

    [Fact]
    public Task ErrorOverwrittenByTheCleanup_FirstErrorKept() => Test.VerifyMembersAsync("""
            Errno M()
            {
                var ret = Do();
                if (ret != Errno.Success)
                    goto done;
                Work();
            done:
                {|LCK3002:ret =|} Do(); // the end
                return ret;
            }
        """, """
            Errno M()
            {
                var ret = Do();
                if (ret != Errno.Success)
                    goto done;
                Work();
            done:
                var later = Do(); // the end
                if (ret == Errno.Success)
                    ret = later;
                return ret;
            }
        """);
}
