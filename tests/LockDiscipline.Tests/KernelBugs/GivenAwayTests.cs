namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Owned values that go without a call of their consumer: disposed, or queued with the work that is about them.</summary>
public sealed class GivenAwayTests
{
    // A lease that gives itself back: the file that holds it is closed at the end of the block.
    [Fact]
    public Task DisposedIsGivenBack_EveryForm() => Kernel.VerifyAsync("""
        public class Files
        {
            public sealed class Lease : IDisposable, IAsyncDisposable
            {
                public int Id;
                public void Dispose() { }
                public ValueTask DisposeAsync() => default;
            }

            [return: Owned("lease")] static Lease Open(int id) => new();
            [return: Owned("lease")] static Lease? TryOpen(int id) => null;
            static bool Step() => true;
            static void Close(Lease? lease) { Step(); lease?.Dispose(); }

            public int Before(int id)
            {
                var lease = {|LCK4003:Open|}(id);
                if (!Step())
                    return -1;
                lease.Dispose();
                return 0;
            }

            public int Using(int id) { using var lease = Open(id); return Step() ? lease.Id : -1; }
            public int UsingOrNull(int id) { using (var lease = TryOpen(id)) { return lease is null ? -1 : lease.Id; } }
            public async Task<int> Awaited(int id) { await using var lease = Open(id); await Task.Yield(); return lease.Id; }
            public int Finally(int id) { var lease = Open(id); try { return lease.Id; } finally { lease.Dispose(); } }
            public int ByHelper(int id) { var lease = TryOpen(id); int error = Step() ? 0 : -1; Close(lease); return error; }
        }
        """);

    // kernel/workqueue.c: what the work is about goes with it.
    [Fact]
    public Task QueuedWithItsState_Workqueue() => Kernel.VerifyAsync("""
        public class Work
        {
            public class Item { public int Id; }
            [return: Owned("item")] static Item Make(int id) => new();
            static void Put([Consumes("item")] Item item) { }

            public void Refused(int id)
            {
                var item = Make(id);
                if (!ThreadPool.QueueUserWorkItem(static state => Put((Item)state!), item))
                    Put(item);
            }

            public void Typed(int id)
            {
                var item = Make(id);
                ThreadPool.QueueUserWorkItem(Put, item, preferLocal: false);
            }

            public int Compared(int id)
            {
                var item = {|LCK4003:Make|}(id);
                return Equals(item, null) ? 0 : 1;
            }
        }
        """);
}
