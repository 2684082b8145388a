namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Owned values and every way out: finally, continue, conditions that assign, local functions, helpers by reference.</summary>
public sealed class WaysOutTests
{
    // net/bluetooth/l2cap_core.c for the unlock after the last put; the rest are the forms in which such functions are written.
    [Fact]
    public Task EveryWayOut() => Kernel.VerifyAsync("""
        public class Own2
        {
            public class Obj { public readonly Spin Lock = new(); public int Refs; [GuardedBy("Lock")] public int State; }
            static Errno Get(int id, [Owned("obj")] out Obj? obj) { obj = null; return Errno.Success; }
            [return: Owned("obj")] static Obj? Find(int id) => null;
            static void Put([Consumes("obj")] Obj? obj) { }
            static Errno Use(Obj obj) => Errno.Success;
            static bool Step() => true;
            static void Keep([Consumes("obj")] Obj obj) { }

            // try/finally with a flag
            public Errno Flagged(int id)
            {
                var obj = Find(id);
                if (obj is null)
                    return Errno.NoMemory;
                bool done = false;
                try
                {
                    if (!Step())
                        return Errno.Again;
                    Keep(obj);
                    done = true;
                    return Errno.Success;
                }
                finally
                {
                    if (!done)
                        Put(obj);
                }
            }

            public Errno FlagForgotten(int id)
            {
                var obj = {|LCK4003:Find|}(id);
                if (obj is null)
                    return Errno.NoMemory;
                bool done = false;
                try
                {
                    if (!Step())
                    {
                        done = true;
                        return Errno.Again;
                    }
                    Keep(obj);
                    done = true;
                    return Errno.Success;
                }
                finally
                {
                    if (!done)
                        Put(obj);
                }
            }

            // unlocked after the last reference went away (l2cap_chan)
            public void UnlockAfterPut(int id)
            {
                var obj = Find(id);
                if (obj is null)
                    return;
                obj.Lock.Enter();
                obj.State = 1;
                Put(obj);
                {|LCK4004:obj|}.Lock.Exit();
            }

            public void PutAfterUnlock(int id)
            {
                var obj = Find(id);
                if (obj is null)
                    return;
                obj.Lock.Enter();
                obj.State = 1;
                obj.Lock.Exit();
                Put(obj);
            }

            // continue without put
            public int Continue(int[] ids)
            {
                int n = 0;
                foreach (int id in ids)
                {
                    var obj = {|LCK4003:Find|}(id);
                    if (obj is null)
                        continue;
                    if (obj.Refs == 0)
                        continue;
                    n++;
                    Put(obj);
                }
                return n;
            }

            public int ContinueRight(int[] ids)
            {
                int n = 0;
                foreach (int id in ids)
                {
                    var obj = Find(id);
                    if (obj is null)
                        continue;
                    if (obj.Refs == 0)
                        goto put;
                    n++;
                put:
                    Put(obj);
                }
                return n;
            }

            // assignments in conditions
            public Errno Chain(int a)
            {
                Errno ret;
                if ((ret = Get(a, out var obj)) != Errno.Success)
                    return ret;
                if ((ret = Use(obj!)) != Errno.Success || (ret = Use(obj!)) != Errno.Success)
                    goto put;
                ret = Use(obj!);
            put:
                Put(obj);
                return ret;
            }

            public Errno ChainLeak(int a)
            {
                Errno ret;
                if ((ret = {|LCK4003:Get|}(a, out var obj)) != Errno.Success || (ret = Use(obj!)) != Errno.Success)
                    return ret;
                Put(obj);
                return Errno.Success;
            }

            // the result variable is used again before the cleanup
            public Errno Reused(int a)
            {
                var ret = Get(a, out var obj);
                if (ret == Errno.Success)
                {
                    ret = Use(obj!);
                    Put(obj);
                }
                return ret;
            }

            public Errno Nulled(int a)
            {
                var ret = Get(a, out var obj);
                if (ret != Errno.Success)
                    obj = null;
                if (obj is not null)
                    ret = Use(obj);
                if (obj is not null)
                    Put(obj);
                return ret;
            }

            public Errno Switch(int a)
            {
            retry:
                switch (Get(a, out var obj))
                {
                    case Errno.Success:
                        break;
                    case Errno.Again:
                        goto retry;
                    default:
                        return Errno.NoMemory;
                }
                var ret = Use(obj!);
                Put(obj);
                return ret;
            }

            public Errno SwitchLeak(int a)
            {
                switch ({|LCK4003:Get|}(a, out var obj))
                {
                    case Errno.Success:
                        break;
                    default:
                        return Errno.NoMemory;
                }
                switch (Use(obj!))
                {
                    case Errno.Success:
                        Put(obj);
                        return Errno.Success;
                    case Errno.Again:
                        Put(obj);
                        return Errno.Again;
                    default:
                        return Errno.NoMemory;
                }
            }

            // a pool of them, undone backwards
            public Errno Many(int n, Obj?[] all)
            {
                int i;
                var ret = Errno.Success;
                for (i = 0; i < n; i++)
                {
                    ret = Get(i, out all[i]);
                    if (ret != Errno.Success)
                        goto undo;
                }
                return Errno.Success;
            undo:
                while (--i >= 0)
                    Put(all[i]);
                return ret;
            }

            public Errno LocalCleanup(int a)
            {
                var obj = Find(a);
                if (obj is null)
                    return Errno.NoMemory;
                if (!Step())
                    return Fail(Errno.Again);
                var ret = Use(obj);
                if (ret != Errno.Success)
                    return Fail(ret);
                Put(obj);
                return Errno.Success;

                Errno Fail(Errno error)
                {
                    Put(obj);
                    return error;
                }
            }

            private static Errno Drop(ref Obj? obj, Errno ret) { if (obj is not null) { Put(obj); obj = null; } return ret; }
            public Errno ByRef(int a)
            {
                var obj = Find(a);
                if (obj is null)
                    return Errno.NoMemory;
                if (!Step())
                    return Drop(ref obj, Errno.Again);
                Keep(obj);
                return Errno.Success;
            }

            public async Task<Errno> Async(int a)
            {
                var obj = Find(a);
                if (obj is null)
                    return Errno.NoMemory;
                try
                {
                    await Task.Yield();
                    return Use(obj);
                }
                finally
                {
                    Put(obj);
                }
            }

            public async Task<Errno> AsyncLeak(int a)
            {
                var obj = {|LCK4003:Find|}(a);
                if (obj is null)
                    return Errno.NoMemory;
                await Task.Yield();
                if (!Step())
                    return Errno.Again;
                var ret = Use(obj);
                Put(obj);
                return ret;
            }
        }
        """);
}
