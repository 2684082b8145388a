namespace LockDiscipline.Tests.Rules;

/// <summary>LCK3003: a walk that has to stop at the first error calls its handler again, or ends in success.</summary>
public sealed class LCK3003Tests
{
    static Task VerifyAsync(string members) => Flows.VerifyAsync($$"""
        public delegate int Number(int page);

        public class Walk
        {
            readonly int[] _pages = new int[4];
            static bool Cond() => true;
            static void Log(Errno e) { }
        {{members}}
        }
        """);

    [Fact]
    public Task CalledAgain_FoundAtTheFurtherCall() => VerifyAsync("""
        public Errno Ignored([StopsAtFirstError] Func<int, int> h)
        {
            foreach (var page in _pages)
                {|LCK3003:h|}(page);
            return Errno.Success;
        }
        public int Merged([StopsAtFirstError] Func<int, int> h)
        {
            int ret = 0;
            foreach (var page in _pages)
                ret |= {|LCK3003:h|}(page);
            return ret;
        }
        public int Last([StopsAtFirstError] Func<int, int> h)
        {
            int ret = 0;
            for (int i = 0; i < 4; i++)
                ret = {|LCK3003:h|}(i);
            return ret;
        }
        public int First([StopsAtFirstError] Func<int, int> h)
        {
            int first = 0;
            foreach (var page in _pages)
            {
                int ret = {|LCK3003:h|}(page);
                if (ret != 0 && first == 0)
                    first = ret;
            }
            return first;
        }
        public Errno Logged([StopsAtFirstError] Func<int, Errno> h)
        {
            foreach (var page in _pages)
            {
                var ret = {|LCK3003:h|}(page);
                if (ret != Errno.Success)
                    Log(ret);
            }
            return Errno.Again;
        }
        public int Twice([StopsAtFirstError] Number h) { int a = h(1); int b = h.{|LCK3003:Invoke|}(2); return a != 0 ? a : b; }
        public bool Flags([StopsAtFirstError] Func<int, bool> h) { bool ok = h(1); ok &= {|LCK3003:h|}(2); return ok; }
        public bool Or([StopsAtFirstError] Func<int, bool> h) => h(1) || {|LCK3003:h|}(2);
        public int Below([StopsAtFirstError] Func<int, int> h) { int a = h(1); if (a < 0) Log(Errno.Again); return {|LCK3003:h|}(2); }
        """);

    [Fact]
    public Task SuccessReturned_FoundAtTheReturn() => VerifyAsync("""
        public int Dropped([StopsAtFirstError] Func<int, int> h) { h(1); {|LCK3003:return 0;|} }
        public int Broken([StopsAtFirstError] Func<int, int> h)
        {
            foreach (var page in _pages)
            {
                int ret = h(page);
                if (ret != 0)
                    break;
            }
            {|LCK3003:return 0;|}
        }
        public Errno Inner([StopsAtFirstError] Func<int, Errno> h)
        {
            foreach (var page in _pages)
            {
                if (h(page) != Errno.Success)
                    {|LCK3003:return Errno.Success;|}
            }
            return Errno.Success;
        }
        public bool Flag([StopsAtFirstError] Func<int, bool> h) { if (!h(1)) {|LCK3003:return true;|} return true; }
        """);

    [Fact]
    public Task LeftWithTheError_Silent() => VerifyAsync("""
        public Errno Early([StopsAtFirstError] Func<int, Errno> h)
        {
            foreach (var page in _pages)
            {
                var ret = h(page);
                if (ret != Errno.Success)
                    return ret;
            }
            return Errno.Success;
        }
        public int Break([StopsAtFirstError] Func<int, int> h)
        {
            int ret = 0;
            foreach (var page in _pages)
            {
                ret = h(page);
                if (ret != 0)
                    break;
            }
            return ret;
        }
        public int Condition([StopsAtFirstError] Func<int, int> h)
        {
            int ret = 0;
            for (int i = 0; i < 4 && ret == 0; i++)
                ret = h(i);
            return ret;
        }
        public int Negative([StopsAtFirstError] Func<int, int> h)
        {
            for (int i = 0; i < 4; i++)
            {
                int ret = h(i);
                if (ret < 0)
                    return ret;
            }
            return 0;
        }
        public int Goto([StopsAtFirstError] Func<int, int> h)
        {
            int ret = 0;
            foreach (var a in _pages)
            {
                foreach (var b in _pages)
                {
                    ret = h(a + b);
                    if (ret != 0)
                        goto done;
                }
            }
        done:
            return ret;
        }
        public int Flag([StopsAtFirstError] Func<int, int> h)
        {
            bool failed = false;
            int ret = 0;
            for (int i = 0; !failed && i < 4; i++)
            {
                ret = h(i);
                failed = ret != 0;
            }
            return ret;
        }
        public int Throws([StopsAtFirstError] Func<int, int> h) { foreach (var p in _pages) { if (h(p) != 0) throw new InvalidOperationException(); } return 0; }
        public bool And([StopsAtFirstError] Func<int, bool> h) => h(1) && h(2) && h(3);
        public int While([StopsAtFirstError] Func<int, int> h) { int i = 0, ret; while ((ret = h(i)) == 0 && i < 4) i++; return ret; }
        public int Pattern([StopsAtFirstError] Func<int, int> h) { foreach (var p in _pages) { if (h(p) is not 0 and var e) return e; } return 0; }
        public int Try([StopsAtFirstError] Func<int, int> h) { int ret = 0; try { foreach (var p in _pages) { ret = h(p); if (ret != 0) break; } } finally { Log(0); } return ret; }
        public async Task<int> Async([StopsAtFirstError] Func<int, Task<int>> h) { foreach (var p in _pages) { int ret = await h(p); if (ret != 0) return ret; } return 0; }
        public void Visits(Func<int, int> h) { foreach (var p in _pages) h(p); }
        public void Nothing([StopsAtFirstError] Action<int> h) { foreach (var p in _pages) h(p); }
        """);

    [Fact]
    public Task HandedOn_CountsAsACall() => VerifyAsync("""
        public int Outer([StopsAtFirstError] Func<int, int> h) { foreach (var p in _pages) {|LCK3003:Inner|}(h, p); return 1; }
        public int Right([StopsAtFirstError] Func<int, int> h) { foreach (var p in _pages) { int ret = Inner(h, p); if (ret != 0) return ret; } return 0; }
        public int Inner([StopsAtFirstError] Func<int, int> h, int page) => h(page);
        """);

    // One cause, one finding: LCK3005 says no more.
    [Fact]
    public Task BreaksAndReturnsSuccess_OneFinding() => Flows.VerifyAsync("""
        public class C
        {
            Errno Walk([StopsAtFirstError] Func<int, Errno> handler, int[] all)
            {
                foreach (var one in all)
                {
                    var ret = handler(one);
                    if (ret != Errno.Success)
                        break;
                }

                {|LCK3003:return Errno.Success;|}
            }
        }
        """);
}
