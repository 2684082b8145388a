namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Flags of pending work in every place where they are kept.</summary>
public sealed class FlagPlacesTests
{
    // arch/x86/kvm/mmu, one flag for each address space.
    [Fact]
    public Task OneForEachSpace_Arrays() => Kernel.VerifyAsync("""
        public class C1
        {
            readonly Kvm kvm = new();
            public void Right(ulong a, ulong b, int ids)
            {
                var flush = new bool[2];
                kvm.MmuLock.Write();
                for (int i = 0; i < ids; i++)
                    flush[i] |= kvm.ZapRange(a, b);
                if (flush[0] || flush[1])
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void RightOne(ulong a, ulong b, int id)
            {
                var flush = new bool[2];
                kvm.MmuLock.Write();
                flush[id] = kvm.ZapRange(a, b);
                if (flush[id])
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void Wrong(ulong a, ulong b, int id)
            {
                var flush = new bool[2];
                kvm.MmuLock.Write();
                flush[id] = kvm.ZapRange(a, b);
                kvm.MmuLock.{|LCK5003:WriteDone|}();
            }
        }
        """);

    // virt/kvm, a range with its flag.
    [Fact]
    public Task WithTheRange_Fields() => Kernel.VerifyAsync("""
        public class C2
        {
            readonly Kvm kvm = new();
            struct Range { public bool Flush; public int Count; }
            class Box { public bool Flush; }
            public void Right(ulong a, ulong b)
            {
                var r = new Range();
                kvm.MmuLock.Write();
                r.Flush |= kvm.ZapRange(a, b);
                r.Flush |= kvm.ZapRange(b, b + 1);
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void RightAssigned(ulong a, ulong b)
            {
                Range r = default;
                kvm.MmuLock.Write();
                r.Flush = kvm.ZapRange(a, b);
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void RightLoop(ulong a, ulong b)
            {
                Range r = default;
                kvm.MmuLock.Write();
                for (ulong g = a; g < b; g++)
                {
                    r.Flush |= kvm.ZapRange(g, g + 1);
                    r.Count++;
                }
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void RightBox(ulong a, ulong b)
            {
                var r = new Box();
                kvm.MmuLock.Write();
                for (ulong g = a; g < b; g++)
                    r.Flush |= kvm.ZapRange(g, g + 1);
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            bool _flush;
            public void RightField(ulong a, ulong b)
            {
                kvm.MmuLock.Write();
                _flush = kvm.ZapRange(a, b);
                if (_flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void RightFieldMerged(ulong a, ulong b)
            {
                kvm.MmuLock.Write();
                _flush = false;
                for (ulong g = a; g < b; g++)
                    _flush |= kvm.ZapRange(g, g + 1);
                if (_flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void RightByIf(ulong a, ulong b)
            {
                Range r = default;
                kvm.MmuLock.Write();
                if (kvm.ZapRange(a, b))
                    r.Flush = true;
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void WrongOverwritten(ulong a, ulong b)
            {
                Range r = default;
                kvm.MmuLock.Write();
                r.Flush = kvm.ZapRange(a, b);
                {|LCK5003:r.Flush =|} kvm.ZapRange(b, b + 1);
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
        }
        """);

    // virt/kvm, kvm_handle_hva_range: the range goes to helpers, which merge into its flag.
    [Fact]
    public Task HandedToHelpers_Ranges() => Kernel.VerifyAsync("""
        public class C3
        {
            readonly Kvm kvm = new();
            struct Range { public bool Flush; public ulong Start, End; }
            [RequiresLock("kvm.MmuLock")] private void Zap(ref Range r) { r.Flush |= kvm.ZapRange(r.Start, r.End); }
            public void Right(ulong a, ulong b)
            {
                var r = new Range { Start = a, End = b };
                kvm.MmuLock.Write();
                Zap(ref r);
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            class Walk { public bool Flush; public ulong Start, End; }
            [RequiresLock("kvm.MmuLock")] private void ZapIn(Walk r) { r.Flush |= kvm.ZapRange(r.Start, r.End); }
            public void RightClass(ulong a, ulong b)
            {
                var r = new Walk { Start = a, End = b };
                kvm.MmuLock.Write();
                ZapIn(r);
                ZapIn(r);
                if (r.Flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            [RequiresLock("kvm.MmuLock")] private (bool Flush, int Count) ZapTuple(ulong a) { bool f = kvm.ZapRange(a, a + 1); return (f, 1); }
            public void RightTuple(ulong a)
            {
                kvm.MmuLock.Write();
                var (flush, n) = ZapTuple(a);
                if (flush)
                    kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
        }
        """);

    // Flags of an enumeration, in each spelling of the test.
    [Fact]
    public Task InAnEnumeration() => Kernel.VerifyAsync("""
        public class Words(Kvm kvm)
        {
            [Flags] enum Todo { None, Flush = 1, Kick = 2, Both = 3 }
            public void Has(ulong a) { var todo = Todo.None; kvm.MmuLock.Write(); if (kvm.ZapRange(a, a + 1)) todo |= Todo.Flush; if (a > 5) todo |= Todo.Kick; if (todo.HasFlag(Todo.Flush)) kvm.FlushTlbs(); kvm.MmuLock.WriteDone(); }
            public void HasOther(ulong a) { var todo = Todo.None; kvm.MmuLock.Write(); if (kvm.ZapRange(a, a + 1)) todo |= Todo.Flush; if (todo.HasFlag(Todo.Kick)) kvm.FlushTlbs(); kvm.MmuLock.{|LCK5003:WriteDone|}(); }
            public void Equal(ulong a) { var todo = Todo.None; kvm.MmuLock.Write(); if (kvm.ZapRange(a, a + 1)) todo |= Todo.Flush; if ((todo & Todo.Flush) == Todo.Flush) kvm.FlushTlbs(); kvm.MmuLock.WriteDone(); }
            public void Looped(ulong a, ulong b) { var todo = Todo.None; kvm.MmuLock.Write(); for (; a < b; a++) { if (kvm.ZapRange(a, a + 1)) todo = todo | Todo.Flush; else todo |= Todo.Kick; } if ((todo & Todo.Flush) != 0) kvm.FlushTlbs(); kvm.MmuLock.WriteDone(); }
            public void Any(ulong a) { var todo = Todo.None; kvm.MmuLock.Write(); if (kvm.ZapRange(a, a + 1)) todo |= Todo.Flush; if (todo != Todo.None) kvm.FlushTlbs(); kvm.MmuLock.WriteDone(); }
        }
        """);

    // Lists, properties, bits of a word, records and tuples.
    [Fact]
    public Task InListsPropertiesAndWords() => Kernel.VerifyAsync("""
        public class Flg(Kvm kvm)
        {
            class Box2 { public bool Flush { get; set; } public int N { get; set; } }
            readonly List<bool> _l = new();
            public void List(ulong a, ulong b)
            {
                var l = new List<bool> { false, false };
                kvm.MmuLock.Write();
                for (int i = 0; i < 2; i++) l[i] = kvm.ZapRange(a, b);
                if (l[0] || l[1]) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void Any(ulong a, ulong b)
            {
                var l = new bool[4];
                kvm.MmuLock.Write();
                for (int i = 0; i < 4; i++) l[i] |= kvm.ZapRange(a, b);
                if (l.Any(f => f)) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void Each(ulong a, ulong b)
            {
                Span<bool> l = stackalloc bool[4];
                kvm.MmuLock.Write();
                for (int i = 0; i < 4; i++) l[i] = kvm.ZapRange(a, b);
                foreach (var f in l) if (f) { kvm.FlushTlbs(); break; }
                kvm.MmuLock.WriteDone();
            }
            public void Add(ulong a, ulong b)
            {
                var l = new List<bool>();
                kvm.MmuLock.Write();
                for (int i = 0; i < 4; i++) l.Add(kvm.ZapRange(a, b));
                if (l.Contains(true)) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void Dict(ulong a, ulong b)
            {
                var l = new Dictionary<ulong, bool>();
                kvm.MmuLock.Write();
                l[a] = kvm.ZapRange(a, b);
                if (l[a]) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void Prop(ulong a, ulong b)
            {
                var x = new Box2();
                kvm.MmuLock.Write();
                for (ulong g = a; g < b; g++) { x.Flush |= kvm.ZapRange(g, g + 1); x.N++; }
                if (x.Flush) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void PropLost(ulong a, ulong b)
            {
                var x = new Box2();
                kvm.MmuLock.Write();
                x.Flush = kvm.ZapRange(a, a + 1);
                {|LCK5003:x.Flush =|} kvm.ZapRange(b, b + 1);
                if (x.Flush) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            bool _pending;
            [RequiresLock("kvm.MmuLock")] void One(ulong g) { if (kvm.ZapRange(g, g + 1)) _pending = true; }
            public void Field(ulong a, ulong b)
            {
                kvm.MmuLock.Write();
                One(a);
                One(b);
                if (_pending) { kvm.FlushTlbs(); _pending = false; }
                kvm.MmuLock.WriteDone();
            }
            public void FieldForgotten(ulong a, ulong b)
            {
                kvm.MmuLock.Write();
                One(a);
                kvm.MmuLock.{|LCK5003:WriteDone|}();
            }
            [RequiresLock("kvm.MmuLock")] void In(Box2 x, ulong g) { x.Flush |= kvm.ZapRange(g, g + 1); }
            public void InBox(ulong a, ulong b)
            {
                var x = new Box2();
                kvm.MmuLock.Write();
                for (ulong g = a; g < b; g++) In(x, g);
                if (x.Flush) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void Bits(ulong a, ulong b)
            {
                int todo = 0;
                kvm.MmuLock.Write();
                for (ulong g = a; g < b; g++)
                {
                    if (kvm.ZapRange(g, g + 1)) todo |= 1;
                    if (g == 7) todo |= 2;
                }
                if ((todo & 1) != 0) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void BitsOther(ulong a, ulong b)
            {
                int todo = 0;
                kvm.MmuLock.Write();
                if (kvm.ZapRange(a, a + 1)) todo |= 1;
                if ((todo & 2) != 0) kvm.FlushTlbs();
                kvm.MmuLock.{|LCK5003:WriteDone|}();
            }
            record Rg(ulong A, ulong B) { public bool Flush; }
            record struct Rs(ulong A, ulong B, bool Flush);
            [RequiresLock("kvm.MmuLock")] Rs Z(Rs r) => r with { Flush = r.Flush | kvm.ZapRange(r.A, r.B) };
            public void With(ulong a, ulong b)
            {
                var r = new Rs(a, b, false);
                kvm.MmuLock.Write();
                r = r with { Flush = kvm.ZapRange(a, b) };
                if (r.Flush) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void ByRec(ulong a, ulong b)
            {
                var r = new Rs(a, b, false);
                kvm.MmuLock.Write();
                r = Z(r);
                if (r.Flush) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            [RequiresLock("kvm.MmuLock")] (bool F, int N) T(ulong a) { bool f = kvm.ZapRange(a, a + 1); return (f, f ? 1 : 0); }
            public void ByTuple(ulong a)
            {
                kvm.MmuLock.Write();
                var t = T(a);
                if (t.F) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
            public void ByCount(ulong a)
            {
                kvm.MmuLock.Write();
                var (_, n) = T(a);
                if (n > 0) kvm.FlushTlbs();
                kvm.MmuLock.WriteDone();
            }
        }
        """);
}
