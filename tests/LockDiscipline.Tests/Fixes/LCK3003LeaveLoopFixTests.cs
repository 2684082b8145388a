using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK3003LeaveLoopFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK3003LeaveLoopFixTests
{
    static Task VerifyAsync(string before, string after) => Test.VerifyMembersAsync(Members(before), Members(after));

    static Task VerifyNoneAsync(string members) => VerifyAsync(members, members);

    static string Members(string members) => """
            readonly int[] _pages = new int[4];
            static void Log(int e) { }

        """ + members;

    [Fact]
    public Task ResultIgnored_TakenAndReturned() => VerifyAsync("""
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                // Every page.
                foreach (var page in _pages)
                    {|LCK3003:h|}(page); // one
                return 0;
            }
        """, """
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                // Every page.
                foreach (var page in _pages)
                {
                    var ret = h(page); // one
                    if (ret != 0)
                        return ret;
                }
                return 0;
            }
        """);

    [Fact]
    public Task Merged_FirstErrorReturned() => VerifyAsync("""
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                int ret = 0;
                foreach (var outer in _pages)
                {
                    foreach (var page in _pages) { ret |= {|LCK3003:h|}(page); }
                }
                return ret;
            }
        """, """
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                int ret = 0;
                foreach (var outer in _pages)
                {
                    foreach (var page in _pages) { ret = h(page); if (ret != 0) return ret; }
                }
                return ret;
            }
        """);

    [Fact]
    public Task UnderALock_LoopLeft() => VerifyAsync("""
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                int ret = 0;
                _gate.Enter();
                for (int i = 0; i < 4; i++)
                    ret = {|LCK3003:h|}(i);
                _gate.Exit();
                return ret;
            }
        """, """
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                int ret = 0;
                _gate.Enter();
                for (int i = 0; i < 4; i++)
                {
                    ret = h(i);
                    if (ret != 0)
                        break;
                }
                _gate.Exit();
                return ret;
            }
        """);

    [Fact]
    public Task OnlyLogged_BranchLeaves() => VerifyAsync("""
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                {
                    var ret = {|LCK3003:h|}(page);
                    if (ret != 0)
                        Log(ret);
                }
                return 0;
            }
            public int N([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                {
                    var ret = {|LCK3003:h|}(page);
                    if (ret != 0)
                    {
                        Log(ret); // to be seen
                        continue;
                    }
                    Work(page);
                }
                return 0;
            }
        """, """
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                {
                    var ret = h(page);
                    if (ret != 0)
                    {
                        Log(ret);
                        return ret;
                    }
                }
                return 0;
            }
            public int N([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                {
                    var ret = h(page);
                    if (ret != 0)
                    {
                        Log(ret); // to be seen
                        return ret;
                    }
                    Work(page);
                }
                return 0;
            }
        """);

    [Fact]
    public Task LoopLeftAndSuccessReturned_ErrorReturned() => VerifyAsync("""
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                {
                    int ret = h(page);
                    if (ret != 0)
                        break;
                }
                {|LCK3003:return 0;|}
            }
            public int N([StopsAtFirstError] Func<int, int> h)
            {
                if (h(1) != 0)
                    {|LCK3003:return 0;|}
                return h(2);
            }
        """, """
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                {
                    int ret = h(page);
                    if (ret != 0)
                        return ret;
                }
                return 0;
            }
            public int N([StopsAtFirstError] Func<int, int> h)
            {
                var ret = h(1);
                if (ret != 0)
                    return ret;
                return h(2);
            }
        """);

    [Fact]
    public Task AsyncAndInARow_CheckedAfterTheEarlierOne() => VerifyAsync("""
            public async Task<int> M([StopsAtFirstError] Func<int, Task<int>> h)
            {
                using var stream = new System.IO.MemoryStream();
                int a = await h(1).ConfigureAwait(false);
                int b = await {|LCK3003:h|}(2);
                return a != 0 ? a : b;
            }
        """, """
            public async Task<int> M([StopsAtFirstError] Func<int, Task<int>> h)
            {
                using var stream = new System.IO.MemoryStream();
                int a = await h(1).ConfigureAwait(false);
                if (a != 0)
                    return a;
                int b = await h(2);
                return a != 0 ? a : b;
            }
        """);

    [Fact]
    public Task LineEndsOfWindows_Kept() => VerifyAsync("""
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                    {|LCK3003:h|}(page);
                return 0;
            }
        """.Replace("\n", "\r\n", StringComparison.Ordinal), """
            public int M([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                {
                    var ret = h(page);
                    if (ret != 0)
                        return ret;
                }
                return 0;
            }
        """.Replace("\n", "\r\n", StringComparison.Ordinal));

    [Fact]
    public Task OtherTypeReturnedOrNoStatement_NoFix() => VerifyNoneAsync("""
            public Errno Other([StopsAtFirstError] Func<int, int> h)
            {
                foreach (var page in _pages)
                    {|LCK3003:h|}(page);
                return Errno.Success;
            }
            public bool Expression([StopsAtFirstError] Func<int, bool> h) => h(1) || {|LCK3003:h|}(2);
        """);

    [Fact]
    public Task SeveralDocuments_EachMended() => Test.VerifyDocumentsAsync(
        null,
        ("""
        public static class A
        {
            public static int M(int[] all, [StopsAtFirstError] Func<int, int> h)
            {
                foreach (var i in all) {|LCK3003:h|}(i);
                foreach (var i in all) {|LCK3003:h|}(i);
                return 0;
            }
        }
        """, """
        public static class A
        {
            public static int M(int[] all, [StopsAtFirstError] Func<int, int> h)
            {
                foreach (var i in all) { var ret = h(i); if (ret != 0) return ret; }
                foreach (var i in all) { var ret2 = h(i); if (ret2 != 0) return ret2; }
                return 0;
            }
        }
        """),
        ("""
        public static class B
        {
            public static Func<int[], int> M([StopsAtFirstError] Func<int, int> h)
            {
                return Run;
                int Run(int[] all)
                {
                    return 0;
                }
            }
            public static int N(int[] all, [StopsAtFirstError] Func<int, int> h)
            {
                int ret = 0;
                while (all.Length > ret) {
                    ret |= {|LCK3003:h|}(1);
                }
                return ret;
            }
        }
        """, """
        public static class B
        {
            public static Func<int[], int> M([StopsAtFirstError] Func<int, int> h)
            {
                return Run;
                int Run(int[] all)
                {
                    return 0;
                }
            }
            public static int N(int[] all, [StopsAtFirstError] Func<int, int> h)
            {
                int ret = 0;
                while (all.Length > ret) {
                    ret = h(1);
                    if (ret != 0)
                        return ret;
                }
                return ret;
            }
        }
        """));
}
