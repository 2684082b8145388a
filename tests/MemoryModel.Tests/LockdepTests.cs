using MemoryModel.Locking;

namespace MemoryModel.Tests;

public sealed class LockdepTests
{
    private readonly Lockdep _lockdep = new();

    [Fact]
    public void TwoLocksInOppositeOrder_AreRefusedWithTheFirstWitness()
    {
        var a = new MutexLock("a", _lockdep);
        var b = new MutexLock("b", _lockdep);
        ModelTask.Run("first", () =>
        {
            using (a.Hold())
            using (b.Hold())
            {
            }
        });

        ModelViolationException violation = Violation("second", () =>
        {
            b.Lock();
            a.Lock();
        });

        Assert.Equal("lock order", violation.Invariant);
        Assert.Equal("second", violation.Task);
        Assert.Contains("a -> b (first)", violation.Message);
    }

    [Fact]
    public void CycleOfThree_IsRefusedWithItsPath()
    {
        MutexLock[] locks = [new("a", _lockdep), new("b", _lockdep), new("c", _lockdep)];
        Nest(locks[0], locks[1]);
        Nest(locks[1], locks[2]);

        ModelViolationException violation = Violation("closer", () =>
        {
            locks[2].Lock();
            locks[0].Lock();
        });

        Assert.Contains("a -> b", violation.Message);
        Assert.Contains("b -> c", violation.Message);
    }

    [Fact]
    public void SameOrderManyTimes_IsOneEdge()
    {
        var a = new MutexLock("a", _lockdep);
        var b = new MutexLock("b", _lockdep);
        Nest(a, b);
        Nest(a, b);

        Assert.Equal(["a -> b"], _lockdep.Order);
    }

    [Fact]
    public void TryAcquire_AddsNoEdge()
    {
        var a = new MutexLock("a", _lockdep);
        var b = new MutexLock("b", _lockdep);
        a.Lock();
        Assert.True(b.TryLock());
        b.Unlock();
        a.Unlock();

        Assert.Empty(_lockdep.Order);
    }

    [Fact]
    public void MutexTakenTwice_IsRefused() => AssertRefused("recursive lock", () =>
    {
        var a = new MutexLock("a", _lockdep);
        a.Lock();
        a.Lock();
    });

    [Fact]
    public void ReaderTakenTwice_IsRefused() => AssertRefused("recursive lock", () =>
    {
        var a = new RwSemaphore("a", _lockdep);
        a.ReadLock();
        a.ReadLock();
    });

    [Fact]
    public void TwoLocksOfOneClass_AreRefused() => AssertRefused("recursive lock", () =>
    {
        new MutexLock("a", _lockdep).Lock();
        new MutexLock("a", _lockdep).Lock();
    });

    [Fact]
    public void TwoLocksOfOneClass_TheInnerOneNested_AreFineInThatOrder()
    {
        var parent = new MutexLock("inode", _lockdep);
        var child = new MutexLock("inode", _lockdep);
        parent.Lock();
        child.LockNested(1);
        Assert.Equal("inode/1 (exclusive)", ModelTask.Current.Held[^1].ToString());
        child.Unlock();
        parent.Unlock();

        Assert.Equal(["inode -> inode/1"], _lockdep.Order);
        AssertRefused("lock order", () =>
        {
            parent.LockNested(1);
            child.Lock();
        });
    }

    [Fact]
    public void TwoLocksAtOneLevel_AreRefused() => AssertRefused("recursive lock", () =>
    {
        new RwSemaphore("mmap_lock", _lockdep).WriteLockNested(1);
        new RwSemaphore("mmap_lock", _lockdep).ReadLockNested(1);
    });

    [Fact]
    public void OneLockTakenTwice_IsRefusedAtAnyLevel() => AssertRefused("recursive lock", () =>
    {
        var a = new SpinningLock("a", _lockdep);
        a.Lock();
        a.LockNested(1);
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(8)]
    public void LevelThatThereIsNot_IsRefused(int level) => Assert.Throws<ArgumentOutOfRangeException>(() => new MutexLock("a", _lockdep).LockNested(level));

    [Fact]
    public void Downgrade_KeepsTheLevel()
    {
        var outer = new RwSemaphore("a", _lockdep);
        var inner = new RwSemaphore("a", _lockdep);
        outer.ReadLock();
        inner.WriteLockNested(1);
        inner.DowngradeWrite();
        Assert.Equal("a/1 (shared)", ModelTask.Current.Held[^1].ToString());
        inner.ReadUnlock();
        outer.ReadUnlock();
    }

    [Fact]
    public void LockThatIsHeldDuringAWait_TakenInASectionThatIsWaitedFor_IsRefused()
    {
        var slots = new MutexLock("slots_lock", _lockdep);
        var section = new WaitedSection("active invalidations", _lockdep);
        using (slots.Hold()) section.WaitingForEnd("swap");

        ModelViolationException violation = Violation("notifier", () =>
        {
            section.Enter();
            slots.Lock();
        });
        Assert.Equal("lock order", violation.Invariant);
        Assert.Contains("slots_lock -> active invalidations", violation.Message);
    }

    [Fact]
    public void WaitInsideTheSectionThatIsWaitedFor_IsRefused() => AssertRefused("waits for itself", () =>
    {
        var section = new WaitedSection("active invalidations", _lockdep);
        section.Enter();
        section.WaitingForEnd("swap");
    });

    [Fact]
    public void SectionThatEndsOnAnotherTask_IsNotHeldAtReturn()
    {
        var section = new WaitedSection("active invalidations", _lockdep);
        ModelTask.Run("start", section.Enter);
        ModelTask.Run("end", section.Leave);
    }

    [Fact]
    public void SrcuNested_IsFineAndEachIndexGoesBackOnce()
    {
        var srcu = new Srcu("srcu", _lockdep);
        int outer = srcu.ReadLock();
        int inner = srcu.ReadLock();
        srcu.ReadUnlock(outer);
        srcu.ReadUnlock(inner);
        srcu.Synchronize();
    }

    [Fact]
    public void SrcuWrongIndex_IsRefused() => AssertRefused("wrong token", () =>
    {
        var srcu = new Srcu("srcu", _lockdep);
        int index = srcu.ReadLock();
        srcu.ReadUnlock(1 - index);
    });

    [Fact]
    public void SynchronizeInsideReadSection_IsRefused() => AssertRefused("waits for itself", () =>
    {
        var srcu = new Srcu("srcu", _lockdep);
        srcu.ReadLock();
        srcu.Synchronize();
    });

    [Fact]
    public void SynchronizeUnderLockThatReadersTake_IsRefused() => AssertRefused("lock order", () =>
    {
        var srcu = new Srcu("srcu", _lockdep);
        var slots = new MutexLock("slots_lock", _lockdep);
        using (srcu.Read())
        using (slots.Hold())
        {
        }
        slots.Lock();
        srcu.Synchronize();
    });

    [Fact]
    public void ReadSectionsInBothOrdersWithALock_AreFine()
    {
        var srcu = new Srcu("srcu", _lockdep);
        var mmap = new RwSemaphore("mmap_lock", _lockdep);
        using (srcu.Read())
        using (mmap.Read())
        {
        }
        using (mmap.Read())
        using (srcu.Read())
        {
        }
        Assert.Equal(["srcu -> mmap_lock"], _lockdep.Order);
    }

    [Fact]
    public void MutexUnderSpinLock_IsSleepInAtomic()
    {
        var spin = new RwSpinLock("mmu_lock", _lockdep);
        var mutex = new MutexLock("rmp_mutex", _lockdep);

        ModelViolationException violation = Violation("task", () =>
        {
            spin.WriteLock();
            mutex.Lock();
        });

        Assert.Equal("sleep in atomic", violation.Invariant);
        Assert.Contains("rmp_mutex", violation.Message);
        Assert.Contains("mmu_lock", violation.Message);
    }

    [Fact]
    public void SpinLockUnderMutex_IsFine()
    {
        var spin = new SpinningLock("leaf", _lockdep);
        var mutex = new MutexLock("outer", _lockdep);
        using (mutex.Hold())
        using (spin.Hold())
        {
        }
    }

    [Fact]
    public void SleepInNonBlockingRegion_IsRefused()
    {
        AssertRefused("sleep in atomic", () =>
        {
            _lockdep.NonBlockingStart();
            _lockdep.MightSleep("fault");
        });
        AssertRefused("non-blocking region", _lockdep.NonBlockingEnd);
    }

    [Fact]
    public void HeldAtReturn_IsRefused()
    {
        var a = new MutexLock("a", _lockdep);
        ModelViolationException violation = Violation("ioctl", a.Lock);
        Assert.Equal("held at return", violation.Invariant);
        Assert.Contains("a (exclusive)", violation.Message);
    }

    [Fact]
    public void UnlockByAnotherTask_IsRefusedWithTheOwner()
    {
        var a = new MutexLock("a", _lockdep);
        ModelTask.Run("owner", () =>
        {
            a.Lock();
            ModelViolationException violation = Violation("thief", a.Unlock);
            Assert.Equal("unlock by wrong task", violation.Invariant);
            Assert.Contains("owner", violation.Message);
            a.Unlock();
        });
    }

    [Fact]
    public void UnlockOfFreeLock_IsRefused() => AssertRefused("not held", () => new MutexLock("a", _lockdep).Unlock());

    [Fact]
    public void WriterReleasedAsReader_IsRefused() => AssertRefused("wrong mode", () =>
    {
        var a = new RwSemaphore("a", _lockdep);
        a.WriteLock();
        a.ReadUnlock();
    });

    [Fact]
    public void AfterDowngrade_TheReaderReleaseIsDue()
    {
        var a = new RwSemaphore("a", _lockdep);
        a.WriteLock();
        a.DowngradeWrite();
        Assert.False(_lockdep.Holds(a));
        Assert.True(_lockdep.HoldsAny(a));
        a.ReadUnlock();
        AssertRefused("wrong mode", () =>
        {
            a.WriteLock();
            a.DowngradeWrite();
            a.WriteUnlock();
        });
    }

    [Fact]
    public void SharedHold_DoesNotSatisfyAnExclusiveNeed() => AssertRefused("lock required", () =>
    {
        var a = new RwSemaphore("a", _lockdep);
        a.ReadLock();
        a.AssertHeldShared();
        a.AssertHeld();
    });

    [Fact]
    public void ValidationOff_NothingIsRecordedOrRefused()
    {
        var a = new MutexLock("a");
        var spin = new SpinningLock("s");
        using (spin.Hold())
        using (a.Hold())
        {
            a.AssertHeld();
            Assert.Empty(ModelTask.Current.Held);
        }
    }

    private static void Nest(MutexLock outer, MutexLock inner)
    {
        using (outer.Hold())
        using (inner.Hold())
        {
        }
    }

    private static void AssertRefused(string invariant, Action body) => Assert.Equal(invariant, Violation("task", body).Invariant);

    /// <summary>Each violation gets a task of its own, so that the locks that it leaves behind disturb nothing else.</summary>
    private static ModelViolationException Violation(string task, Action body) =>
        Assert.Throws<ModelViolationException>(() => ModelTask.Run(task, body));
}
