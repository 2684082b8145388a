namespace LockDiscipline.Tests.Rules;

/// <summary>LCK3002: an unchecked error result is assigned over, or merged with another.</summary>
public sealed class LCK3002Tests
{
    [Fact]
    public Task AssignedAgain_FoundAtTheAssignment() => Flows.VerifyMembersAsync("""
        Errno M()
        {
            var ret = {|#1:Do|}();
            {|#0:ret =|} Do();
            return ret;
        }
        """, Flows.Finding("LCK3002", 0, 1).WithArguments("Do"));

    [Fact]
    public Task MergedAroundALoop_Found() => Flows.VerifyAsync("""
        class Kvm
        {
            static Errno Walk(int[] slots, Func<int, Errno> handler)
            {
                Errno ret = 0;
                foreach (var slot in slots)
                    {|#0:ret |=|} {|#1:handler|}(slot);
                return ret;
            }
            static Errno Right(int[] slots, Func<int, Errno> handler)
            {
                Errno ret = 0;
                foreach (var slot in slots)
                {
                    ret = handler(slot);
                    if (ret != Errno.Success)
                        break;
                }
                return ret;
            }
            static Errno Leave(int[] slots, Func<int, Errno> handler)
            {
                Errno ret = 0;
                for (int i = 0; i < 2; i++)
                {
                    foreach (var slot in slots)
                    {
                        ret = handler(slot);
                        if (ret != 0)
                            goto exit;
                    }
                }
            exit:
                return ret;
            }
        }
        """, Flows.Finding("LCK3002", 0, 1).WithArguments("handler"));

    [Fact]
    public Task EveryMerge_Found() => Flows.VerifyAsync("""
        [MustCheck] delegate int Handler(int slot);
        [MustCheck] delegate bool Flag(int slot);
        class C
        {
            static int Or(int[] slots, Handler h) { int ret = 0; foreach (var s in slots) {|LCK3002:ret |=|} h(s); return ret; }
            static int And(int[] slots, Handler h) { int ret = 0; foreach (var s in slots) {|LCK3002:ret &=|} h(s); return ret; }
            static int Add(int[] slots, Handler h) { int ret = 0; foreach (var s in slots) {|LCK3002:ret +=|} h(s); return ret; }
            static int Plain(int[] slots, Handler h) { int ret = 0; foreach (var s in slots) {|LCK3002:ret =|} h(s); return ret; }
            static int Spelled(int[] slots, Handler h) { int ret = 0; foreach (var s in slots) {|LCK3002:ret =|} ret | h(s); return ret; }
            static int Swapped(int[] slots, Handler h) { int ret = 0; foreach (var s in slots) {|LCK3002:ret =|} h(s) | ret; return ret; }
            static bool Bool(int[] slots, Flag f) { bool ret = false; foreach (var s in slots) {|LCK3002:ret |=|} f(s); return ret; }
            static int Twice(Handler h) { var ret = h(1); {|LCK3002:ret |=|} h(2); return ret; }
            static int For(Handler h) { int ret = 0; for (int i = 0; i < 3; i++) {|LCK3002:ret |=|} h(i); return ret; }
            static int While(Handler h, int n) { int ret = 0; while (n-- > 0) {|LCK3002:ret |=|} h(n); return ret; }
            static int Once(Handler h) { int ret = 0; ret |= h(1); return ret; }
        }
        """);

    [Fact]
    public Task MergedAfterATest_Silent() => Flows.VerifyAsync("""
        [MustCheck] delegate int Handler(int slot);
        class C
        {
            static int Break(int[] slots, Handler h)
            {
                int ret = 0;
                foreach (var s in slots)
                {
                    ret |= h(s);
                    if (ret != 0)
                        break;
                }
                return ret;
            }
            static int Count(int[] slots, Handler h)
            {
                int failed = 0;
                foreach (var s in slots)
                {
                    var one = h(s);
                    if (one != 0)
                        failed++;
                }
                return failed;
            }
            static int Both(Handler h)
            {
                if ((h(1) | h(2)) != 0)
                    return 1;
                return h(1) | h(2);
            }
            static bool Unmarked(int[] slots, Func<int, bool> f)
            {
                bool ret = false;
                foreach (var s in slots)
                    ret |= f(s);
                return ret;
            }
            static int Retry(Handler h)
            {
                int ret;
                while ((ret = h(1)) == 11)
                    Thread.Yield();
                do
                    ret = h(2);
                while (ret == 11);
                return ret;
            }
            static int Ternary(Handler h)
            {
                var ret = h(1);
                ret = ret == 0 ? h(2) : ret;
                return ret;
            }
        }
        """);

    [Fact]
    public Task OnOnePathOnly_Found() => Flows.VerifyMembersAsync("""
        Errno If(bool c)
        {
            var r = Do();
            if (c)
                {|LCK3002:r =|} Do();
            return r;
        }
        Errno Tested(bool c)
        {
            var r = Do();
            if (r == Errno.Success && c)
                r = Do();
            return r;
        }
        Errno Early(bool c)
        {
            var r = Do();
            if (c)
                return r;
            {|LCK3002:r =|} Errno.Success;
            return r;
        }
        Errno Switch(int n)
        {
            Errno r = Do();
            switch (n)
            {
                case 1: {|LCK3002:r =|} Do(); break;
                case 2: return r;
                case 3: if (r != 0) return r; r = Do(); break;
            }
            return r;
        }
        Errno Continue(int[] items)
        {
            Errno r = Errno.Success;
            foreach (var i in items)
            {
                {|LCK3002:r =|} Do();
                if (i > 3)
                    continue;
                if (r != Errno.Success)
                    return r;
            }
            return r;
        }
        Errno Try()
        {
            Errno r = Do();
            try
            {
                {|LCK3002:r =|} Do();
            }
            finally
            {
                Work();
            }
            return r;
        }
        """);

    [Fact]
    public Task KeptElsewhere_Silent() => Flows.VerifyMembersAsync("""
        Errno _last;
        Errno Copy()
        {
            var r = Do();
            var first = r;
            r = Do();
            return first != Errno.Success && r == Errno.Success ? first : r;
        }
        Errno Stored()
        {
            var r = Do();
            _last = r;
            r = Do();
            return r;
        }
        Errno Logged()
        {
            var r = Do();
            Console.WriteLine(r);
            r = Do();
            return r;
        }
        Errno Swap()
        {
            var a = Do();
            var b = Do();
            (a, b) = (b, a);
            Console.WriteLine(b);
            return a;
        }
        """);

    [Fact]
    public Task CopyOfWhatIsOverwritten_FoundAtTheLastHolder() => Flows.VerifyMembersAsync("""
        Errno M()
        {
            var r = Do();
            var first = r;
            r = Do();
            {|LCK3002:first =|} r;
            return first;
        }
        """);

    [Fact]
    public Task Deconstruction_FoundAtItsElement() => Flows.VerifyMembersAsync("""
        Errno Tuple()
        {
            var r = Do();
            ({|LCK3002:r|}, var n) = (Do(), 1);
            return r;
        }
        """);

    [Fact]
    public Task AsyncResults() => Flows.VerifyMembersAsync("""
        Task<Errno> DoAsync() => Task.FromResult(Errno.Success);
        async Task<Errno> Wrong()
        {
            var r = await DoAsync();
            {|LCK3002:r =|} await DoAsync().ConfigureAwait(false);
            return r;
        }
        async Task<Errno> Loop(int[] items)
        {
            Errno r = Errno.Success;
            foreach (var i in items)
                {|LCK3002:r |=|} await DoAsync();
            return r;
        }
        async Task<Errno> Right(int[] items)
        {
            foreach (var i in items)
            {
                var r = await DoAsync();
                if (r != Errno.Success)
                    return r;
            }
            return Errno.Success;
        }
        """);

    [Fact]
    public Task ResultStruct_TestedByItsMembers() => Flows.VerifyAsync("""
        [MustCheck]
        readonly struct Result
        {
            [SuccessTest] public bool IsOk => true;
            [OnSuccess] public int Value => 1;
            public static Result operator |(Result a, Result b) => a;
        }
        class C
        {
            static Result Get() => default;
            int Wrong() { var r = Get(); {|LCK3002:r =|} Get(); return r.IsOk ? r.Value : 0; }
            int Right() { var r = Get(); if (!r.IsOk) return 0; r = Get(); return r.IsOk ? r.Value : 0; }
            int ValueOnly() { var r = Get(); int n = r.{|LCK3004:Value|}; {|LCK3002:r =|} Get(); return r.IsOk ? n : 0; }
        }
        """);

    [Fact]
    public Task Parameter_IsAVariableToo() => Flows.VerifyMembersAsync("""
        Errno M(Errno r)
        {
            r = Do();
            {|LCK3002:r =|} Do();
            return r;
        }
        Errno N(Errno r)
        {
            if (r != Errno.Success)
                return r;
            r = Do();
            return r;
        }
        """);

    [Fact]
    public Task LambdasAndLocalFunctions() => Flows.VerifyMembersAsync("""
        Func<Errno> M() => () =>
        {
            var r = Do();
            {|LCK3002:r =|} Do();
            return r;
        };
        Errno N(List<int> items)
        {
            Errno r = Errno.Success;
            items.ForEach(i => r |= Do());
            return r;
        }
        """);

    [Fact]
    public Task ValueConvertedToAResult_IsNone() => Flows.VerifyAsync("""
        [MustCheck]
        public readonly struct Result<T>
        {
            public T Value { get; init; }
            [ErrorTest] public bool IsError => false;
            public static implicit operator Result<T>(T value) => new() { Value = value };
            public static implicit operator Result<T>(Errno error) => default;
        }
        public class C
        {
            static Result<int> Call() => 1;
            static bool Cond() => true;
            Result<int> Default() { Result<int> r = 1; if (Cond()) r = Call(); return r; }
            void Out(out Result<int> r) { r = Cond() ? Errno.Again : Errno.NoMemory; }
            Result<int> Lost() { var r = Call(); {|LCK3002:r =|} 2; return r; }
        }
        """);

    [Fact]
    public Task ErrorFoundAndOverwrittenOnTheWayOut_Found() => Flows.VerifyMembersAsync("""
        static Errno End() => Errno.Success;
        static int Code() => 0;
        [return: MustCheck] static int Checked() => 0;
        Errno Cleanup() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: {|LCK3002:r =|} End(); return r; }
        Errno Twice() { var r = Do(); if (r != Errno.Success) goto done; r = Do(); if (r != Errno.Success) goto done; Work(); done: {|LCK3002:r =|} End(); return r; }
        Errno Loop(int n) { var r = Errno.Success; for (int i = 0; i < n; i++) { r = Do(); if (r != Errno.Success) break; } {|LCK3002:r =|} End(); return r; }
        Errno Finally() { var r = Do(); try { if (r != Errno.Success) goto done; Work(); done: ; } finally { {|LCK3002:r =|} End(); } return r; }
        async Task<Errno> Async() { var r = await DoAsync(); if (r != Errno.Success) goto done; Work(); done: {|LCK3002:r =|} await DoAsync(); return r; }
        static Task<Errno> DoAsync() => Task.FromResult(Errno.Success);
        [return: MustCheck] int Number() { int r = Checked(); if (r < 0) goto done; Work(); done: {|LCK3002:r =|} Code(); return r; }
        """);

    [Fact]
    public Task ErrorFoundAndDealtWith_Silent() => Flows.VerifyMembersAsync("""
        static Errno End() => Errno.Success;
        static Errno Both(Errno a, Errno b) => a;
        static void Log(Errno e) { }
        Errno Merged() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: r = Both(r, End()); return r; }
        Errno Kept() { var r = Do(); var first = r; if (r != Errno.Success) goto done; Work(); done: r = End(); return first != Errno.Success ? first : r; }
        Errno Logged() { var r = Do(); if (r != Errno.Success) { Log(r); goto done; } Work(); done: r = End(); return r; }
        Errno Retried() { var r = Do(); while (r != Errno.Success) r = End(); return r; }
        Errno Fallback() { var r = Do(); if (r != Errno.Success) r = End(); return r; }
        void Nothing() { var r = Do(); if (r != Errno.Success) goto second; Work(); second: r = End(); Log(r); }
        """);
}
