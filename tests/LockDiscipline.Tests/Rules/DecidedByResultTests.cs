namespace LockDiscipline.Tests.Rules;

/// <summary>Contracts that say one thing of success and another of failure: taken over, owned or settled on some results only.</summary>
public sealed class DecidedByResultTests
{
    const string Api = """
        public class Page { public int Count; }
        [MustCheck] public readonly record struct Status(int Code) { [ErrorTest] public bool Failed => Code != 0; }
        public static class Pages
        {
            [return: Owned("page")] public static Page? Alloc() => null;
            public static void Put([Consumes("page")] Page? page) { }
            public static Errno Queue([Consumes("page", WhenReturns = true)] Page page) => Errno.Success;
            public static bool TryAdd([Consumes("page", WhenReturns = true)] Page page) => true;
            public static Page? Swap([Consumes("page", WhenReturns = true)] Page page) => null;
            public static Status Send([Consumes("page", WhenReturns = true)] Page page) => default;
            public static Task<Errno> QueueAsync([Consumes("page", WhenReturns = true)] Page page) => Task.FromResult(Errno.Success);
            public static Errno Reject([Consumes("page", WhenReturns = false)] Page page) => Errno.Success;
            public static Errno Resize([Consumes("page", WhenReturns = true)] Page page, [Owned("page")] out Page? bigger) { bigger = null; return Errno.Success; }
            public static Errno Copy([Owned("page", WhenReturns = false)] out Page? page) { page = null; return Errno.Success; }
            public static int Resume([Owned("use", Always = true)] Page page) => 0;
            public static void Suspend([Consumes("use")] Page page) { }
        }

        """;

    static Task VerifyAsync(string source) => Flows.VerifyAsync(Api + source);

    [Fact]
    public Task TakenOverOnSuccess_LeakedWhereItFails() => VerifyAsync("""
        public class C
        {
            Errno Wrong()
            {
                var page = Pages.{|LCK4003:Alloc|}();
                if (page is null)
                    return Errno.NoMemory;
                return Pages.Queue(page);
            }

            Errno Right()
            {
                var page = Pages.Alloc();
                if (page is null)
                    return Errno.NoMemory;
                var ret = Pages.Queue(page);
                if (ret != Errno.Success)
                    Pages.Put(page);
                return ret;
            }

            Errno Jumps()
            {
                Errno ret;
                var page = Pages.Alloc();
                if (page is null)
                    return Errno.NoMemory;
                if ((ret = Pages.Queue(page)) != Errno.Success)
                    goto fail;
                return Errno.Success;
            fail:
                Pages.Put(page);
                return ret;
            }

            Errno Both()
            {
                var page = Pages.Alloc();
                if (page is null)
                    return Errno.NoMemory;
                var ret = Pages.Queue(page);
                Pages.{|LCK4004:Put|}(page);
                return ret;
            }

            Errno UsedAfterwards()
            {
                var page = Pages.Alloc();
                if (page is null)
                    return Errno.NoMemory;
                var ret = Pages.Queue(page);
                if (ret == Errno.Success)
                    {|LCK4004:page|}.Count++;
                else
                    Pages.Put(page);
                return ret;
            }
        }
        """);

    [Fact]
    public Task TakenOverOnSuccess_EachKindOfResult() => VerifyAsync("""
        public class C
        {
            void Flag()
            {
                var page = Pages.Alloc();
                if (page is not null && !Pages.TryAdd(page))
                    Pages.Put(page);
            }

            void FlagWrong()
            {
                var page = Pages.{|LCK4003:Alloc|}();
                if (page is not null && !Pages.TryAdd(page))
                    return;
            }

            void Retry()
            {
                while (Pages.Alloc() is { } page)
                {
                    if (Pages.TryAdd(page))
                        break;
                    Pages.Put(page);
                }
            }

            void Reference()
            {
                if (Pages.Alloc() is not { } page)
                    return;
                if (Pages.Swap(page) is { } other)
                    other.Count++;
                else
                    Pages.Put(page);
            }

            Status Struct()
            {
                if (Pages.Alloc() is not { } page)
                    return default;
                if (Pages.Send(page) is { Failed: true } status)
                {
                    Pages.Put(page);
                    return status;
                }

                return default;
            }

            Status StructWrong()
            {
                if (Pages.{|LCK4003:Alloc|}() is not { } page)
                    return default;
                return Pages.Send(page);
            }

            async Task<Errno> Awaited()
            {
                if (Pages.Alloc() is not { } page)
                    return Errno.NoMemory;
                var ret = await Pages.QueueAsync(page).ConfigureAwait(false);
                if (ret is not Errno.Success)
                    Pages.Put(page);
                return ret;
            }

            Errno TakenOverOnFailure()
            {
                if (Pages.Alloc() is not { } page)
                    return Errno.NoMemory;
                var ret = Pages.Reject(page);
                if (ret == Errno.Success)
                    Pages.Put(page);
                return ret;
            }
        }
        """);

    [Fact]
    public Task FormerLostWhereItCannotGrow_KernelRealloc() => VerifyAsync("""
        public class C
        {
            Errno Wrong()
            {
                var page = Pages.{|LCK4003:Alloc|}();
                if (page is null)
                    return Errno.NoMemory;
                var ret = Pages.Resize(page, out page);
                if (ret != Errno.Success)
                    return ret;
                Pages.Put(page);
                return ret;
            }

            Errno Right()
            {
                var page = Pages.Alloc();
                if (page is null)
                    return Errno.NoMemory;
                var ret = Pages.Resize(page, out var bigger);
                if (ret != Errno.Success)
                {
                    Pages.Put(page);
                    return ret;
                }

                Pages.Put(bigger);
                return ret;
            }
        }
        """);

    [Fact]
    public Task TakenOverByAHelper_DecidedByItsResult() => VerifyAsync("""
        public class C
        {
            static Errno Hand(Page page)
            {
                page.Count = 1;
                var ret = Pages.Queue(page);
                if (ret != Errno.Success)
                    return ret;
                return Errno.Success;
            }

            Errno Wrong()
            {
                var page = Pages.{|LCK4003:Alloc|}();
                return page is null ? Errno.NoMemory : Hand(page);
            }

            Errno Right()
            {
                var page = Pages.Alloc();
                if (page is null)
                    return Errno.NoMemory;
                var ret = Hand(page);
                if (ret != Errno.Success)
                    Pages.Put(page);
                return ret;
            }
        }
        """);

    // pm_runtime_get_sync: the count goes up although it fails.
    [Fact]
    public Task OwnedAlways_OrWhereItFails() => VerifyAsync("""
        public class C
        {
            int Wrong(Page device)
            {
                int ret = Pages.{|LCK4003:Resume|}(device);
                if (ret < 0)
                    return ret;
                Pages.Suspend(device);
                return 0;
            }

            int Right(Page device)
            {
                int ret = Pages.Resume(device);
                Pages.Suspend(device);
                return ret;
            }

            Errno HandedBackOnFailure()
            {
                var ret = Pages.Copy(out var page);
                if (ret != Errno.Success)
                    Pages.Put(page);
                return ret;
            }

            Errno HandedBackOnFailureWrong()
            {
                var ret = Pages.{|LCK4003:Copy|}(out var page);
                return ret;
            }
        }
        """);

    const string Table = """
        public class Table
        {
            [RequiresSettled("flush")] public readonly Gate Gate = new();
            [LeavesPending("flush")] public void Clear() { }
            [Settles("flush", WhenReturns = true)] public bool TryFlush() => true;
            [Settles("flush", WhenReturns = true)] public Errno FlushRange() => Errno.Success;
            [Settles("flush")] public void Flush() { }
        }

        """;

    [Fact]
    public Task SettledOnSuccess_PendingWhereItFails() => VerifyAsync(Table + """
        public class C
        {
            void Ignored(Table table) { table.Gate.Enter(); table.Clear(); table.TryFlush(); table.Gate.{|LCK5003:Exit|}(); }

            void Fallback(Table table)
            {
                table.Gate.Enter();
                table.Clear();
                if (!table.TryFlush())
                    table.Flush();
                table.Gate.Exit();
            }

            void Retried(Table table)
            {
                table.Gate.Enter();
                table.Clear();
                while (!table.TryFlush())
                    Thread.Yield();
                table.Gate.Exit();
            }

            Errno EarlyReturn(Table table)
            {
                table.Gate.Enter();
                table.Clear();
                var ret = table.FlushRange();
                if (ret != Errno.Success)
                {
                    table.Gate.{|LCK5003:Exit|}();
                    return ret;
                }

                table.Gate.Exit();
                return ret;
            }
        }

        public class Bodies
        {
            readonly Table _table = new();
            [Settles("flush", WhenReturns = true)] public bool Right(bool now) { if (!now) return false; _table.Flush(); return true; }
            [Settles("flush", WhenReturns = true)] public bool {|LCK9003:Wrong|}(bool now) { if (now) return true; _table.Flush(); return true; }
        }
        """);
}
