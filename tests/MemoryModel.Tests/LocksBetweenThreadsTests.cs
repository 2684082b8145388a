using MemoryModel.Locking;

namespace MemoryModel.Tests;

public sealed class LocksBetweenThreadsTests
{
    private const int Rounds = 2000;
    private const int Threads = 4;

    private readonly Lockdep _lockdep = new();
    private long _plain;

    [Fact]
    public void Mutex_ExcludesThreads()
    {
        var gate = new MutexLock("gate", _lockdep);
        InParallel(() =>
        {
            using (gate.Hold()) _plain++;
        });
        Assert.Equal(Threads * Rounds, _plain);
    }

    [Fact]
    public void SpinLock_ExcludesThreads()
    {
        var gate = new SpinningLock("gate");
        InParallel(() =>
        {
            using (gate.Hold()) _plain++;
        });
        Assert.Equal(Threads * Rounds, _plain);
    }

    [Fact]
    public void RwSpinLock_WritersExcludeEachOtherAndReaders()
    {
        var gate = new RwSpinLock("gate", _lockdep);
        long other = 0;
        InParallel(() =>
        {
            using (gate.Write())
            {
                _plain++;
                other++;
            }
            using (gate.Read()) Assert.Equal(_plain, other);
        });
        Assert.Equal(Threads * Rounds, _plain);
    }

    [Fact]
    public void RwSemaphore_DowngradedWriterSeesItsOwnWrite()
    {
        var gate = new RwSemaphore("gate", _lockdep);
        InParallel(() =>
        {
            gate.WriteLock();
            long mine = ++_plain;
            gate.DowngradeWrite();
            Assert.Equal(mine, _plain);
            gate.ReadUnlock();
        });
        Assert.Equal(Threads * Rounds, _plain);
    }

    [Fact]
    public void RwSemaphore_ReadersTogether_WriterNot()
    {
        var gate = new RwSemaphore("gate", _lockdep);
        gate.ReadLock();
        OnAnotherThread(() =>
        {
            Assert.True(gate.TryReadLock());
            gate.ReadUnlock();
        });
        gate.ReadUnlock();

        gate.WriteLock();
        OnAnotherThread(() => Assert.False(gate.TryReadLock()));
        gate.WriteUnlock();
    }

    [Fact]
    public void RwSpinLock_TryFailsWhileHeldTheOtherWay()
    {
        var gate = new RwSpinLock("gate", _lockdep);
        gate.ReadLock();
        OnAnotherThread(() =>
        {
            Assert.False(gate.TryWriteLock());
            Assert.True(gate.TryReadLock());
            gate.ReadUnlock();
        });
        gate.ReadUnlock();
        Assert.True(gate.TryWriteLock());
        OnAnotherThread(() => Assert.False(gate.TryReadLock()));
        gate.WriteUnlock();
    }

    [Fact]
    public void SrcuSynchronize_WaitsForEarlierReaderButNotForLaterOnes()
    {
        var srcu = new Srcu("srcu", _lockdep);
        using var readerIn = new ManualResetEventSlim();
        using var readerMayLeave = new ManualResetEventSlim();
        bool readerLeft = false;
        var reader = new Thread(() =>
        {
            int index = srcu.ReadLock();
            readerIn.Set();
            readerMayLeave.Wait();
            Volatile.Write(ref readerLeft, true);
            srcu.ReadUnlock(index);
        });
        reader.Start();
        readerIn.Wait();

        bool sawReaderLeave = false;
        var updater = new Thread(() =>
        {
            srcu.Synchronize();
            sawReaderLeave = Volatile.Read(ref readerLeft);
        });
        updater.Start();

        // Once the updater has flipped, new readers get the other index and come and go while it waits.
        int first;
        do
        {
            first = srcu.ReadLock();
            srcu.ReadUnlock(first);
        }
        while (first == 0);

        readerMayLeave.Set();
        updater.Join();
        reader.Join();
        Assert.True(sawReaderLeave);
    }

    private static void InParallel(Action body)
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = new Thread[Threads];
        for (int i = 0; i < Threads; i++)
        {
            threads[i] = new Thread(() =>
            {
                try
                {
                    for (int round = 0; round < Rounds; round++) body();
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                }
            });
            threads[i].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        Assert.Empty(failures);
    }

    private static void OnAnotherThread(Action body)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
