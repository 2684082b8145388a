namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Loops within loops, and elements of arrays: errors that the next round forgets, elements freed again.</summary>
public sealed class RoundsTests
{
    // drivers/net, setting up the rings of every queue: an error ends the queue, and the next queue goes on.
    [Fact]
    public Task ErrorEndsTheInnerLoopOnly_RingSetup() => Kernel.VerifyAsync("""
        public class Rings
        {
            static Errno SetUp(int queue, int ring) => Errno.Success;

            public Errno Before(int queues, int rings)
            {
                var error = Errno.Success;
                for (int i = 0; i < queues; i++)
                {
                    for (int j = 0; j < rings; j++)
                    {
                        {|LCK3002:error =|} SetUp(i, j);
                        if (error != Errno.Success)
                            break;
                    }
                }

                return error;
            }

            public Errno BeforeEach(int[][] queues)
            {
                var error = Errno.Success;
                foreach (var queue in queues)
                {
                    int done = 0;
                    foreach (int ring in queue)
                    {
                        {|LCK3002:error =|} SetUp(ring, done);
                        if (error != Errno.Success)
                            break;
                        done++;
                    }
                }

                return error;
            }

            public Errno After(int queues, int rings)
            {
                var error = Errno.Success;
                for (int i = 0; i < queues; i++)
                {
                    for (int j = 0; j < rings; j++)
                    {
                        error = SetUp(i, j);
                        if (error != Errno.Success)
                            break;
                    }

                    if (error != Errno.Success)
                        break;
                }

                return error;
            }

            public Errno ByItsCondition(int queues, int rings)
            {
                var error = Errno.Success;
                for (int i = 0; i < queues && error == Errno.Success; i++)
                {
                    for (int j = 0; j < rings; j++)
                    {
                        error = SetUp(i, j);
                        if (error != Errno.Success)
                            break;
                    }
                }

                return error;
            }

            public Errno ByTheCount(int queues, int rings)
            {
                var error = Errno.Success;
                for (int i = 0; i < queues; i++)
                {
                    int j;
                    for (j = 0; j < rings; j++)
                    {
                        error = SetUp(i, j);
                        if (error != Errno.Success)
                            break;
                    }

                    if (j < rings)
                        return error;
                }

                return error;
            }
        }
        """);

    // The same look of it, where the outer loop tries all again, or something was done about the error.
    [Fact]
    public Task ErrorEndsTheInnerLoop_ButIsDealtWith() => Kernel.VerifyAsync("""
        public class Rings
        {
            static Errno SetUp(int queue, int ring) => Errno.Success;
            static void Log(Errno error) { }
            static bool MayRetry() => true;

            public Errno Attempts(int[] rings)
            {
                var error = Errno.Success;
                for (int attempt = 0; attempt < 3; attempt++)
                {
                    foreach (int ring in rings)
                    {
                        error = SetUp(0, ring);
                        if (error != Errno.Success)
                            break;
                    }

                    if (error == Errno.Success)
                        break;
                }

                return error;
            }

            public Errno WhileItMay(int[] rings)
            {
                Errno error;
                do
                {
                    error = Errno.Success;
                    foreach (int ring in rings)
                    {
                        error = SetUp(0, ring);
                        if (error != Errno.Success)
                            break;
                    }
                }
                while (error != Errno.Success && MayRetry());
                return error;
            }

            public Errno Logged(int[][] queues)
            {
                var error = Errno.Success;
                foreach (var queue in queues)
                {
                    foreach (int ring in queue)
                    {
                        error = SetUp(0, ring);
                        if (error != Errno.Success)
                        {
                            Log(error);
                            break;
                        }
                    }
                }

                return error;
            }

            public Errno FirstKept(int queues, int rings)
            {
                var first = Errno.Success;
                for (int i = 0; i < queues; i++)
                {
                    for (int j = 0; j < rings; j++)
                    {
                        var error = SetUp(i, j);
                        if (error != Errno.Success)
                        {
                            first = first == Errno.Success ? error : first;
                            break;
                        }
                    }
                }

                return first;
            }

            public int AsFarAsItGoes(int queues, int rings)
            {
                int done = 0;
                for (int i = 0; i < queues; i++)
                {
                    for (int j = 0; j < rings; j++)
                    {
                        var error = SetUp(i, j);
                        if (error != Errno.Success)
                            break;
                        done++;
                    }
                }

                return done;
            }
        }
        """);

    // A walk of rows, each with its own loop (virt/kvm/kvm_main.c, a handler for each slot of each address space): one finding.
    [Fact]
    public Task HandlerFailsInOneRow_TheNextRowGoesOn() => Kernel.VerifyAsync("""
        [MustCheck] public delegate Errno Handler(ulong hva);
        public static class Walk
        {
            public static Errno Before(ulong[][] spaces, [StopsAtFirstError] Handler handler)
            {
                var error = Errno.Success;
                foreach (var space in spaces)
                {
                    foreach (ulong hva in space)
                    {
                        error = {|LCK3003:handler|}(hva);
                        if (error != Errno.Success)
                            break;
                    }
                }

                return error;
            }

            public static Errno After(ulong[][] spaces, [StopsAtFirstError] Handler handler)
            {
                var error = Errno.Success;
                for (int i = 0; i < spaces.Length && error == Errno.Success; i++)
                {
                    foreach (ulong hva in spaces[i])
                    {
                        error = handler(hva);
                        if (error != Errno.Success)
                            break;
                    }
                }

                return error;
            }
        }
        """);

    // drivers/block/zram, pages of a table: one index, freed twice.
    [Fact]
    public Task ElementFreedAgain_Zram() => Kernel.VerifyAsync("""
        public class Table
        {
            [return: Owned("page")] static Page? Alloc() => null;
            static void Free([Consumes("page")] Page? page) { }
            static void Refill(Page?[] pages) => pages[0] = Alloc();

            public void Before(Page?[] pages, int index)
            {
                Free(pages[index]);
                {|LCK4004:Free|}(pages[index]);
            }

            public void UsedAfter(Page[] pages)
            {
                Free(pages[0]);
                {|LCK4004:pages[0]|}.Count = 1;
            }

            public int InARound(Page[] pages)
            {
                int last = 0;
                for (int i = 0; i < pages.Length; i++)
                {
                    Free(pages[i]);
                    last += {|LCK4004:pages[i]|}.Count;
                }

                return last;
            }

            public void After(Page?[] pages, int index)
            {
                Free(pages[index]);
                pages[index] = null;
                Free(pages[index]);
                pages[index] = Alloc();
                Free(pages[index]);
            }

            public void Others(Page?[] pages, Page?[] more, int index)
            {
                Free(pages[index]);
                Free(more[index]);
                Free(pages[index + 1]);
                Refill(pages);
                Free(pages[index]);
                index++;
                Free(pages[index++]);
                Free(pages[index++]);
                Free(pages[index]);
                {|LCK4004:Free|}(pages[index++]);
            }

            public void All(Page?[] pages, int count)
            {
                for (int i = 0; i < pages.Length; i++)
                    Free(pages[i]);
                while (--count >= 0)
                    Free(pages[count]);
            }

            public void Shifted(List<Page> pages)
            {
                Free(pages[0]);
                pages.RemoveAt(0);
                Free(pages[0]);
            }
        }
        """);

    // A window on a ring that others may replace, and a reference into a table, beyond the lock (drivers/vhost, io_uring).
    [Fact]
    public Task WindowUsedAfterTheRelease_Rings() => Kernel.VerifyAsync("""
        public class Ring
        {
            readonly Gate _lock = new();
            public struct Entry { public int Key, Value; }
            [GuardedBy("_lock")] byte[] _buffer = new byte[64];
            [GuardedBy("_lock")] readonly Entry[] _table = new Entry[64];
            [GuardedBy("_lock")] int _head;

            public void Fill(byte value)
            {
                _lock.Enter();
                _buffer[0] = value;
                _lock.Exit();
            }

            public int Before()
            {
                _lock.Enter();
                var window = _buffer.AsSpan(0, 4);
                _lock.Exit();
                return {|LCK4001:window|}[0];
            }

            public int BeforeSlice()
            {
                _lock.Enter();
                ReadOnlySpan<byte> window = _buffer.AsSpan().Slice(2, 4);
                _lock.Exit();
                int sum = 0;
                foreach (byte b in {|LCK4001:window|})
                    sum += b;
                return sum;
            }

            public void BeforeReference(int index)
            {
                _lock.Enter();
                ref var entry = ref _table[index];
                entry.Key = 1;
                _lock.Exit();
                {|LCK1001:entry|}.Value = 2;
            }

            public void BeforeHead()
            {
                _lock.Enter();
                ref int head = ref _head;
                head++;
                _lock.Exit();
                {|LCK1001:head|} = 0;
            }

            public int After()
            {
                Span<byte> mine = stackalloc byte[4];
                _lock.Enter();
                _buffer.AsSpan(0, 4).CopyTo(mine);
                var copy = _buffer.AsSpan(0, 4).ToArray();
                _lock.Exit();
                return mine[0] + copy[0];
            }

            public int AfterReference(int count)
            {
                int sum = 0;
                for (int i = 0; i < count; i++)
                {
                    _lock.Enter();
                    ref var entry = ref _table[i];
                    sum += entry.Value;
                    entry = ref _table[0];
                    entry.Value = 0;
                    _lock.Exit();
                }

                return sum;
            }
        }
        """);
}
