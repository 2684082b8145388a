using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.KernelBugs;

/// <summary>References of devices: nodes of the device tree, runtime power, clocks that stay on when all went well.</summary>
public sealed class DeviceTests
{
    // drivers, for_each_child_of_node: an early way out of the loop keeps the child, one out of the function its parent.
    [Fact]
    public Task ChildrenOfANode_DeviceTree() => Flows.VerifyAsync("""
        public sealed class OfNode { public string Name = ""; public int Reg; }
        public interface IDeviceTree
        {
            [return: Owned("of_node")] OfNode? Find(string path);
            [return: Owned("of_node")] OfNode? NextChild(OfNode parent, [Consumes("of_node")] OfNode? previous);
            OfNode? Peek(OfNode parent);
        }
        public static class Of
        {
            public static void Put([Consumes("of_node")] this OfNode? node) { }
            [return: Owned("of_node")] public static OfNode Get(OfNode node) => node;
        }
        public sealed class Driver(IDeviceTree tree)
        {
            static int Register(OfNode n) => 0;
            public int Before()
            {
                var np = tree.Find("/soc");
                if (np == null)
                    return -19;
                OfNode? child = null;
                while ((child = tree.{|LCK4003:NextChild|}(np, child)) != null)
                {
                    int ret = Register(child);
                    if (ret < 0)
                    {
                        np.Put();
                        return ret;
                    }
                }
                np.Put();
                return 0;
            }
            public int After()
            {
                var np = tree.Find("/soc");
                if (np == null)
                    return -19;
                int ret = 0;
                for (var child = tree.NextChild(np, null); child != null; child = tree.NextChild(np, child))
                {
                    ret = Register(child);
                    if (ret < 0)
                    {
                        child.Put();
                        break;
                    }
                }
                np.Put();
                return ret;
            }
            public int AfterGoto()
            {
                int ret = -19;
                OfNode? child = null;
                var np = tree.Find("/soc");
                if (np is null)
                    goto done;
                do
                {
                    child = tree.NextChild(np, child);
                    if (child is null)
                        break;
                    ret = Register(child);
                }
                while (ret >= 0);
                child.Put();
                np.Put();
            done:
                return ret;
            }
            public int BeforeParent()
            {
                var np = tree.{|LCK4003:Find|}("/soc");
                if (np is null)
                    return -19;
                if (np.Reg == 0)
                    return -22;
                np.Put();
                return 0;
            }
            public int AfterSwitch()
            {
                var np = tree.Find("/soc");
                switch (np)
                {
                    case null:
                        return -19;
                    case { Reg: 0 }:
                        np.Put();
                        return -22;
                    default:
                        int r = Register(np);
                        np.Put();
                        return r;
                }
            }
            public OfNode? FindByName(string name)
            {
                var np = tree.Find("/soc");
                if (np is null) return null;
                OfNode? c = null;
                while ((c = tree.NextChild(np, c)) is not null)
                {
                    if (c.Name == name)
                        break;
                }
                np.Put();
                return c;
            }
        }
        """);

    // drivers, pm_runtime_get_sync: the count is taken even where it fails; pm_runtime_resume_and_get takes it back.
    [Fact]
    public Task CountedEvenOnFailure_PmRuntime() => Flows.VerifyAsync("""
        public class Device { public int Usage; }
        [MustCheck]
        public readonly struct Ret { public int Code { get; init; } [ErrorTest] public bool Failed => Code < 0; [SuccessTest] public bool Ok => Code >= 0; }
        public static class Pm
        {
            public static Ret GetSync([Owned("pm", Always = true)] Device dev) => default;
            public static Ret ResumeAndGet([Owned("pm")] Device dev) => default;
            public static void Put([Consumes("pm")] Device dev) { }
            public static void PutNoIdle([Consumes("pm")] Device dev) { }
        }
        public class Drv
        {
            static Ret Start(Device d) => default;
            public Ret Before(Device dev)
            {
                var ret = Pm.{|LCK4003:GetSync|}(dev);
                if (ret.Failed)
                    return ret;
                ret = Start(dev);
                Pm.Put(dev);
                return ret;
            }
            public Ret AfterPut(Device dev)
            {
                var ret = Pm.GetSync(dev);
                if (ret.Failed)
                    goto put;
                ret = Start(dev);
            put:
                Pm.PutNoIdle(dev);
                return ret;
            }
            public Ret AfterResume(Device dev)
            {
                var ret = Pm.ResumeAndGet(dev);
                if (!ret.Ok)
                    return ret;
                ret = Start(dev);
                Pm.Put(dev);
                return ret;
            }
            public Ret BeforeResume(Device dev)
            {
                var ret = Pm.{|LCK4003:ResumeAndGet|}(dev);
                if (!ret.Ok)
                    return ret;
                ret = Start(dev);
                if (ret.Failed)
                    return ret;
                Pm.Put(dev);
                return ret;
            }
            public Ret BeforeDouble(Device dev)
            {
                var ret = Pm.ResumeAndGet(dev);
                if (ret.Failed)
                {
                    Pm.Put(dev);
                    return ret;
                }
                Pm.Put(dev);
                return ret;
            }
        }
        """);

    // drivers, open and probe functions: what was switched on stays on when all went well, until close; on the way to a failure it is given back.
    [Fact]
    public Task KeptUntilClose_OpenFunctions() => Flows.VerifyAsync("""
        public class Dv { public int N; }
        public enum E2 { Ok, Io }
        public static class P2
        {
            [MustCheck] public static E2 Get([Owned("pm")] Dv d) => E2.Ok;
            public static void Put([Consumes("pm")] Dv d) { }
            public static void Inc([Owned("mod")] Dv d) { }
            public static void Dec([Consumes("mod")] Dv d) { }
        }
        public class Chan
        {
            readonly Dv _dev = new(); Dv? _bound;
            [MustCheck] static E2 Init() => E2.Ok;
            static bool Cond() => true;
            public E2 Open([Owned("pm")] Dv dev) { var e = P2.Get(dev); if (e != E2.Ok) return e; return E2.Ok; }
            public E2 OpenOwn()
            {
                var e = P2.Get(_dev);
                if (e != E2.Ok) return e;
                e = Init();
                if (e != E2.Ok) { P2.Put(_dev); return e; }
                return E2.Ok;
            }
            public E2 OpenLeaks()
            {
                var e = P2.{|LCK4003:Get|}(_dev);
                if (e != E2.Ok) return e;
                e = Init();
                if (e != E2.Ok) return e;
                return E2.Ok;
            }
            public E2 OpenTail()
            {
                var e = P2.Get(_dev);
                if (e != E2.Ok) return e;
                return E2.Ok;
            }
            public void Hold() { P2.Inc(_dev); }
            public void Close() { P2.Dec(_dev); }
            public void Section()
            {
                P2.{|LCK4003:Inc|}(_dev);
                if (Cond()) return;
                P2.Dec(_dev);
            }
            public bool TryOpen()
            {
                P2.{|LCK4003:Inc|}(_dev);
                if (Cond()) return false;
                return true;
            }
            public static E2 Probe(Chan c)
            {
                var e = P2.Get(c._dev);
                if (e != E2.Ok) goto fail;
                e = Init();
                if (e != E2.Ok) goto put;
                return E2.Ok;
            put:
                P2.Put(c._dev);
            fail:
                return e;
            }
        }
        """);

    // drivers, clk_prepare and clk_enable: two things of one clock, each with its own way back.
    [Fact]
    public Task PreparedAndEnabled_Clocks() => Flows.VerifyAsync("""
        public enum E5 { Ok, Io }
        public class Clk2 { }
        public interface IClk
        {
            [MustCheck] E5 Prepare([Owned("prepared")] Clk2 c);
            void Unprepare([Consumes("prepared")] Clk2 c);
            [MustCheck] E5 Enable([Owned("enabled")] Clk2 c);
            void Disable([Consumes("enabled")] Clk2 c);
        }
        public class Priv { public Clk2 Core { get; } = new(); public Clk2 Bus = new(); public Clk2[] All = []; }
        public class Drv5(IClk clk)
        {
            [MustCheck] static E5 Init() => E5.Ok;
            public E5 Start(Priv p)
            {
                var e = clk.Prepare(p.Core);
                if (e != E5.Ok) return e;
                e = clk.Enable(p.Core);
                if (e != E5.Ok)
                {
                    clk.Unprepare(p.Core);
                    return e;
                }
                return E5.Ok;
            }
            public E5 StartLeaks(Priv p)
            {
                var e = clk.{|LCK4003:Prepare|}(p.Core);
                if (e != E5.Ok) return e;
                e = clk.Enable(p.Core);
                if (e != E5.Ok)
                    return e;
                return E5.Ok;
            }
            public void Stop(Priv p) { clk.Disable(p.Core); clk.Unprepare(p.Core); }
            public E5 StartAll(Priv p)
            {
                int i;
                E5 e = E5.Ok;
                for (i = 0; i < p.All.Length; i++)
                {
                    e = clk.Prepare(p.All[i]);
                    if (e != E5.Ok) goto undo;
                }
                return E5.Ok;
            undo:
                while (--i >= 0) clk.Unprepare(p.All[i]);
                return e;
            }
            public E5 Both(Priv p)
            {
                var e = clk.Prepare(p.Bus);
                if (e != E5.Ok) return e;
                e = clk.Prepare(p.Core);
                if (e != E5.Ok) goto bus;
                e = Init();
                if (e == E5.Ok) return e;
                clk.Unprepare(p.Core);
            bus:
                clk.Unprepare(p.Bus);
                return e;
            }
            public E5 BothLeaks(Priv p)
            {
                var e = clk.{|LCK4003:Prepare|}(p.Bus);
                if (e != E5.Ok) return e;
                e = clk.Prepare(p.Core);
                if (e != E5.Ok) return e;
                e = Init();
                if (e == E5.Ok) return e;
                clk.Unprepare(p.Core);
                clk.Unprepare(p.Bus);
                return e;
            }
            public E5 Temporarily(Priv p)
            {
                var e = clk.{|LCK4003:Enable|}(p.Bus);
                if (e != E5.Ok) return e;
                e = Init();
                if (e == E5.Ok) return E5.Ok;
                e = Init();
                clk.Disable(p.Bus);
                return e;
            }
        }
        """);
}
