using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Packets, requests and objects of files: handed on, refused, freed on the way out.</summary>
public sealed class PacketTests
{
    // net and drivers/net: freed by the one who sends and by the common end; kept where a queue refuses; walked after it was sent.
    [Fact]
    public Task SentAndFreed_SkBuff() => Flows.VerifyAsync("""
        public sealed class Skb { public int Len; public Skb? Next; }
        public static class Net
        {
            [return: Owned("skb")] public static Skb? Alloc(int n) => null;
            public static void Kfree([Consumes("skb")] Skb? s) { }
            public static int Xmit([Consumes("skb")] Skb s) => 0;
            public static int TryQueue([Consumes("skb", WhenReturns = true)] Skb s) => 0;
            [return: Owned("skb")] public static Skb? Clone(Skb s) => null;
            [return: Owned("skb")] public static Skb? Share([Consumes("skb")] Skb s) => null;
            public static int Fill(Skb s) => 0;
        }
        public sealed class Tx
        {
            public int Before(int n)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return -12;
                int err = Net.Fill(skb);
                if (err != 0) goto free;
                err = Net.Xmit(skb);
                if (err != 0) goto free;
                return 0;
            free:
                Net.{|LCK4004:Kfree|}(skb);
                return err;
            }
            public int After(int n)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return -12;
                int err = Net.Fill(skb);
                if (err != 0) goto free;
                return Net.Xmit(skb);
            free:
                Net.Kfree(skb);
                return err;
            }
            public int QueueBefore(int n)
            {
                var skb = Net.{|LCK4003:Alloc|}(n);
                if (skb is null) return -12;
                int err = Net.TryQueue(skb);
                if (err < 0) return err;
                return 0;
            }
            public int QueueAfter(int n)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return -12;
                int err = Net.TryQueue(skb);
                if (err < 0) Net.Kfree(skb);
                return err;
            }
            public int Stats(int n)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return 0;
                Net.Xmit(skb);
                return {|LCK4004:skb|}.Len;
            }
            public int StatsAfter(int n)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return 0;
                int len = skb.Len;
                Net.Xmit(skb);
                return len;
            }
            public int ShareCheck(int n)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return 0;
                skb = Net.Share(skb);
                if (skb is null) return -12;
                return Net.Xmit(skb);
            }
            public int Broadcast(int n, int ports)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return -12;
                for (int i = 0; i < ports - 1; i++)
                {
                    var c = Net.Clone(skb);
                    if (c is null) { Net.Kfree(skb); return -12; }
                    Net.Xmit(c);
                }
                Net.Xmit(skb);
                return 0;
            }
            public int BroadcastBefore(int n, int ports)
            {
                var skb = Net.{|LCK4003:Alloc|}(n);
                if (skb is null) return -12;
                for (int i = 0; i < ports - 1; i++)
                {
                    var c = Net.Clone(skb);
                    if (c is null) return -12;
                    Net.Xmit(c);
                }
                Net.Xmit(skb);
                return 0;
            }
            public void Segments(Skb list)
            {
                for (var s = list; s != null;)
                {
                    var next = s.Next;
                    Net.Xmit(s);
                    s = next;
                }
            }
            public void SegmentsBefore(Skb list)
            {
                for (var s = list; s != null; s = {|LCK4004:s|}.Next)
                    Net.Xmit(s);
            }
            public async Task<int> AsyncTx(int n, CancellationToken ct)
            {
                var skb = Net.Alloc(n);
                if (skb is null) return -12;
                try
                {
                    await Task.Delay(1, ct);
                    return Net.Fill(skb);
                }
                finally { Net.Kfree(skb); }
            }
            public async Task<int> AsyncTxBefore(int n)
            {
                var skb = Net.{|LCK4003:Alloc|}(n);
                if (skb is null) return -12;
                await Task.Yield();
                if (Net.Fill(skb) != 0) return -1;
                return Net.Xmit(skb);
            }
        }
        """);

    // net/core, dev_get_by_index: an early way out keeps the device; without RCU nothing does.
    [Fact]
    public Task EarlyWayOut_DevGetByIndex() => Flows.VerifyAsync("""
        public sealed class NetDev { public int Mtu; public string Name = ""; }
        public interface INetNs
        {
            [return: Owned("netdev")] NetDev? DevGetByIndex(int i);
            NetDev? DevGetByIndexRcu(int i);
        }
        public static class NetDevEx { public static void Put([Consumes("netdev")] this NetDev? d) { } public static void Hold([Owned("netdev")] this NetDev d) { } }
        public abstract class Handler(INetNs ns)
        {
            protected abstract int Change(NetDev d, int mtu);
            public int Before(int i, int mtu) 
            {
                var dev = ns.{|LCK4003:DevGetByIndex|}(i);
                if (dev == null) return -19;
                if (mtu < 68) return -22;
                int e = Change(dev, mtu);
                dev.Put();
                return e;
            }
            public int After(int i, int mtu)
            {
                if (ns.DevGetByIndex(i) is not { } dev) return -19;
                int e = mtu < 68 ? -22 : Change(dev, mtu);
                dev.Put();
                return e;
            }
            public int AfterLocal(int i, int mtu)
            {
                var dev = ns.DevGetByIndex(i);
                if (dev is null) return -19;
                return Finish(mtu < 68 ? -22 : Change(dev, mtu));
                int Finish(int code) { dev.Put(); return code; }
            }
            NetDev? _master;
            public void Enslave(NetDev d) { d.Hold(); _master = d; }
            public void Release() { var m = _master; _master = null; m.Put(); }
            public int Lookup(int i) => ns.DevGetByIndexRcu(i)?.Mtu ?? -19;
            public int Expr(int i)
            {
                using var guard = new Held(ns.DevGetByIndex(i));
                return guard.Dev?.Mtu ?? -19;
            }
            readonly ref struct Held([Consumes("netdev")] NetDev? d) { public NetDev? Dev => d; public void Dispose() => d.Put(); }
        }
        """);

    // drivers/gpu/drm, gem objects: the handle holds the object once it is made; what was looked up is put on every way out.
    [Fact]
    public Task HandleHoldsTheObject_DrmGem() => Flows.VerifyAsync("""
        public abstract class GemObject : IDisposable { public int Size; public void Dispose() { } }
        public sealed class Bo : GemObject { public int Pin; }
        public class DrmFile
        {
            [return: Owned("gem")] public Bo? Lookup(uint handle) => null;
            [MustCheck] public int CreateHandle(Bo bo, out uint handle) { handle = 0; return 0; }
            public static void Put([Consumes("gem")] GemObject? o) { }
            [return: Owned("gem")] public static Bo Create(int size) => new();
            [return: Owned("reservation")] public static object? Reserve(GemObject o) => null;
            public static void Unreserve([Consumes("reservation")] object r) { }
        }
        public class Ioctl(DrmFile file)
        {
            public int Before(int size, out uint handle)
            {
                var bo = DrmFile.{|LCK4003:Create|}(size);
                int r = file.CreateHandle(bo, out handle);
                if (r != 0)
                    return r;
                DrmFile.Put(bo);
                return 0;
            }
            public int After(int size, out uint handle)
            {
                var bo = DrmFile.Create(size);
                int r = file.CreateHandle(bo, out handle);
                // drop reference from allocate - handle holds it now
                DrmFile.Put(bo);
                return r;
            }
            public int UseAfterPut(int size, out uint handle, out int got)
            {
                var bo = DrmFile.Create(size);
                int r = file.CreateHandle(bo, out handle);
                DrmFile.Put(bo);
                got = {|LCK4004:bo|}.Size;
                return r;
            }
            public int LookupMany(uint[] handles, Bo?[] bos)
            {
                int i, r = 0;
                for (i = 0; i < handles.Length; i++)
                {
                    bos[i] = file.Lookup(handles[i]);
                    if (bos[i] is null) { r = -2; goto err; }
                }
                return 0;
            err:
                while (i-- > 0)
                    DrmFile.Put(bos[i]);
                return r;
            }
            public int LookupList(uint[] handles)
            {
                var list = new List<Bo>();
                foreach (var h in handles)
                {
                    if (file.Lookup(h) is not { } bo)
                    {
                        foreach (var b in list) DrmFile.Put(b);
                        return -2;
                    }
                    list.Add(bo);
                }
                list.ForEach(DrmFile.Put);
                return 0;
            }
            public int Using(uint h)
            {
                using var bo = file.Lookup(h);
                if (bo is null) return -2;
                return bo.Size;
            }
            public int ReserveBefore(uint h)
            {
                var bo = file.Lookup(h);
                if (bo is null) return -2;
                var r = DrmFile.{|LCK4003:Reserve|}(bo);
                if (r is null) { DrmFile.Put(bo); return -11; }
                if (bo.Pin > 0) { DrmFile.Put(bo); return -16; }
                DrmFile.Unreserve(r);
                DrmFile.Put(bo);
                return 0;
            }
            public int WrongKind(uint h)
            {
                var bo = file.Lookup(h);
                if (bo is null) return -2;
                DrmFile.{|LCK4004:Unreserve|}(bo);
                return 0;
            }
            public int Finally(uint h)
            {
                Bo? bo = null;
                try
                {
                    bo = file.Lookup(h);
                    if (bo is null) return -2;
                    if (bo.Size == 0) throw new InvalidOperationException();
                    return bo.Size;
                }
                finally
                {
                    if (bo is not null) DrmFile.Put(bo);
                }
            }
            public int FinallyNull(uint h)
            {
                Bo? bo = null;
                try { bo = file.Lookup(h); return bo?.Size ?? -2; }
                finally { DrmFile.Put(bo); }
            }
            public int CatchLeak(uint h)
            {
                var bo = file.{|LCK4003:Lookup|}(h);
                if (bo is null) return -2;
                try { Check(bo); }
                catch (InvalidOperationException) { return -22; }
                DrmFile.Put(bo);
                return 0;
            }
            static void Check(Bo b) { if (b.Size == 0) throw new InvalidOperationException(); }
            public bool TryGet(uint h, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Bo? bo)
            {
                bo = file.Lookup(h);
                return bo != null;
            }
            public IEnumerable<int> Sizes(uint[] hs)
            {
                foreach (var h in hs)
                {
                    var bo = file.Lookup(h);
                    if (bo is null) continue;
                    int n = bo.Size;
                    DrmFile.Put(bo);
                    yield return n;
                }
            }
            public Bo? First(uint[] hs)
            {
                Bo? best = null;
                foreach (var h in hs)
                {
                    var bo = file.Lookup(h);
                    if (bo is null) continue;
                    if (best is null || bo.Size > best.Size)
                    {
                        DrmFile.Put(best);
                        best = bo;
                    }
                    else DrmFile.Put(bo);
                }
                return best;
            }
            public int BestLeaks(uint[] hs)
            {
                Bo? best = null;
                foreach (var h in hs)
                {
                    var bo = file.{|LCK4003:Lookup|}(h);
                    if (bo is null) continue;
                    if (best is null || bo.Size > best.Size)
                        best = bo;
                    else DrmFile.Put(bo);
                }
                int n = best?.Size ?? 0;
                DrmFile.Put(best);
                return n;
            }
        }
        """);
}
