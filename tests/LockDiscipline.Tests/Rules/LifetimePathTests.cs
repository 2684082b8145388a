namespace LockDiscipline.Tests.Rules;

/// <summary>References and owned values on every kind of path: through helpers, patterns, loops, lambdas, collections (LCK4001 to LCK4006).</summary>
public sealed class LifetimePathTests
{
    [Fact]
    public Task LockDroppedInsideAHelper_EndsWhatRestsOnIt() => Lifetimes.VerifyAsync("""
        [RequiresLock("mm.Lock", Shared = true)] private void Secret() { mm.Lock.ExitRead(); Cond(); mm.Lock.EnterRead(); }
        [RequiresLock("mm.Lock", Shared = true)] public void PublicSecret() { mm.Lock.ExitRead(); Cond(); mm.Lock.EnterRead(); }
        [RequiresLock("mm.Lock", Shared = true)] private bool MaybeDrop() { if (!Cond()) return false; mm.Lock.ExitRead(); Cond(); mm.Lock.EnterRead(); return true; }
        void S(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; Secret(); {|LCK4001:v|}.Touch(); mm.Lock.ExitRead(); }
        void S2(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; PublicSecret(); {|LCK4001:v|}.Touch(); mm.Lock.ExitRead(); }
        void S3(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; if (!MaybeDrop()) v.Touch(); mm.Lock.ExitRead(); }
        void S4(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; if (MaybeDrop()) v = mm.LookUp(a)!; v.Touch(); mm.Lock.ExitRead(); }
        void S5(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; if (MaybeDrop()) {|LCK4001:v|}.Touch(); mm.Lock.ExitRead(); }
        void S6(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; MaybeDrop(); {|LCK4001:v|}.Touch(); mm.Lock.ExitRead(); }
        void S7(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; Deep(); {|LCK4001:v|}.Touch(); mm.Lock.ExitRead(); }
        private void Deep() { Deeper(); } private void Deeper() { mm.Fault(); }
        void S8(ulong a, int n) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; for (int i = 0; i < n; i++) { {|LCK4001:v|}.Touch(); Deep(); } mm.Lock.ExitRead(); }
        void S9(ulong a) { mm.Lock.EnterRead(); var v = Find(a); Deep(); {|LCK4001:v|}?.Touch(); mm.Lock.ExitRead(); }
        private Vma? Find(ulong a) => mm.LookUp(a);
        private Vma? FindAgain(ulong a) { Deep(); return mm.LookUp(a); }
        void S10(ulong a) { mm.Lock.EnterRead(); var w = mm.LookUp(a); var v = FindAgain(a); v?.Touch(); {|LCK4001:w|}?.Touch(); mm.Lock.ExitRead(); }
        """);

    [Fact]
    public Task DeadReference_FoundInEverySpelling() => Lifetimes.VerifyAsync("""
        void P1(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); if (v is { {|LCK4001:Flags|}: > 0 }) Cond(); }
        void P2(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); var f = {|LCK4001:v|}?.Flags; }
        int P3(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); return v switch { { {|LCK4001:Flags|}: 1 } => 1, _ => 2 }; }
        bool P4(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); return v switch { null => false, _ => true }; }
        void P5(ulong a) { Vma? v; mm.Lock.EnterRead(); try { v = mm.LookUp(a); } finally { mm.Lock.ExitRead(); } {|LCK4001:v|}?.Touch(); }
        int P6(ulong a) { mm.Lock.EnterRead(); try { var v = mm.LookUp(a); return v is null ? 0 : v.Flags; } finally { mm.Lock.ExitRead(); } }
        Vma? P7(ulong a) { mm.Lock.EnterRead(); try { return mm.{|LCK4002:LookUp|}(a); } finally { mm.Lock.ExitRead(); } }
        void P8(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); Console.WriteLine($"{{|LCK4001:v|}}"); }
        void P9(ulong a) { mm.Lock.EnterRead(); var (v, n) = (mm.LookUp(a), 1); mm.Lock.ExitRead(); {|LCK4001:v|}!.Touch(); }
        void P10(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); Action f = () => {|LCK4002:v|}!.Touch(); }
        void P11(ulong a) { mm.Lock.EnterRead(); if (mm.LookUp(a) is not { } v) { mm.Lock.ExitRead(); return; } mm.Lock.ExitRead(); {|LCK4001:v|}.Touch(); }
        void P12(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a) ?? mm.LookUp(a + 1); mm.Lock.ExitRead(); {|LCK4001:v|}?.Touch(); }
        void P13(ulong a) { mm.Lock.EnterRead(); var v = Cond() ? mm.LookUp(a) : null; mm.Lock.ExitRead(); {|LCK4001:v|}?.Touch(); }
        void P14(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; mm.Lock.ExitRead(); ref int f = ref {|LCK4001:v|}.Flags; f = 1; }
        void P15(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; ref int f = ref v.Flags; f = 2; mm.Lock.ExitRead(); }
        void P16(ulong a) { mm.Lock.EnterWrite(); var v = mm.LookUp(a)!; mm.Lock.Downgrade(); v.Touch(); mm.Lock.ExitRead(); }
        """);

    [Fact]
    public Task OwnedValue_FollowedOnEveryPath() => Lifetimes.VerifyAsync("""
        void Flag() { Page? p = null; bool taken = false; if (Cond()) { p = mm.Get(1); taken = p != null; } if (taken) mm.Put(p!); }
        void Retry() { for (;;) { var p = mm.Get(1); if (p is null) continue; if (Cond()) { mm.Put(p); continue; } mm.Put(p); break; } }
        void RetryLeak() { for (;;) { var p = mm.{|LCK4003:Get|}(1); if (p is null) continue; if (Cond()) continue; mm.Put(p); break; } }
        void Switch(int k) { var p = mm.Get(1); if (p is null) return; switch (k) { case 0: mm.Put(p); break; case 1: mm.Put(p); return; default: mm.Put(p); break; } }
        void SwitchLeak(int k) { var p = mm.{|LCK4003:Get|}(1); if (p is null) return; switch (k) { case 0: mm.Put(p); break; case 1: return; default: mm.Put(p); break; } }
        void Goto() { var p = mm.Get(1); if (p is null) goto none; if (Cond()) goto put; mm.Look(p); put: mm.Put(p); none: ; }
        void Catch() { var p = mm.Get(1); if (p is null) return; try { mm.Look(p); } catch { mm.Put(p); throw; } mm.Put(p); }
        void CatchOnly() { var p = mm.{|LCK4003:Get|}(1); if (p is null) return; try { mm.Look(p); } catch { mm.Put(p); throw; } }
        void NullCond() { var p = mm.Get(1); if (p?.Count > 0) { mm.Put(p); return; } if (p != null) mm.Put(p); }
        void NegErr() { int pfn = Pin(); if (pfn < 0) return; Unpin(pfn); }
        void NegErrLeak() { int pfn = {|LCK4003:Pin|}(); if (pfn < 0) return; if (Cond()) return; Unpin(pfn); }
        [return: Owned("pin")] static int Pin() => 0; static void Unpin([Consumes("pin")] int pin) { }
        Errno ErrSwitch() { var e = mm.Fetch(1, out var p); switch (e) { case Errno.Success: mm.Put(p!); return e; default: return e; } }
        Errno ErrPattern() { if (mm.Fetch(1, out var p) is not Errno.Success and var e) return e; mm.Put(p!); return Errno.Success; }
        Errno ErrIs() { var e = mm.Fetch(1, out var p); if (e is Errno.Again or Errno.NoMemory) return e; mm.Put(p!); return e; }
        bool OutBoolVar() { bool ok = mm.Take(1, out var p); if (!ok) return false; mm.Put(p); return true; }
        bool OutAnd() { if (Cond() && mm.Take(1, out var p)) { mm.Put(p); return true; } return false; }
        void Ternary() { var p = mm.Get(1); if (p is null) return; if (Cond()) mm.Put(p); else Give(p); }
        private void Give(Page p) => mm.Put(p);
        private bool TryGive(Page p) { if (!Cond()) return false; mm.Put(p); return true; }
        void TryGiveRight() { var p = mm.Get(1); if (p is null) return; if (!TryGive(p)) mm.Put(p); }
        void TryGiveWrong() { var p = mm.{|LCK4003:Get|}(1); if (p is null) return; TryGive(p); }
        private Page? TakeIf(bool c) => c ? mm.Get(1) : null;
        void TakeIfRight() { var p = TakeIf(true); if (p is not null) mm.Put(p); }
        void TakeIfWrong() { var p = {|LCK4003:TakeIf|}(true); if (p is not null) mm.Look(p); }
        private bool TakeOut(out Page? p) { p = mm.Get(1); if (p is null) return false; return true; }
        void TakeOutRight() { if (!TakeOut(out var p)) return; mm.Put(p!); }
        void TakeOutWrong() { if (!{|LCK4003:TakeOut|}(out var p)) return; mm.Look(p!); }
        void Swap() { var a = mm.Get(1); var b = mm.Get(2); (a, b) = (b, a); if (a is not null) mm.Put(a); if (b is not null) mm.Put(b); }
        void Reassign() { var p = mm.Get(1); if (p is null) p = mm.Get(2); if (p is null) return; mm.Put(p); }
        void Exceptional() { var p = mm.Get(1) ?? throw new Exception(); try { mm.Look(p); } finally { mm.Put(p); } }
        static void Gen<T>(T t) where T : Page { } 
        void Generic() { var p = mm.Get(1); if (p is null) return; Gen(p); mm.Put(p); }
        """);

    [Fact]
    public Task OwnedValueInACollectionOrObject_IsHandedOn() => Lifetimes.VerifyAsync("""
        void ListLoop(int n) { var l = new List<Page>(); for (int i = 0; i < n; i++) { var p = mm.Get(i); if (p is null) break; l.Add(p); } foreach (var p in l) mm.Put(p); }
        void ArrayLoop(int n) { var l = new Page?[n]; for (int i = 0; i < n; i++) l[i] = mm.Get(i); for (int i = 0; i < n; i++) if (l[i] is { } p) mm.Put(p); }
        void Dict(Dictionary<int, Page> d) { var p = mm.Get(1); if (p is not null) d[1] = p; }
        void DictAdd(Dictionary<int, Page> d) { var p = mm.Get(1); if (p is not null && !d.TryAdd(1, p)) mm.Put(p); }
        void StackPush(Stack<Page> d) { var p = mm.Get(1); if (p is not null) d.Push(p); }
        Page[] Literal() => [mm.Get(1)!, mm.Get(2)!];
        Page[] Old() => new[] { mm.Get(1)! };
        (Page?, int) Tuple() { var p = mm.Get(1); return (p, 1); }
        object Anonymous() { var p = mm.Get(1); return new { p }; }
        KeyValuePair<int, Page> Pair() { var p = mm.Get(1)!; return new(1, p); }
        IEnumerable<Page> Yielded() { var p = mm.Get(1); if (p is not null) yield return p; }
        async Task<Page?> Async() { var p = mm.Get(1); await Task.Yield(); return p; }
        async Task AsyncLeak() { var p = mm.{|LCK4003:Get|}(1); await Task.Yield(); if (p is null) return; mm.Look(p); }
        async Task AsyncRight() { var p = mm.Get(1); await Task.Yield(); if (p is null) return; mm.Put(p); }
        void Using() { var p = mm.Get(1); using var g = new Guard(this, p); }
        readonly struct Guard(C c, Page? p) : IDisposable { public void Dispose() { if (p is not null) c.mm.Put(p); } }
        ref struct RefGuard(C c, Page? p) { public Page? P = p; public void Dispose() { if (P is not null) c.mm.Put(P); } }
        void UsingRef() { var p = mm.Get(1); using var g = new RefGuard(this, p); }
        void LambdaConsume() { var p = mm.Get(1); if (p is null) return; Run(() => mm.Put(p)); }
        static void Run(Action a) => a();
        void LocalFn() { var p = mm.Get(1); if (p is null) return; Give(); void Give() => mm.Put(p); }
        void OutParam(out Page? r) { r = null; var p = mm.Get(1); if (p is null) return; r = p; }
        bool TryOut(out Page? r) { var p = mm.Get(1); if (p is null) { r = null; return false; } if (Cond()) { mm.Put(p); r = null; return false; } r = p; return true; }
        void RefParam(ref Page? r) { if (r is null) r = mm.Get(1); }
        """);

    [Fact]
    public Task OwnedValueThroughAByReferenceParameter_IsTheCallers() => Lifetimes.VerifyAsync("""
        private bool TakeOut(out Page? p) { p = mm.Get(1); if (p is null) return false; return true; }
        private bool TakeOut2(out Page? p) { p = mm.Get(1); if (p is null) return false; if (Cond()) { mm.Put(p); p = null; return false; } return true; }
        private bool TakeLeak(out Page? p) { p = mm.{|LCK4003:Get|}(1); if (p is null) return false; if (Cond()) { p = null; return false; } return true; }
        void R1() { if (!TakeOut(out var p)) return; mm.Put(p!); }
        void W1() { if (!{|LCK4003:TakeOut|}(out var p)) return; mm.Look(p!); }
        void R2() { if (TakeOut2(out var p)) mm.Put(p!); }
        void R3() { if (TakeLeak(out var p)) mm.Put(p!); }
        private void Fill(ref Page? p) { if (p is null) p = mm.Get(1); }
        void R4() { Page? p = null; Fill(ref p); if (p is not null) mm.Put(p); }
        void R5(Page q) { Page? p = q; {|LCK4003:Fill|}(ref p); }
        private void Lost(out Page? p) { p = mm.{|LCK4003:Get|}(1); throw new Exception(); }
        private void NotCalled(out Page? p) { p = mm.Get(1); }
        private bool Look(ulong a, out Vma? v) { v = mm.LookUp(a); return v is not null; }
        void L1(ulong a) { mm.Lock.EnterRead(); if (Look(a, out var v)) v!.Touch(); mm.Lock.ExitRead(); }
        void L2(ulong a) { mm.Lock.EnterRead(); Look(a, out var v); mm.Lock.ExitRead(); {|LCK4001:v|}!.Touch(); }
        static T Same<T>(T x) => x;
        void S1() { var p = Same(mm.Get(1)); if (p is not null) mm.Put(p); }
        private Page Id(Page p) { mm.Look(p); return p; }
        void S2() { var p = mm.Get(1); if (p is null) return; p = Id(p); mm.Put(p); }
        private static bool Ok(Errno e) => e == Errno.Success;
        Errno S4() { var e = mm.Fetch(1, out var p); if (!Ok(e)) return e; mm.Put(p!); return e; }
        private Errno Wrap(out Page? p) { var e = mm.Fetch(1, out p); return e; }
        Errno S5() { var e = Wrap(out var p); if (e != Errno.Success) return e; mm.Put(p!); return e; }
        private Errno Wrap2(out Page? p) => mm.Fetch(1, out p);
        Errno S6() { var e = Wrap2(out var p); if (e != Errno.Success) return e; mm.Put(p!); return e; }
        private Errno Wrap3(out Page? p) { var e = mm.Fetch(1, out p); if (e != Errno.Success) return e; return Errno.Success; }
        Errno S7() { var e = Wrap3(out var p); if (e != Errno.Success) return e; mm.Put(p!); return e; }
        Errno S8() { var e = {|LCK4003:Wrap3|}(out var p); if (e != Errno.Success) return e; return e; }
        """);

    [Fact]
    public Task ReleasedTwiceOrUsedAfterwards_Found() => Lifetimes.VerifyAsync("""
        void Twice() { var p = mm.Get(1)!; mm.Put(p); mm.{|LCK4004:Put|}(p); }
        void Cond2() { var p = mm.Get(1)!; if (Cond()) mm.Put(p); mm.{|LCK4004:Put|}(p); }
        void CondElse() { var p = mm.Get(1)!; bool put = Cond(); if (put) mm.Put(p); if (!put) mm.Put(p); }
        void Loop(int n) { var p = mm.{|LCK4003:Get|}(1)!; for (int i = 0; i < n; i++) mm.{|LCK4004:Put|}(p); }
        void Wrong() { var p = mm.Get(1)!; mm.{|LCK4004:Free|}(p); }
        void UseAfter() { var p = mm.Get(1)!; mm.Put(p); Console.WriteLine({|LCK4004:p|}.Count); }
        void UseAfterNull() { var p = mm.Get(1)!; mm.Put(p); if (p != null) Cond(); }
        void Reset() { var p = mm.Get(1); if (p is null) return; mm.Put(p); p = null; if (p is not null) mm.Put(p); }
        void Param(Page p) { mm.Put(p); {|LCK4004:p|}.Count++; }
        void ParamTwice(Page p) { if (Cond()) { mm.Put(p); return; } mm.Put(p); }
        private void Give(Page p) => mm.Put(p);
        void Helper() { var p = mm.Get(1)!; Give(p); Give({|LCK4004:p|}); }
        void Finally() { var p = mm.Get(1)!; try { if (Cond()) { mm.Put(p); return; } } finally { mm.{|LCK4004:Put|}(p); } }
        void FinallyFlag() { var p = mm.Get(1); try { if (Cond()) { mm.Put(p!); p = null; return; } } finally { if (p != null) mm.Put(p); } }
        void ForEach(List<Page> l) { foreach (var p in l) mm.Put(p); }
        void ForEachUse(List<Page> l) { foreach (var p in l) { mm.Put(p); Console.WriteLine({|LCK4004:p|}.Count); } }
        void Returned(Page p) { mm.Put(p); }
        Page UseReturn(Page p) { mm.Put(p); return {|LCK4004:p|}; }
        void Lambda(Page p) { mm.Put(p); Action a = () => p.Count++; }
        void Capt(Page p) { Action a = () => mm.Put(p); a(); }
        """);

    [Fact]
    public Task NearestMatch_TestedInAnySpelling() => Lifetimes.VerifyAsync("""
        void N1(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); if (v != null && v.Start <= a) v.Touch(); mm.Lock.ExitRead(); }
        void N2(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); if (v == null || v.Start > a) { mm.Lock.ExitRead(); return; } v.Touch(); mm.Lock.ExitRead(); }
        void N3(ulong a) { mm.Lock.EnterRead(); if (mm.FindVma(a) is { } v && v.Contains(a)) v.Touch(); mm.Lock.ExitRead(); }
        void N4(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); {|LCK4005:v|}?.Touch(); mm.Lock.ExitRead(); }
        void N5(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); if (v?.Start <= a) v!.Touch(); mm.Lock.ExitRead(); }
        void N6(ulong a) { mm.Lock.EnterRead(); if (mm.FindVma(a) is { Start: var s } v && s <= a) v.Touch(); mm.Lock.ExitRead(); }
        void N7(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); if (v is null || !In(v, a)) { mm.Lock.ExitRead(); return; } v.Touch(); mm.Lock.ExitRead(); }
        static bool In(Vma v, ulong a) => v.Start <= a;
        void N8(ulong s, ulong e) { mm.Lock.EnterRead(); while (s < e) { var v = mm.FindVma(s); if (v is null || v.Start >= e) break; var lo = Math.Max(s, v.Start); Use(lo); s = v.End; } mm.Lock.ExitRead(); }
        void N9(ulong s, ulong e) { mm.Lock.EnterRead(); for (var v = mm.FindVma(s); v is not null && v.Start < e; v = mm.FindVma(v.End)) { v.Touch(); } mm.Lock.ExitRead(); }
        void N10(ulong[] l) { mm.Lock.EnterRead(); Vma? v = null; foreach (var a in l) { if (v is null || a >= v.End) v = mm.FindVma(a); if (v is null || v.Start > a) break; v.Touch(); } mm.Lock.ExitRead(); }
        void N11(ulong[] l) { mm.Lock.EnterRead(); Vma? v = null; foreach (var a in l) { if (v is null || a >= v.End) v = mm.FindVma(a); if (v is null) break; {|LCK4005:v|}.Touch(); } mm.Lock.ExitRead(); }
        static void Use(ulong a) { }
        private Vma? Exact(ulong a) { var v = mm.FindVma(a); return v is not null && v.Start <= a ? v : null; }
        void N12(ulong a) { mm.Lock.EnterRead(); var v = Exact(a); v?.Touch(); mm.Lock.ExitRead(); }
        private Vma? Near2(ulong a) => mm.FindVma(a);
        void N13(ulong a) { mm.Lock.EnterRead(); var v = Near2(a); if (v is not null) {|LCK4005:v|}.Touch(); mm.Lock.ExitRead(); }
        void N14(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); if (v is not null) { bool hit = a >= v.Start && a < v.End; if (hit) v.Touch(); } mm.Lock.ExitRead(); }
        void N16(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); if (v is not null && a - v.Start < v.End - v.Start) v.Touch(); mm.Lock.ExitRead(); }
        void N17(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a); if (v is { Start: var st } && a >= st) v.Touch(); mm.Lock.ExitRead(); }
        void N18(ulong a) { mm.Lock.EnterRead(); if (mm.FindVma(a) is not { } v || a < v.Start) goto o; v.Touch(); o: mm.Lock.ExitRead(); }
        void N19(ulong a) { mm.Lock.EnterRead(); var v = mm.FindVma(a)!; var hit = {|LCK4005:v|}.Contains(a); if (!hit) { mm.Lock.ExitRead(); return; } v.Touch(); mm.Lock.ExitRead(); }
        """);

    [Fact]
    public Task TokensOfTwoLocks_StayApart() => Lifetimes.VerifyAsync("""
        readonly Srcu a = new(), b = new();
        void T2() { int i = a.ReadLock(); int j = b.ReadLock(); b.{|LCK4006:ReadUnlock|}(i); a.{|LCK4006:ReadUnlock|}(j); }
        void T3() { int i = a.ReadLock(); try { Cond(); } finally { a.ReadUnlock(i); } }
        void T4() { int i = a.ReadLock(); for (int n = 0; n < 3; n++) { a.ReadUnlock(i); i = a.ReadLock(); } a.ReadUnlock(i); }
        void T5() { int i = a.ReadLock(); a.{|LCK4006:ReadUnlock|}(0); }
        void T6(bool c) { int i = c ? a.ReadLock() : -1; if (c) a.ReadUnlock(i); }
        private int Take() => a.ReadLock(); private void Give(int i) => a.ReadUnlock(i);
        void T7() { int i = Take(); Give(i); }
        int idx; private void Relock() { a.ReadUnlock(idx); idx = a.ReadLock(); }
        void T9() { idx = a.ReadLock(); Relock(); a.ReadUnlock(idx); }
        """);

    [Fact]
    public Task GuardedMemberReturnedByReference_OutlivesTheLock() => Flows.VerifyAsync("""
        public class C {
        readonly object _gate = new();
        [GuardedBy("_gate")] int _n; [GuardedBy("_gate")] int[] _a = new int[3];
        public ref int R1() { lock (_gate) { return ref {|LCK4002:_n|}; } }
        public ref int R2() { lock (_gate) return ref {|LCK4002:_a[0]|}; }
        [RequiresLock("_gate")] public ref int R3() => ref _n;
        public int R4() { lock (_gate) { ref int r = ref _n; r = 2; return r; } }
        public ref readonly int R5() { lock (_gate) { return ref {|LCK4002:_n|}; } }
        }
        """);

    [Fact]
    public Task ReferenceUnderALock_FollowedOnEveryPath() => Lifetimes.VerifyAsync("""
        [RequiresLock("mm.Lock", Shared = true)] [return: ValidUnder("mm.Lock")] private Vma? Lk(ulong a) => mm.LookUp(a);
        void T1(ulong a) { mm.Lock.EnterRead(); var v = Lk(a); mm.Lock.ExitRead(); {|LCK4001:v|}?.Touch(); }
        [RequiresLock("mm.Lock", Shared = true)] private void Use(Vma v) { v.Touch(); }
        void T2(ulong a) { mm.Lock.EnterRead(); var v = Lk(a); if (v != null) Use(v); mm.Lock.ExitRead(); }
        void T3(ulong a) { mm.Lock.EnterWrite(); var v = Lk(a); if (v is null) { Alloc(); v = Lk(a); } v?.Touch(); mm.Lock.ExitWrite(); }
        private void Alloc() { mm.Lock.ExitWrite(); Cond(); mm.Lock.EnterWrite(); }
        void T4(ulong a) { mm.Lock.EnterWrite(); var v = Lk(a)!; try { Alloc(); } finally { mm.Lock.ExitWrite(); } }
        void T5(ulong a, ulong b) { mm.Lock.EnterRead(); var x = Lk(a); var y = Lk(b); if (x == y) Cond(); x?.Touch(); y?.Touch(); mm.Lock.ExitRead(); }
        void T6(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.MmuLock.Enter(); mm.MmuLock.Exit(); v?.Touch(); mm.Lock.ExitRead(); }
        void T7(ulong a) { mm.Lock.EnterRead(); var l = new List<Vma>(); if (mm.LookUp(a) is { } v) l.Add(v); foreach (var w in l) w.Touch(); mm.Lock.ExitRead(); }
        void T8(ulong a) { mm.Lock.EnterRead(); var s = mm.LookUp(a)?.Start ?? 0; mm.Lock.ExitRead(); Console.WriteLine(s); }
        (ulong, ulong) T9(ulong a) { mm.Lock.EnterRead(); try { return mm.LookUp(a) is { } v ? (v.Start, v.End) : default; } finally { mm.Lock.ExitRead(); } }
        bool T10(ulong a) { mm.Lock.EnterRead(); bool r = mm.LookUp(a) is { Flags: 1 }; mm.Lock.ExitRead(); return r; }
        void T11(ulong a) { mm.Lock.EnterRead(); Vma? v = mm.LookUp(a); mm.Lock.ExitRead(); v = new Vma(); v.Touch(); }
        void T12(ulong a, int n) { Vma? v = null; for (int i = 0; i < n; i++) { mm.Lock.EnterRead(); v = mm.LookUp(a); v?.Touch(); mm.Lock.ExitRead(); } }
        void T13(ulong a, int n) { for (int i = 0; i < n; i++) { mm.Lock.EnterRead(); var v = mm.LookUp(a); if (v is null) { mm.Lock.ExitRead(); continue; } v.Touch(); mm.Lock.ExitRead(); } }
        void T14(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); Task.Run(() => {|LCK4002:v|}?.Touch()); mm.Lock.ExitRead(); }
        void T15(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); new[] { 1 }.ToList().ForEach(_ => v?.Touch()); mm.Lock.ExitRead(); }
        Vma? field; void T16(ulong a) { mm.Lock.EnterRead(); {|LCK4002:field|} = mm.LookUp(a); mm.Lock.ExitRead(); }
        [GuardedBy("mm.Lock")] Vma? guarded; void T17(ulong a) { mm.Lock.EnterWrite(); guarded = mm.LookUp(a); mm.Lock.ExitWrite(); }
        void T18(ulong a, out Vma? v) { mm.Lock.EnterRead(); v = mm.LookUp(a); mm.Lock.ExitRead(); }
        void T19(ulong a) { T18(a, out var v); {|LCK4001:v|}?.Touch(); }
        private Vma? Ret(ulong a) { mm.Lock.EnterRead(); try { return mm.{|LCK4002:LookUp|}(a); } finally { mm.Lock.ExitRead(); } }
        void Finish(ulong a, bool again) { retry: mm.Lock.EnterRead(); var v = mm.LookUp(a); if (v is null && again) { mm.Lock.ExitRead(); again = false; goto retry; } v?.Touch(); mm.Lock.ExitRead(); }
        void T20(ulong a) { using (new Guard(mm)) { var v = mm.LookUp(a); v?.Touch(); } }
        [ScopedLock] readonly struct Guard : IDisposable { readonly Mm m; [AcquiresLock("m.Lock", Shared = true)] public Guard(Mm m) { this.m = m; m.Lock.EnterRead(); } public void Dispose() => m.Lock.ExitRead(); }
        void T21(ulong a) { Vma? v; using (new Guard(mm)) v = mm.LookUp(a); {|LCK4001:v|}?.Touch(); }
        async Task T22(ulong a) { await Task.Yield(); mm.Lock.EnterRead(); var v = mm.LookUp(a); v?.Touch(); mm.Lock.ExitRead(); await Task.Yield(); {|LCK4001:v|}?.Touch(); }
        """);

    [Fact]
    public Task OwnedValuesAndMembersThroughHelpers_FollowedOnEveryPath() => Lifetimes.VerifyAsync("""
        bool _held; int _state; Page? _page;
        private void Take() { mm.MmuLock.Enter(); _held = true; }
        void F1() { Take(); Cond(); mm.MmuLock.Exit(); }
        private void SetState() { mm.MmuLock.Enter(); _state = 1; mm.MmuLock.Exit(); }
        void F2(ulong a) { _state = 0; SetState(); if (_state == 1) Cond(); }
        private void Clear() { mm.Put(_page!); _page = null; }
        void F3() { if (_page is null) return; Clear(); if (_page is not null) mm.Put(_page); }
        void F4() { _page = mm.Get(1); if (_page is not null) Clear(); }
        private bool Has(Page? p) => p is not null;
        void F5() { var p = mm.Get(1); if (Has(p)) mm.Put(p!); }
        private static bool Bad(Result<Page> r) => r.IsError;
        Errno F6() { var r = mm.TryGet(1); if (Bad(r)) return r.Error; mm.Put(r.Value); return Errno.Success; }
        private static bool IsNoslot(int pfn) => pfn < 0;
        [return: Owned("pin")] static int Pin() => 0; static void Unpin([Consumes("pin")] int pin) { }
        void F7() { int p = Pin(); if (IsNoslot(p)) return; Unpin(p); }
        void F8() { int p = {|LCK4003:Pin|}(); if (IsNoslot(p)) return; }
        void F9(int[] l) { foreach (var i in l) { var p = mm.Get(i); if (p is null) continue; try { if (Cond()) continue; mm.Look(p); } finally { mm.Put(p); } } }
        async Task F10() { var p = mm.Get(1); if (p is null) return; try { await Task.Delay(1); } finally { mm.Put(p); } }
        IEnumerable<int> F11() { var p = mm.Get(1); if (p is null) yield break; yield return 1; mm.Put(p); }
        void F12() { var p = mm.Get(1); using var d = new D(() => { if (p is not null) mm.Put(p); }); }
        sealed class D(Action a) : IDisposable { public void Dispose() => a(); }
        Page? F13() => mm.Get(1) is { } p ? p : null;
        Page F14() => mm.Get(1) ?? mm.Get(2)!;
        void F15() { Page? p; while ((p = mm.Get(1)) is not null) mm.Put(p); }
        void F16() { Page? p; do { p = mm.Get(1); } while (p is null); mm.Put(p); }
        void F17() { for (var p = mm.Get(1); p is not null; p = mm.Get(1)) mm.Put(p); }
        Page? _cached;
        Page? F18() { return _cached ??= mm.Get(1); }
        void F19(bool c) { var p = mm.Get(1); if (p is null) return; if (c) goto Put; mm.Look(p); Put: mm.Put(p); }
        bool F20([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Page? p) { return (p = mm.Get(1)) is not null; }
        void F21() { lock (mm) { var p = mm.Get(1); if (p is not null) mm.Put(p); } }
        void F22(Page p) { var q = p; mm.Put(q); {|LCK4004:p|}.Count = 1; }
        void F23(List<Page> l) { for (int i = l.Count - 1; i >= 0; i--) { var p = l[i]; l.RemoveAt(i); mm.Put(p); } }
        void F24(Page head) { Page? p = head; while (p is not null) { var n = Next(p); mm.Put(p); p = n; } }
        static Page? Next(Page p) => null;
        void F25(Dictionary<int, Page> d) { if (d.Remove(1, out var p)) mm.Put(p); }
        void F26(Queue<Page> q) { while (q.TryDequeue(out var p)) mm.Put(p); }
        void F27(ulong a) { mm.Lock.EnterRead(); foreach (var v in All()) v.Touch(); mm.Lock.ExitRead(); }
        IEnumerable<Vma> All() => [];
        void F28() { var (p, e) = (mm.Get(1), 2); if (p is not null) mm.Put(p); }
        void F29() { Span<int> s = stackalloc int[2]; s[0] = Pin(); Unpin(s[0]); }
        void F30() { int[] s = new int[2]; s[0] = Pin(); Unpin(s[0]); }
        struct H { public Page? P; } 
        void F31() { H h = default; h.P = mm.Get(1); if (h.P is not null) mm.Put(h.P); }
        """);
}
