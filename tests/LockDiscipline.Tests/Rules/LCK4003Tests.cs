namespace LockDiscipline.Tests.Rules;

/// <summary>LCK4003: an owned value is still owned at an exit.</summary>
public sealed class LCK4003Tests
{
    [Fact]
    public Task NotGivenBack_FoundAtTheAcquire() => Lifetimes.VerifyAsync("""
        void Never() { var p = mm.{|LCK4003:Get|}(1); if (p is null) return; mm.Look(p); }
        void Early() { var p = mm.{|LCK4003:Get|}(1); if (p is null) return; if (Cond()) return; mm.Put(p); }
        void Thrown() { var p = mm.{|LCK4003:Get|}(1)!; if (Cond()) throw new InvalidOperationException(); mm.Put(p); }
        void Dropped() { mm.{|LCK4003:Get|}(1); }
        void Loop(int n) { for (int i = 0; i < n; i++) { var p = mm.{|LCK4003:Get|}(i); if (p is null) break; if (Cond()) continue; mm.Put(p); } }
        void Overwritten() { var p = mm.{|LCK4003:Get|}(1); p = mm.Get(2); if (p is not null) mm.Put(p); }
        Errno ByError() { var r = mm.{|LCK4003:TryGet|}(1); if (r.IsError) return r.Error; if (Cond()) return Errno.Again; mm.Put(r.Value); return Errno.Success; }
        void Out() { if (!mm.{|LCK4003:Take|}(1, out var p)) return; if (Cond()) mm.Put(p); }
        Errno OutByError() { var e = mm.{|LCK4003:Fetch|}(1, out var p); if (e != Errno.Success) return e; mm.Look(p!); return Errno.Success; }
        """);

    [Fact]
    public Task GivenBackOnEveryPath_Silent() => Lifetimes.VerifyAsync("""
        void Simple() { var p = mm.Get(1); if (p is null) return; mm.Look(p); mm.Put(p); }
        void NotNull() { var p = mm.Get(1); if (p is not null) mm.Put(p); }
        void Pattern() { if (mm.Get(1) is { } p) mm.Put(p); }
        void Finally() { var p = mm.Get(1)!; try { if (Cond()) return; mm.Look(p); } finally { mm.Put(p); } }
        Errno ByError() { var r = mm.TryGet(1); if (r.IsError) return r.Error; mm.Put(r.Value); return Errno.Success; }
        Errno BySuccess() { var r = mm.TryGet(1); if (!r.IsSuccess) return r.Error; var p = r.Value; mm.Put(p); return Errno.Success; }
        void Out() { if (!mm.Take(1, out var p)) return; mm.Put(p); }
        void OutPositive() { if (mm.Take(1, out var p)) mm.Put(p); }
        Errno OutByError() { var e = mm.Fetch(1, out var p); if (e != Errno.Success) return e; mm.Put(p!); return Errno.Success; }
        void Loop(int n) { for (int i = 0; i < n; i++) { var p = mm.Get(i); if (p is null) continue; mm.Put(p); } }
        void Flag() { Page? p = null; if (Cond()) p = mm.Get(1); if (p != null) mm.Put(p); }
        void Coalesced() { var p = mm.Get(1) ?? throw new InvalidOperationException(); mm.Put(p); }
        """);

    [Fact]
    public Task HandedOn_Silent() => Lifetimes.VerifyAsync("""
        Page? _page; readonly List<Page> _all = new(); readonly Page?[] _some = new Page?[2];
        [return: Owned("page")] public Page? Returned() => mm.Get(1);
        public Page? ReturnedPlainly() { var p = mm.Get(1); return p; }
        void Stored() => _page = mm.Get(1);
        void Element(int i) => _some[i] = mm.Get(1);
        void Out(out Page? p) => p = mm.Get(1);
        Holder Kept() { var p = mm.Get(1)!; return new Holder(p); }
        void Wrapped() => Map(Entry.Of(mm.Get(1)!));
        void Listed() => _all.Add(mm.Get(1)!);
        Result2<Page> Converted() { var p = mm.Get(1)!; return p; }
        static void Map(Entry e) { }
        readonly struct Entry { readonly object _page; Entry(object page, int n) => _page = page; public static Entry Of(Page page) => Of(page, 1); static Entry Of(Page page, int n) => new(page, n); }
        readonly struct Result2<T> { readonly T _value; Result2(T value) => _value = value; public static implicit operator Result2<T>(T value) => new(value); }
        void Captured(List<Action> later) { var p = mm.Get(1)!; later.Add(() => mm.Put(p)); }
        void Initialized() { var h = new Holder(null) { Page = mm.Get(1) }; GC.KeepAlive(h); }
        class Holder { public Page? Page; public Holder(Page? page) => Page = page; }
        """);

    [Fact]
    public Task Helpers_TakeAndGive() => Lifetimes.VerifyAsync("""
        private Page? Take() => mm.Get(1);
        private void Give(Page p) { mm.Look(p); mm.Put(p); }
        private void Maybe(Page p, bool give) { if (give) mm.Put(p); }
        void Right() { var p = Take(); if (p is null) return; Give(p); }
        void Wrong() { var p = {|LCK4003:Take|}(); if (p is null) return; mm.Look(p); }
        void Flagged() { var p = mm.Get(1)!; Maybe(p, true); }
        void NotFlagged() { var p = mm.{|LCK4003:Get|}(1)!; Maybe(p, false); }
        """);

    [Fact]
    public Task HelperThatStatesALock_GivesBackAllTheSame() => Lifetimes.VerifyAsync("""
        [RequiresLock("mm.MmuLock")] private void Give(Page p) => mm.Put(p);
        void Right() { mm.MmuLock.Enter(); var p = mm.Get(1); if (p is not null) Give(p); mm.MmuLock.Exit(); }
        void Twice() { mm.MmuLock.Enter(); var p = mm.Get(1); if (p is not null) { Give(p); mm.{|LCK4004:Put|}(p); } mm.MmuLock.Exit(); }
        """);

    [Fact]
    public Task ThroughAPlainObject_Silent() => Lifetimes.VerifyAsync("""
        void Declared() { object? p = mm.Get(1); if (p is Page page) mm.Put(page); }
        void Tested() { object? p = mm.Get(1); if (p is Page) mm.Put((Page)p); }
        void As() { object? p = mm.Get(1); var page = p as Page; if (page != null) mm.Put(page); }
        void Negated() { object? p = mm.Get(1); if (p is not Page page) return; mm.Put(page); }
        void Switched() { object? p = mm.Get(1); switch (p) { case Page page: mm.Put(page); break; } }
        void Arm() { object? p = mm.Get(1); _ = p switch { Page page => Give(page), _ => false }; }
        bool Give([Consumes("page")] Page p) => true;
        """);

    [Fact]
    public Task ThroughAPlainObject_Found() => Lifetimes.VerifyAsync("""
        void OtherType() { object? p = mm.{|LCK4003:Get|}(1); if (p is Vma) return; }
        void OnlyTested() { object? p = mm.{|LCK4003:Get|}(1); if (p is Page page) mm.Look(page); }
        """);

    [Fact]
    public Task OnlyANumberOfItReturned_Found() => Lifetimes.VerifyAsync("""
        public class Block { public int Count; public string Name = ""; public Block? Next; }
        public struct Handle { public int Number; }
        [return: Owned("block")] static Block New() => new();
        [return: Owned("handle")] static Handle Open() => default;
        [return: Owned("id")] static Result<int> NewId() => default;
        static void Free([Consumes("block")] Block block) { }
        int Number() { var b = {|LCK4003:New|}(); return b.Count; }
        string Text() { var b = {|LCK4003:New|}(); return b.Name; }
        int Some(bool early) { var b = {|LCK4003:New|}(); if (early) return b.Count; Free(b); return 0; }
        int Right() { var b = New(); int n = b.Count; Free(b); return n; }
        Block? Part() { var b = New(); return b.Next; }
        int Whole() { var h = Open(); return h.Number; }
        int Id() { var id = NewId(); return id.IsError ? -1 : id.Value; }
        """);

    [Fact]
    public Task StoredByTheCall_Silent() => Lifetimes.VerifyAsync("""
        static bool Get([Owned("page")] out Page? page) { page = null; return false; }
        Page? _page;
        void Member() => Get(out _page);
        bool Elements(Page?[] all, int n)
        {
            int i;
            for (i = 0; i < n; i++)
            {
                if (!Get(out all[i]))
                    goto undo;
            }
            return true;
        undo:
            while (--i >= 0)
                mm.Put(all[i]!);
            return false;
        }
        bool Kept() { if (!{|LCK4003:Get|}(out var page)) return false; mm.Look(page!); return true; }
        Page? Last => _page;
        """);

    [Fact]
    public Task LeftByACatch_Found() => Flows.VerifyAsync(Counted + """
        public class C
        {
            static void Work() { }
            void Void() { var p = Pages.{|LCK4003:Alloc|}(); if (p is null) return; try { Work(); } catch (InvalidOperationException) { return; } Pages.Put(p); }
            int Value() { var p = Pages.{|LCK4003:Alloc|}(); if (p is null) return 0; try { Work(); } catch { return -1; } Pages.Put(p); return 0; }
            int InTheSection() { var p = Pages.{|LCK4003:Alloc|}(); if (p is null) return 0; try { Work(); Pages.Put(p); } catch (IOException) { return -1; } return 0; }
            int Undone() { var p = Pages.Alloc(); if (p is null) return 0; try { Work(); } catch { Pages.Put(p); return -1; } Pages.Put(p); return 0; }
            // Whether the release has thrown before or after it released is not known.
            void OnlyTheRelease() { var p = Pages.Alloc(); if (p is null) return; try { Pages.Put(p); } catch (IOException) { return; } }
            void Finally() { var p = Pages.Alloc(); if (p is null) return; try { Work(); } catch (IOException) { return; } finally { Pages.Put(p); } }
        }
        """);

    [Fact]
    public Task LentToAFunction_StillOwned() => Flows.VerifyAsync("""
        public class Pool<T> where T : class
        {
            [return: Owned("item")] public T? Take() => null;
            public void Give([Consumes("item")] T? item) { }

            public Errno Leaves(Func<T, Errno> use)
            {
                var item = {|LCK4003:Take|}();
                if (item is null)
                    return Errno.NoMemory;
                var ret = use(item);
                if (ret != Errno.Success)
                    return ret;
                Give(item);
                return ret;
            }

            public Errno Right(Func<T, Errno> use)
            {
                var item = Take();
                if (item is null)
                    return Errno.NoMemory;
                try { return use(item); }
                finally { Give(item); }
            }
        }
        """);

    // What one loop counts of the elements of a collection, another one gives back.
    [Fact]
    public Task CountedForElements_GivenBackInAnotherLoop() => Flows.VerifyAsync(Counted + """
        public class C
        {
            void Undo(Page[] ps) { int i; for (i = 0; i < ps.Length; i++) if (Pages.Get(ps[i]) != Errno.Success) break; while (i-- > 0) Pages.Put(ps[i]); }
            void Finally(Page[] ps) { int i = 0; try { for (; i < ps.Length; i++) if (Pages.Get(ps[i]) != Errno.Success) break; } finally { while (i-- > 0) Pages.Put(ps[i]); } }
            void Twice(List<Page> ps) { foreach (var p in ps) if (Pages.Get(p) != Errno.Success) goto undo; foreach (var p in ps) Pages.Put(p); undo: return; }
            Errno InTheRound(List<Page> ps) { foreach (var p in ps) { if (Pages.{|LCK4003:Get|}(p) != Errno.Success) continue; if (p.Count > 3) return Errno.Again; Pages.Put(p); } return Errno.Success; }
            Errno AtAnIndex(Page[] ps) { for (int i = 0; i < ps.Length; i++) { if (Pages.{|LCK4003:Get|}(ps[i]) != Errno.Success) return Errno.Again; if (ps[i].Count > 3) return Errno.Again; Pages.Put(ps[i]); } return Errno.Success; }
        }
        """);

    [Fact]
    public Task PutIntoWhatIsReturnedOrExchanged_Silent() => Flows.VerifyAsync(Counted + """
        public class C
        {
            Task<Page?> Finished() => Task.FromResult(Pages.Alloc());
            ValueTask<Page?> Value() => new(Pages.Alloc());
            void First(ref Page? place) { var p = Pages.Alloc(); var before = Interlocked.CompareExchange(ref place, p, null); if (before != null) Pages.Put(p); }
            void Exchanged(ref Page? place) { if (Interlocked.Exchange(ref place, Pages.Alloc()) is { } former) Pages.Put(former); }
            void Written(ref Page? place) => Volatile.Write(ref place, Pages.Alloc());
            void Made(List<Page?> all) => all.AddRange(Enumerable.Range(0, 3).Select(_ => Pages.Alloc()));
            Page?[] Converted(int[] keys) => Array.ConvertAll(keys, _ => Pages.Alloc());
            int InALambda(int[] keys) => keys.Sum(_ => { var p = Pages.{|LCK4003:Alloc|}(); return p is null ? 0 : 1; });
        }
        """);

    const string Counted = """
        using System.IO;
        public class Page { public int Count; }
        public static class Pages
        {
            [return: Owned("page")] public static Page? Alloc() => null;
            public static Errno Get([Owned("page")] Page page) => Errno.Success;
            public static void Put([Consumes("page")] Page? page) { }
        }

        """;

    // The number in a frame is all that there is of it, whatever it is kept in.
    [Fact]
    public Task ValueOfASuccess_StandsForTheResult() => Flows.VerifyAsync("""
        [MustCheck]
        public readonly struct Pfn
        {
            readonly long _value;
            public Pfn(long value) { _value = value; }
            [ErrorTest] public bool IsError => _value < 0;
            [OnSuccess] public long Number => _value;
        }
        public static class Mmu
        {
            [return: Owned("pfn")] public static Pfn Fault(ulong gfn) => default;
            public static void Release([Consumes("pfn")] long number) { }
            public static Errno Install(long number) => Errno.Success;
            public static Errno Released(ulong gfn) { var pfn = Fault(gfn); if (pfn.IsError) return Errno.Again; var number = pfn.Number; var ret = Install(number); Release(number); return ret; }
            public static Errno Kept(ulong gfn) { var pfn = {|LCK4003:Fault|}(gfn); if (pfn.IsError) return Errno.Again; var number = pfn.Number; var ret = Install(number); if (ret != Errno.Success) return ret; Release(number); return ret; }
            public static bool HandedOut(ulong gfn, out long number) { var pfn = Fault(gfn); number = pfn.IsError ? -1 : pfn.Number; return !pfn.IsError; }
        }
        """);
}
