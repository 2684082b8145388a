using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Requests, nodes and guest interrupts: completed once, kept by a count, stored or refused.</summary>
public sealed class RequestTests
{
    // io_uring: a request that could not be prepared is neither completed nor freed; links are read before their request ends.
    [Fact]
    public Task LostByAFailure_IoUring() => Flows.VerifyAsync("""
        public sealed class Req { public int Flags; public Req? Link; public bool Done; }
        public static class Uring
        {
            [return: Owned("req")] public static Req? GetReq() => null;
            public static void FreeReq([Consumes("req")] Req r) { }
            public static void Complete([Consumes("req")] Req r, int res) { }
            public static bool TryIssue([Consumes("req", WhenReturns = true)] Req r) => true;
            public static void QueueWork([Consumes("req")] Req r) { }
            [MustCheck] public static int Prep(Req r) => 0;
        }
        public static class Submit
        {
            public static int Before(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    var r = Uring.{|LCK4003:GetReq|}();
                    if (r is null) return i;
                    int e = Uring.Prep(r);
                    if (e != 0) return e;
                    if (!Uring.TryIssue(r)) Uring.QueueWork(r);
                }
                return n;
            }
            public static int After(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    var r = Uring.GetReq();
                    if (r is null) return i;
                    int e = Uring.Prep(r);
                    if (e != 0)
                    {
                        Uring.Complete(r, e);
                        continue;
                    }
                    if (Uring.TryIssue(r)) continue;
                    Uring.QueueWork(r);
                }
                return n;
            }
            public static void Links(Req head)
            {
                Req? r = head;
                while (r is not null)
                {
                    var link = r.Link;
                    r.Link = null;
                    Uring.Complete(r, -125);
                    r = link;
                }
            }
            public static void LinksBefore(Req head)
            {
                for (Req? r = head; r is not null; r = {|LCK4004:r|}.Link)
                {
                    Uring.Complete(r, -125);
                }
            }
            public static void Task(Action<Action> post)
            {
                var r = Uring.GetReq();
                if (r is null) return;
                post(() => Uring.FreeReq(r));
            }
            public static void Late(Req r, bool fail)
            {
                Uring.Complete(r, 0);
                if (fail)
                    {|LCK4004:r|}.Flags |= 1;
            }
            public static async Task<int> Poll(CancellationToken ct)
            {
                var r = Uring.GetReq();
                if (r is null) return -12;
                try
                {
                    while (!r.Done) await System.Threading.Tasks.Task.Delay(1, ct);
                }
                catch (OperationCanceledException)
                {
                    Uring.FreeReq(r);
                    return -125;
                }
                Uring.FreeReq(r);
                return 0;
            }
            public static async Task<int> PollLeaks(CancellationToken ct)
            {
                var r = Uring.{|LCK4003:GetReq|}();
                if (r is null) return -12;
                try
                {
                    while (!r.Done) await System.Threading.Tasks.Task.Delay(1, ct);
                }
                catch (OperationCanceledException)
                {
                    return -125;
                }
                Uring.FreeReq(r);
                return 0;
            }
        }
        """);

    // drivers/android/binder.c: found under the lock, used after it; a temporary count keeps it.
    [Fact]
    public Task FoundUnderTheLock_BinderNode() => Flows.VerifyAsync("""
        public sealed class Node { public int Refs; public bool Dead; }
        public sealed class Proc
        {
            public readonly Spin Inner = new();
            [GuardedBy("Inner")] public Dictionary<int, Node> Nodes = new();
            [RequiresLock("Inner")] [return: ValidUnder("Inner")] public Node? GetNode(int ptr) => Nodes.GetValueOrDefault(ptr);
            public static void IncTmp([Owned("tmpref")] Node n) { }
            public static void DecTmp([Consumes("tmpref")] Node n) { }
        }
        public static class Binder
        {
            public static int Before(Proc p, int id)
            {
                p.Inner.Enter();
                var n = p.GetNode(id);
                p.Inner.Exit();
                if (n is null) return -22;
                int v = {|LCK4001:n|}.Refs;
                return v;
            }
            public static int After(Proc p, int id)
            {
                p.Inner.Enter();
                var n = p.GetNode(id);
                if (n is not null) Proc.IncTmp(n);
                p.Inner.Exit();
                if (n is null) return -22;
                int v = n.Refs;
                Proc.DecTmp(n);
                return v;
            }
            public static int AfterLeaks(Proc p, int id)
            {
                p.Inner.Enter();
                var n = p.GetNode(id);
                if (n is not null) Proc.{|LCK4003:IncTmp|}(n);
                p.Inner.Exit();
                if (n is null) return -22;
                int v = n.Refs;
                if (n.Dead) return -29;
                Proc.DecTmp(n);
                return v;
            }
            [return: Owned("tmpref")]
            static Node? GetRef(Proc p, int id)
            {
                p.Inner.Enter();
                try
                {
                    if (p.GetNode(id) is not { Dead: false } n) return null;
                    Proc.IncTmp(n);
                    return n;
                }
                finally { p.Inner.Exit(); }
            }
            public static int Use(Proc p, int id)
            {
                var n = GetRef(p, id);
                if (n is null) return -1;
                var r = n.Refs;
                Proc.DecTmp(n);
                return r;
            }
        }
        """);

    // arch/arm64/kvm/vgic: what was looked up or erased is put on every way; what a table took over is not.
    [Fact]
    public Task PutOnEveryWay_VgicLpi() => Flows.VerifyAsync("""
        public sealed class Irq2 { public int IntId; public Irq2? Next; public readonly Spin Lock = new(); [GuardedBy("Lock")] public bool Pending; }
        public interface IVgic
        {
            [return: Owned("irq")] Irq2? GetIrq(int id);
            void PutIrq([Consumes("irq")] Irq2 irq);
            [return: Owned("irq")] Irq2? Erase(int id);
            [MustCheck] int Update(Irq2 irq);
            bool TryInsert(int id, [Consumes("irq", WhenReturns = true)] Irq2 irq);
        }
        public sealed class Its(IVgic vgic)
        {
            public int Before(int id)
            {
                var irq = vgic.{|LCK4003:GetIrq|}(id);
                if (irq is null) return -22;
                irq.Lock.Enter();
                if (irq.Pending)
                {
                    irq.Lock.Exit();
                    return 0;
                }
                irq.Pending = true;
                irq.Lock.Exit();
                vgic.PutIrq(irq);
                return 1;
            }
            public int After(int id)
            {
                var irq = vgic.GetIrq(id);
                if (irq is null) return -22;
                int r = 0;
                irq.Lock.Enter();
                if (!irq.Pending) { irq.Pending = true; r = 1; }
                irq.Lock.Exit();
                vgic.PutIrq(irq);
                return r;
            }
            public void UnlockAfterPut(int id)
            {
                var irq = vgic.GetIrq(id);
                if (irq is null) return;
                irq.Lock.Enter();
                irq.Pending = false;
                vgic.PutIrq(irq);
                {|LCK4004:irq|}.Lock.Exit();
            }
            public void InvalidateAll(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    var old = vgic.Erase(i);
                    if (old is null) continue;
                    vgic.PutIrq(old);
                }
            }
            public void InvalidateAllBefore(int n)
            {
                for (int i = 0; i < n; i++)
                    _ = vgic.{|LCK4003:Erase|}(i);
            }
            public int Add(int id, int key)
            {
                var irq = vgic.GetIrq(id);
                if (irq is null) return -2;
                if (vgic.TryInsert(key, irq)) return 0;
                vgic.PutIrq(irq);
                return -17;
            }
            public int AddBefore(int id, int key)
            {
                var irq = vgic.{|LCK4003:GetIrq|}(id);
                if (irq is null) return -2;
                return vgic.TryInsert(key, irq) ? 0 : -17;
            }
            public int AddDouble(int id, int key)
            {
                var irq = vgic.GetIrq(id);
                if (irq is null) return -2;
                bool ok = vgic.TryInsert(key, irq);
                if (!ok) vgic.PutIrq(irq);
                else vgic.{|LCK4004:PutIrq|}(irq);
                return ok ? 0 : -17;
            }
            public int Inject(int[] ids)
            {
                int e = 0;
                foreach (var id in ids)
                {
                    if (vgic.GetIrq(id) is not { } irq) { e = -2; break; }
                    e = vgic.Update(irq);
                    vgic.PutIrq(irq);
                    if (e != 0) break;
                }
                return e;
            }
            public int InjectBefore(int[] ids)
            {
                int e = 0;
                foreach (var id in ids)
                {
                    if (vgic.{|LCK4003:GetIrq|}(id) is not { } irq) { e = -2; break; }
                    e = vgic.Update(irq);
                    if (e != 0) break;
                    vgic.PutIrq(irq);
                }
                return e;
            }
        }
        """);
}
