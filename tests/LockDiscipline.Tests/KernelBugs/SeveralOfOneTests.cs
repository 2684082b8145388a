using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Several things owned of one object, values handed back for another try, reservations.</summary>
public sealed class SeveralOfOneTests
{
    // mm: the reference and the lock of a folio; one is given back, the other is not, or both are.
    [Fact]
    public Task ReferenceAndLock_Folio() => Flows.VerifyAsync("""
        public sealed class Fo { public int Index; public bool Locked; }
        public static class F2
        {
            [return: Owned("ref")] public static Fo? Get(int i) => null;
            public static void Put([Consumes("ref")] Fo? f) { }
            public static void PutWrong([Consumes("pfn")] Fo? f) { }
            public static void Lock([Owned("lock")] Fo f) { }
            public static bool TryLock([Owned("lock", WhenReturns = true)] Fo f) => true;
            public static void Unlock([Consumes("lock")] Fo f) { }
        }
        public static class UseF
        {
            static bool Cond() => true;
            public static void Finish(Fo f) { F2.Unlock(f); F2.Put(f); }
            public static int A(int i)
            {
                var f = F2.Get(i);
                if (f is null) return -1;
                F2.Lock(f);
                int n = f.Index;
                F2.Unlock(f);
                n += f.Index;
                F2.Put(f);
                return n;
            }
            public static int B(int i)
            {
                var f = F2.Get(i);
                if (f is null) return -1;
                F2.{|LCK4003:Lock|}(f);
                if (Cond()) { F2.Put(f); return 0; }
                F2.Unlock(f);
                F2.Put(f);
                return 1;
            }
            public static int C(int i)
            {
                var f = F2.{|LCK4003:Get|}(i);
                if (f is null) return -1;
                F2.Lock(f);
                if (Cond()) { F2.Unlock(f); return 0; }
                F2.Unlock(f);
                F2.Put(f);
                return 1;
            }
            public static int D(int i)
            {
                var f = F2.Get(i);
                if (f is null) return -1;
                F2.Lock(f);
                F2.Unlock(f);
                F2.{|LCK4004:Unlock|}(f);
                F2.Put(f);
                return 1;
            }
            public static int E(int i)
            {
                var f = F2.Get(i);
                if (f is null) return -1;
                if (!F2.TryLock(f)) { F2.Put(f); return -2; }
                F2.Unlock(f);
                F2.Put(f);
                return {|LCK4004:f|}.Index;
            }
            public static int G(int i)
            {
                var f = F2.Get(i);
                if (f is null) return -1;
                F2.{|LCK4004:PutWrong|}(f);
                return 0;
            }
            public static int H(int i)
            {
                var f = F2.Get(i);
                if (f is null) return -1;
                F2.Put(f);
                F2.{|LCK4004:PutWrong|}(f);
                return 0;
            }
            public static int I(int i)
            {
                var f = F2.Get(i);
                if (f is null) return -1;
                F2.Lock(f);
                F2.Put(f);
                F2.Unlock(f);
                return 0;
            }
        }
        """);

    // mm/userfaultfd.c, mfill_atomic: a folio that could not be filled goes back to the caller for another try.
    [Fact]
    public Task HandedBackForAnotherTry_MfillAtomic() => Flows.VerifyAsync("""
        public sealed class Fol { public int N; }
        public class Uf
        {
            [return: Owned("folio")] static Fol? Alloc() => null;
            static void Put([Consumes("folio")] Fol? f) { }
            static int CopyAtomic(Fol f) => 0;
            static int CopySleep(Fol f) => 0;
            [MustCheck] static int Install([Consumes("folio", WhenReturns = true)] Fol f) => 0;
            int Atomic(ref Fol? folio)
            {
                Fol? f;
                if (folio is null)
                {
                    f = Alloc();
                    if (f is null) return -12;
                    if (CopyAtomic(f) != 0)
                    {
                        folio = f;
                        return -2;
                    }
                }
                else
                {
                    f = folio;
                    folio = null;
                }
                int e = Install(f);
                if (e != 0) Put(f);
                return e;
            }
            public int Mfill()
            {
                Fol? folio = null;
                int e;
                do
                {
                    e = Atomic(ref folio);
                    if (e == -2)
                    {
                        if (CopySleep(folio!) != 0) { e = -14; break; }
                    }
                } while (e == -2);
                if (folio is not null) Put(folio);
                return e;
            }
            int AtomicLeaks(ref Fol? folio)
            {
                Fol? f = {|LCK4003:Alloc|}();
                if (f is null) return -12;
                if (CopyAtomic(f) != 0)
                    return -2;
                int e = Install(f);
                if (e != 0) Put(f);
                return e;
            }
            public int M2() { Fol? f = null; return AtomicLeaks(ref f); }
        }
        """);

    // mm/hugetlb.c: a reservation is neither committed nor cancelled where the charge fails, or both.
    [Fact]
    public Task CommittedOrCancelled_Hugetlb() => Flows.VerifyAsync("""
        public class Sub
        {
            [MustCheck] public long Get([Owned("reserve", WhenReturns = true)] Sub s, long n) => 0;
            public static bool TryReserve(long n, [Owned("reservation")] out Rsv? r) { r = null; return false; }
            public static void Cancel([Consumes("reservation")] Rsv r) { }
            public static void Commit([Consumes("reservation")] Rsv r) { }
            [MustCheck] public static bool Charge() => true;
        }
        public sealed class Rsv { public long N; }
        public class Huge
        {
            public bool Alloc(long n)
            {
                if (!Sub.TryReserve(n, out var r)) return false;
                if (!Sub.Charge())
                {
                    Sub.Cancel(r!);
                    return false;
                }
                Sub.Commit(r!);
                return true;
            }
            public bool AllocLeaks(long n)
            {
                if (!Sub.{|LCK4003:TryReserve|}(n, out var r)) return false;
                if (!Sub.Charge())
                    return false;
                Sub.Commit(r!);
                return true;
            }
            public bool AllocTwice(long n)
            {
                if (!Sub.TryReserve(n, out var r)) return false;
                bool ok = Sub.Charge();
                if (ok) Sub.Commit(r!);
                Sub.{|LCK4004:Cancel|}(r!);
                return ok;
            }
            public bool Expr(long n) => Sub.TryReserve(n, out var r) && (Sub.Charge() ? Done(r!, true) : Done(r!, false));
            static bool Done([Consumes("reservation")] Rsv r, bool ok) { if (ok) Sub.Commit(r); else Sub.Cancel(r); return ok; }
            public async Task<bool> Async(long n)
            {
                if (!Sub.TryReserve(n, out var r)) return false;
                try { await Task.Delay(1); }
                catch { Sub.Cancel(r!); throw; }
                Sub.Commit(r!);
                return true;
            }
        }
        """);

    // mm: two pages, each chosen, kept or copied under a condition of its own.
    [Fact]
    public Task ChosenIndependently_Pages() => Flows.VerifyAsync("""
        public class Pg7 { public int X; }
        public static class M7
        {
            [return: Owned("page")] public static Pg7? Get(int id) => null;
            [return: Owned("page")] public static Pg7 Alloc() => new();
            public static void Put([Consumes("page")] Pg7? p) { }
            public static void Copy(Pg7? from, Pg7? to) { }
            public static bool Cond() => true;
        }
        public class C7
        {
            Pg7? _kept;
            public void A(bool fresh, bool hold, int id)
            {
                var old = M7.Get(id);
                var page = fresh ? M7.Alloc() : old;
                if (fresh) M7.Put(old);
                if (hold) _kept = page; else M7.Put(page);
            }
            public void B(bool x, bool y, int id)
            {
                var p = M7.Alloc();
                var q = M7.Alloc();
                var first = x ? p : q;
                var second = y ? p : q;
                M7.Copy(first, second);
                M7.Put(p);
                M7.Put(q);
            }
            public void C(bool x, bool y)
            {
                Pg7? p = x ? M7.Alloc() : null;
                Pg7? q = y ? M7.Alloc() : null;
                var any = p ?? q;
                M7.Copy(any, q);
                M7.Put(p);
                M7.Put(q);
            }
            public void D(bool x, bool y)
            {
                var p = M7.Alloc();
                var q = M7.Alloc();
                var (a, b) = x ? (p, q) : (q, p);
                M7.Put(a);
                M7.Put(b);
            }
            public void E(bool x, bool y)
            {
                Pg7? p = null, q = null;
                if (x) p = M7.Alloc(); else q = M7.Alloc();
                if (y) M7.Copy(p, q);
                M7.Put(p ?? q);
            }
            public void F(bool x, bool y)
            {
                var p = M7.Alloc();
                var r = x ? p : null;
                var s = y ? p : null;
                M7.Copy(r, s);
                if (x && y) _kept = p;
                else M7.Put(p);
            }
            public void G(bool x, bool y, int n)
            {
                for (int i = 0; i < n; i++)
                {
                    Pg7? p = x ? M7.Alloc() : null;
                    Pg7? q = y ? M7.Get(i) : null;
                    if (p is not null) M7.Put(p);
                    if (q is not null) M7.Put(q);
                }
            }
            public void H(bool x, bool y)
            {
                var p = M7.Alloc();
                var q = M7.Alloc();
                M7.Put(x ? p : q);
                M7.Put(x ? q : p);
                if (y) M7.Cond();
            }
            public void I(bool x, bool y)
            {
                var p = M7.Alloc();
                var q = M7.Alloc();
                M7.Put(x ? p : null);
                M7.Put(y ? q : null);
                if (!x) M7.Put(p);
                if (!y) M7.Put(q);
            }
            public Pg7? J(bool x, bool y)
            {
                var p = M7.Alloc();
                var q = M7.Alloc();
                var keep = x ? p : q;
                M7.Put(x ? q : p);
                if (y) { M7.Put(keep); return null; }
                return keep;
            }
            public int K(int mode, bool sync)
            {
                Pg7? src = null, dst = null;
                int r = -22;
                if ((mode & 1) != 0 && (src = M7.Get(1)) is null) goto done;
                if ((mode & 2) != 0 && (dst = M7.Get(2)) is null) goto done;
                M7.Copy(src, dst);
                r = 0;
            done:
                if (src is not null) M7.Put(src);
                if (dst is not null) M7.Put(dst);
                return r;
            }
            public int L(bool a, bool b)
            {
                int r = 0;
                Pg7? p = a ? M7.{|LCK4003:Get|}(1) : null;
                Pg7? q = b ? M7.Get(2) : null;
                if (p is null && q is null) return -1;
                if (b) M7.Put(q);
                if (b) M7.Put(p);
                return r;
            }
            public void N(bool a, bool b, bool c)
            {
                var p = a ? M7.Alloc() : null;
                var q = b ? M7.Alloc() : p;
                if (c) M7.Copy(p, q);
                if (q != p) M7.Put(q);
                M7.Put(p);
            }
            public void O(bool a, bool b)
            {
                var p = M7.Alloc();
                bool mine = true;
                if (a) { _kept = p; mine = false; }
                var q = b ? M7.Alloc() : null;
                if (mine) M7.Put(p);
                M7.Put(q);
            }
            public async Task P(bool a, bool b, CancellationToken ct)
            {
                var p = a ? M7.Alloc() : null;
                try
                {
                    var q = b ? M7.Alloc() : null;
                    try { await Task.Delay(1, ct); M7.Copy(p, q); }
                    finally { if (q is not null) M7.Put(q); }
                }
                finally { if (p is not null) M7.Put(p); }
            }
        }
        """);

    // drivers: a buffer in a field is given back twice, through an interface.
    [Fact]
    public Task GivenBackTwice_Fields() => Flows.VerifyAsync("""
        public sealed class Bf { public int N; }
        public interface IPool { [return: Owned("buf")] Bf Rent(); void Return([Consumes("buf")] Bf? b); }
        public class Cl(IPool pool)
        {
            Bf? _b; readonly Bf _c = new();
            public void Twice() { pool.Return(_b); pool.{|LCK4004:Return|}(_b); }
            public void Cleared() { pool.Return(_b); _b = null; pool.Return(_b); }
            public void Once() { var b = _b; _b = null; pool.Return(b); }
            public void Used() { pool.Return(_c); _ = {|LCK4004:_c|}.N; }
            public void Refilled() { pool.Return(_b); _b = pool.Rent(); pool.Return(_b); _b = null; }
            public void Reset(Action<Cl> r) { pool.Return(_b); r(this); pool.Return(_b); }
        }
        """);
}
