using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Guest memory: pages pinned, mapped, prepared; handles of firmware.</summary>
public sealed class GuestTests
{
    // arch/x86/kvm/svm/sev.c: pages stay pinned where a command fails, a handle is left where the binding fails.
    [Fact]
    public Task PinnedPagesAndHandles_Sev() => Flows.VerifyAsync("""
        public sealed class Pinned { public int N; public ulong[] Pages = []; }
        public sealed class AsidBinding { public int Asid; }
        public static class Sev
        {
            [return: Owned("pin")] public static Outcome<Pinned> Pin(ulong a, int n) => default;
            public static void Unpin([Consumes("pin")] Pinned p) { }
            [MustCheck] public static Code Issue(int cmd, object data, out int fwError) { fwError = 0; return Code.Ok; }
            [return: Owned("asid")] public static int? AllocAsid() => null;
            public static void FreeAsid([Consumes("asid")] int asid) { }
            [return: Owned("handle")] public static bool TryStart(out int handle) { handle = 0; return true; }
            [MustCheck] public static Code Start([Owned("handle")] out int handle) { handle = 0; return Code.Ok; }
            public static void Decommission([Consumes("handle")] int handle) { }
            [MustCheck] public static Code Bind(int asid, int handle) => Code.Ok;
        }
        public enum Code { Ok, Inval, Io }
        [MustCheck]
        public abstract record Outcome<T>
        {
            [SuccessTest] public bool IsOk => true;
            [OnSuccess] public T Value => default!;
            public Code Code => Code.Ok;
        }
        public class SevVm
        {
            int _asid, _handle;
            public Code StartBefore()
            {
                var ret = Sev.{|LCK4003:Start|}(out int handle);
                if (ret != Code.Ok) return ret;
                ret = Sev.Bind(_asid, handle);
                if (ret != Code.Ok) return ret;
                _handle = handle;
                return Code.Ok;
            }
            public Code StartAfter()
            {
                var ret = Sev.Start(out int handle);
                if (ret != Code.Ok) return ret;
                ret = Sev.Bind(_asid, handle);
                if (ret != Code.Ok)
                {
                    Sev.Decommission(handle);
                    return ret;
                }
                _handle = handle;
                return ret;
            }
            public Code LaunchUpdate(ulong a, int n)
            {
                Code ret;
                var pinned = Sev.Pin(a, n);
                if (!pinned.IsOk)
                    return pinned.Code;
                for (int i = 0; i < pinned.Value.N; i++)
                {
                    ret = Sev.Issue(3, pinned.Value.Pages[i], out var err);
                    if (ret != Code.Ok)
                        goto unpin;
                }
                ret = Code.Ok;
            unpin:
                foreach (var p in pinned.Value.Pages)
                    SetDirty(p);
                Sev.Unpin(pinned.Value);
                return ret;
            }
            static void SetDirty(ulong p) { }
            public Code LaunchUpdateBefore(ulong a, int n)
            {
                var pinned = Sev.{|LCK4003:Pin|}(a, n);
                if (!pinned.IsOk)
                    return pinned.Code;
                for (int i = 0; i < pinned.Value.N; i++)
                {
                    var ret = Sev.Issue(3, pinned.Value.Pages[i], out var err);
                    if (ret != Code.Ok)
                        return ret;
                }
                Sev.Unpin(pinned.Value);
                return Code.Ok;
            }
            public Code DbgDecrypt(ulong src, ulong dst, int n)
            {
                var s = Sev.{|LCK4003:Pin|}(src, n);
                if (!s.IsOk) return s.Code;
                var d = Sev.Pin(dst, n);
                if (!d.IsOk) return d.Code;
                var ret = Sev.Issue(1, s.Value, out _);
                Sev.Unpin(s.Value);
                Sev.Unpin(d.Value);
                return ret;
            }
            public Code DbgDecryptAfter(ulong src, ulong dst, int n)
            {
                if (Sev.Pin(src, n) is not { IsOk: true, Value: var s } )
                    return Code.Inval;
                try
                {
                    if (Sev.Pin(dst, n) is not { IsOk: true } d)
                        return Code.Inval;
                    try { return Sev.Issue(1, s, out _); }
                    finally { Sev.Unpin(d.Value); }
                }
                finally { Sev.Unpin(s); }
            }
            public int AsidNew()
            {
                if (Sev.AllocAsid() is not int asid) return -16;
                _asid = asid;
                return 0;
            }
            public int AsidLeak(bool es)
            {
                var asid = Sev.{|LCK4003:AllocAsid|}();
                if (asid is null) return -16;
                if (es && asid > 100) return -22;
                Sev.FreeAsid(asid.Value);
                return 0;
            }
            public int AsidRange(bool es)
            {
                var asid = Sev.AllocAsid();
                if (!asid.HasValue) return -16;
                if (es && asid > 100) { Sev.FreeAsid(asid.Value); return -22; }
                Sev.FreeAsid(asid.GetValueOrDefault());
                return 0;
            }
        }
        """);

    // arch/x86/kvm/vmx/nested.c: a page of the guest stays mapped where a check fails.
    [Fact]
    public Task MappedPage_NestedVmx() => Flows.VerifyAsync("""
        public sealed class HostMap { public long Pfn; public byte[]? Hva; }
        public sealed class Vcpu2
        {
            public HostMap? Vmcs12;
            [MustCheck] public int Map(ulong gpa, [Owned("map")] out HostMap map) { map = new(); return 0; }
            public void Unmap([Consumes("map")] HostMap map, bool dirty) { }
            [MustCheck] public int ReadGuest(ulong a, byte[] b) => 0;
            [MustCheck] public bool CheckControls(HostMap m) => true;
            public void InjectGp() { }
        }
        public static class Nested
        {
            public static int Before(Vcpu2 v, ulong gpa)
            {
                if (v.{|LCK4003:Map|}(gpa, out var map) != 0)
                {
                    v.InjectGp();
                    return 1;
                }
                if (!v.CheckControls(map))
                {
                    v.InjectGp();
                    return 1;
                }
                v.Unmap(map, true);
                return 1;
            }
            public static int After(Vcpu2 v, ulong gpa)
            {
                if (v.Map(gpa, out var map) != 0)
                {
                    v.InjectGp();
                    return 1;
                }
                if (!v.CheckControls(map))
                {
                    v.InjectGp();
                    goto unmap;
                }
                map.Pfn++;
            unmap:
                v.Unmap(map, dirty: true);
                return 1;
            }
            public static int TwoMaps(Vcpu2 v, ulong a, ulong b)
            {
                int ret = v.Map(a, out var x);
                if (ret != 0) return ret;
                if (v.Map(b, out var y) is var r2 and not 0)
                {
                    ret = r2;
                    goto unmap;
                }
                v.Unmap(y, false);
            unmap:
                v.Unmap(x, true);
                return ret;
            }
            public static void Keep(Vcpu2 v, ulong a)
            {
                if (v.Map(a, out var m) == 0)
                    v.Vmcs12 = m;
            }
            public static void Drop(Vcpu2 v)
            {
                if (v.Vmcs12 is not { } m) return;
                v.Vmcs12 = null;
                v.Unmap(m, true);
            }
            public static void DropTwice(Vcpu2 v)
            {
                if (v.Vmcs12 is not { } m) return;
                v.Unmap(m, true);
                v.{|LCK4004:Unmap|}(m, true);
            }
        }
        """);

    // virt/kvm/guest_memfd.c: the reference and the lock of one folio, each given back by its own function.
    [Fact]
    public Task LockAndReference_GuestMemfd() => Flows.VerifyAsync("""
        public sealed class Gf { public int Order; public bool HwPoison, Prepared; }
        public sealed class Gmem
        {
            [return: Owned("folio")] public Outcome3<Gf> GetFolio(int index) => default;
            public static void LockFolio([Owned("folio lock")] Gf f) { }
            public static void UnlockFolio([Consumes("folio lock")] Gf f) { }
            public static void PutFolio([Consumes("folio")] Gf f) { }
            [MustCheck] public static int Prepare(Gf f) => 0;
        }
        [MustCheck] public struct Outcome3<T> { [ErrorTest] public readonly bool Failed() => false; [OnSuccess] public readonly T Get() => default!; public readonly int Err => 0; }
        public static class GmemUser
        {
            public static int Before(Gmem g, int i)
            {
                var r = g.GetFolio(i);
                if (r.Failed()) return r.Err;
                var f = r.Get();
                Gmem.{|LCK4003:LockFolio|}(f);
                if (f.HwPoison)
                {
                    Gmem.PutFolio(f);
                    return -133;
                }
                int e = Gmem.Prepare(f);
                Gmem.UnlockFolio(f);
                Gmem.PutFolio(f);
                return e;
            }
            public static int After(Gmem g, int i)
            {
                var r = g.GetFolio(i);
                if (r.Failed()) return r.Err;
                var f = r.Get();
                Gmem.LockFolio(f);
                int e = -133;
                if (f.HwPoison) goto unlock;
                e = Gmem.Prepare(f);
            unlock:
                Gmem.UnlockFolio(f);
                Gmem.PutFolio(f);
                return e;
            }
            public static int OnlyPutOnError(Gmem g, int i, out Gf? result)
            {
                result = null;
                var r = g.GetFolio(i);
                if (r.Failed()) return r.Err;
                var f = r.Get();
                Gmem.LockFolio(f);
                int e = f.HwPoison ? -133 : Gmem.Prepare(f);
                Gmem.UnlockFolio(f);
                if (e < 0) Gmem.PutFolio(f);
                else result = f;
                return e;
            }
            public static int LeakOnError(Gmem g, int i, out Gf? result)
            {
                result = null;
                var r = g.{|LCK4003:GetFolio|}(i);
                if (r.Failed()) return r.Err;
                var f = r.Get();
                int e = f.HwPoison ? -133 : Gmem.Prepare(f);
                if (e == 0) result = f;
                return e;
            }
        }
        """);
}
