namespace LockDiscipline.Tests.Rules;

/// <summary>LCK4002: a reference that is good under a lock only is stored, captured or returned.</summary>
public sealed class LCK4002Tests
{
    [Fact]
    public Task StoredCapturedOrReturned_Found() => Lifetimes.VerifyAsync("""
        Vma? _cached;
        void Stored(ulong a) { mm.Lock.EnterRead(); {|LCK4002:_cached|} = mm.LookUp(a); mm.Lock.ExitRead(); }
        void Captured(ulong a, List<Action> later) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; later.Add(() => {|LCK4002:v|}.Touch()); mm.Lock.ExitRead(); }
        public Vma? Returned(ulong a) { mm.Lock.EnterRead(); try { return mm.{|LCK4002:LookUp|}(a); } finally { mm.Lock.ExitRead(); } }
        public Vma? ReturnedVariable(ulong a) { mm.Lock.EnterRead(); try { var v = mm.LookUp(a); return {|LCK4002:v|}; } finally { mm.Lock.ExitRead(); } }
        void Element(ulong a, Vma?[] all) { mm.Lock.EnterRead(); {|LCK4002:all[0]|} = mm.LookUp(a); mm.Lock.ExitRead(); }
        """);

    [Fact]
    public Task SaidToStayGoodOrKeptInside_Silent() => Lifetimes.VerifyAsync("""
        public class Cache { public Vma? Vma; }
        public struct Walk { public Vma? Vma; }
        [GuardedBy("mm.Lock")] Vma? _cached;
        void Guarded(ulong a) { mm.Lock.EnterWrite(); _cached = mm.LookUp(a); mm.Lock.ExitWrite(); }
        [RequiresLock("mm.Lock", Shared = true)] [return: ValidUnder("mm.Lock")] public Vma? Find(ulong a) => mm.LookUp(a);
        [RequiresLock("mm.Lock", Shared = true)] public void Out(ulong a, [ValidUnder("mm.Lock")] out Vma? v) => v = mm.LookUp(a);
        void Local(ulong a) { mm.Lock.EnterRead(); var w = new Walk(); w.Vma = mm.LookUp(a); w.Vma?.Touch(); mm.Lock.ExitRead(); }
        void Fresh(ulong a) { mm.Lock.EnterRead(); var c = new Cache(); c.Vma = mm.LookUp(a); c.Vma?.Touch(); mm.Lock.ExitRead(); }
        private Vma? Helper(ulong a) => mm.LookUp(a);
        void Caller(ulong a) { mm.Lock.EnterRead(); Helper(a)?.Touch(); mm.Lock.ExitRead(); }
        int Scalar(ulong a) { mm.Lock.EnterRead(); try { return mm.LookUp(a)!.Flags; } finally { mm.Lock.ExitRead(); } }
        """);

    [Fact]
    public Task TargetReturnedFromTheSection_Found() => Lifetimes.VerifyAsync("""
        readonly object _gate = new();
        [TargetGuardedBy("_gate")] readonly List<int> _items = new();
        [GuardedBy("_gate")] List<int> _other = new();
        public List<int> Items() { lock (_gate) return {|LCK4002:_items|}; }
        public List<int> Other() { lock (_gate) return _other; }
        """);

    [Fact]
    public Task HelperResult_IsTiedForItsCaller() => Lifetimes.VerifyAsync("""
        private Vma Helper(ulong a) => mm.LookUp(a)!;
        void Caller(ulong a) { mm.Lock.EnterRead(); var v = Helper(a); mm.Lock.ExitRead(); {|LCK4001:v|}.Touch(); }
        """);

    [Fact]
    public Task KeptInACollection_FoundUnlessItIsOnesOwnOrGuardedAlike() => Flows.VerifyAsync("""
        public class Area { public ulong Start; }
        public class Space
        {
            public readonly Shared Lock = new();
            [GuardedBy("Lock")] public readonly List<Area> Seen = new();
            [RequiresLock("Lock", Shared = true)] [return: ValidUnder("Lock")] public Area? LookUp(ulong address) => null;
        }
        public class C
        {
            static readonly List<Area> s_all = new();
            static readonly System.Collections.Concurrent.ConcurrentQueue<Area> s_queue = new();
            void Field(Space space, ulong a) { space.Lock.EnterRead(); var area = space.LookUp(a); if (area != null) s_all.Add({|LCK4002:area|}); space.Lock.ExitRead(); }
            void Argument(Space space, ulong a, List<Area> to) { space.Lock.EnterRead(); if (space.LookUp(a) is { } area) to.Insert(0, {|LCK4002:area|}); space.Lock.ExitRead(); }
            void Keyed(Space space, ulong a, Dictionary<ulong, Area?> to) { space.Lock.EnterRead(); {|LCK4002:to[a]|} = space.LookUp(a); space.Lock.ExitRead(); }
            void Concurrent(Space space, ulong a) { space.Lock.EnterRead(); if (space.LookUp(a) is { } area) s_queue.Enqueue({|LCK4002:area|}); space.Lock.ExitRead(); }
            void Own(Space space, ulong a) { space.Lock.EnterRead(); var all = new List<Area?>(); all.Add(space.LookUp(a)); Console.WriteLine(all.Count); space.Lock.ExitRead(); }
            void Alike(Space space, ulong a) { space.Lock.EnterWrite(); if (space.LookUp(a) is { } area) space.Seen.Add(area); space.Lock.ExitWrite(); }
            [RequiresLock("space.Lock", Shared = true)] public void Collect(Space space, ulong a, List<Area> to) { if (space.LookUp(a) is { } area) to.Add(area); }
            bool Asked(Space space, ulong a) { space.Lock.EnterRead(); var isSeen = space.LookUp(a) is { } area && s_all.Contains(area); space.Lock.ExitRead(); return isSeen; }
            void Number(Space space, ulong a, List<ulong> to) { space.Lock.EnterRead(); if (space.LookUp(a) is { } area) to.Add(area.Start); space.Lock.ExitRead(); }
        }
        """);
}
