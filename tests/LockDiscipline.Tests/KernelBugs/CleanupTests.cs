namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Error codes on the way out.</summary>
public sealed class CleanupTests
{
    // fs/btrfs: the result of ending the transaction takes the place of the error that led there.
    [Fact]
    public Task EndOfTheTransactionOverwritesTheError_Btrfs() => Kernel.VerifyAsync("""
        public class Transactions
        {
            static Errno Relocate(int chunk) => Errno.Success;
            static Errno EndTransaction() => Errno.Success;
            static void Release(int path) { }

            public Errno Before(int chunk)
            {
                var ret = Relocate(chunk);
                if (ret != Errno.Success)
                    goto done;
                ret = Relocate(chunk + 1);
                if (ret != Errno.Success)
                    goto done;
                Release(chunk);
            done:
                {|LCK3002:ret =|} EndTransaction();
                return ret;
            }

            public Errno After(int chunk)
            {
                var ret = Relocate(chunk);
                if (ret != Errno.Success)
                    goto done;
                ret = Relocate(chunk + 1);
                if (ret != Errno.Success)
                    goto done;
                Release(chunk);
            done:
                var end = EndTransaction();
                if (ret == Errno.Success)
                    ret = end;
                return ret;
            }

            public Errno Short(int chunk)
            {
                var ret = Relocate(chunk);
                var end = EndTransaction();
                return ret != Errno.Success ? ret : end;
            }
        }
        """);

    // fs/f2fs/checkpoint.c: the page may be an error.
    [Fact]
    public Task ErrorPointerUsed_F2fs() => Kernel.VerifyAsync("""
        public class Checkpoint
        {
            static Result<Page> GetMeta(ulong block) => default;
            static void Put(Page page) { }
            public int Before(ulong start, int count)
            {
                int n = 0;
                for (int i = 0; i < count; i++)
                {
                    var page = {|LCK3001:GetMeta|}(start + (ulong)i);
                    n += page.{|LCK3004:Value|}.Count;
                    Put(page.Value);
                }
                return n;
            }
            public Errno After(ulong start, int count)
            {
                for (int i = 0; i < count; i++)
                {
                    var page = GetMeta(start + (ulong)i);
                    if (page.IsError)
                        return page.Error;
                    Put(page.Value);
                }
                return Errno.Success;
            }
        }
        """);

    // An error in a variable of the loop, and the common end returns another one.
    [Fact]
    public Task InnerResultLost_CommonEnd() => Kernel.VerifyAsync("""
        public class Res2
        {
            static Errno A() => Errno.Success;
            static Errno B(int i) => Errno.Success;
            static void Log(Errno e) { }
            static void Undo() { }
            public Errno Shadowed(int n)
            {
                var ret = Errno.Success;
                for (int i = 0; i < n; i++)
                {
                    var inner = B(i);
                    if (inner != Errno.Success)
                        goto done;
                }
                ret = A();
            done:
                Undo();
                {|LCK3005:return ret;|}
            }
            public Errno ShadowedRight(int n)
            {
                var ret = Errno.Success;
                for (int i = 0; i < n; i++)
                {
                    ret = B(i);
                    if (ret != Errno.Success)
                        goto done;
                }
                ret = A();
            done:
                Undo();
                return ret;
            }
            public Errno FirstError(int n)
            {
                var first = Errno.Success;
                for (int i = 0; i < n; i++)
                {
                    var ret = B(i);
                    if (ret != Errno.Success && first == Errno.Success)
                        first = ret;
                }
                return first;
            }
            public Errno LastError(int n)
            {
                var last = Errno.Success;
                for (int i = 0; i < n; i++)
                {
                    var ret = B(i);
                    if (ret != Errno.Success)
                        last = ret;
                }
                return last;
            }
            public Errno UndoLoses()
            {
                var ret = A();
                if (ret != Errno.Success)
                    return ret;
                ret = B(1);
                if (ret != Errno.Success)
                {
                    Undo();
                    return Errno.Success;
                }
                return ret;
            }
            public Errno TryCatch()
            {
                try
                {
                    var ret = A();
                    if (ret != Errno.Success)
                        return ret;
                }
                catch (InvalidOperationException)
                {
                    return Errno.NoMemory;
                }
                return A();
            }
            public Errno FinallyOverwrites()
            {
                var ret = A();
                try
                {
                    if (ret != Errno.Success)
                        goto done;
                    Undo();
                done: ;
                }
                finally
                {
                    {|LCK3002:ret =|} B(0);
                }
                return ret;
            }
            public Errno Dropped() { {|LCK3001:A|}(); return B(1); }
            public Errno Cond(bool b) { var ret = b ? A() : B(1); if (ret != Errno.Success) Log(ret); return Errno.Success; }
            public Errno Ternary() { var ret = A(); return ret == Errno.Success ? B(1) : ret; }
            public Errno Coalesce(int n) { Errno ret = 0; while (n-- > 0 && ret == Errno.Success) ret = B(n); return ret; }
            public Errno Void(Action<Errno> report) { var ret = A(); report(ret); return Errno.Success; }
            public Errno Both()
            {
                var a = A();
                var b = B(1);
                if (a != Errno.Success || b != Errno.Success)
                    return a != Errno.Success ? a : b;
                return Errno.Success;
            }
            public Errno Nested()
            {
                var ret = A();
                if (ret == Errno.Success)
                {
                    ret = B(1);
                    if (ret == Errno.Success)
                        ret = B(2);
                    else
                        Undo();
                }
                Undo();
                return ret;
            }
            public bool Bool() { var ret = A(); if (ret != Errno.Success) return false; return B(1) == Errno.Success; }
        }
        """);
}
