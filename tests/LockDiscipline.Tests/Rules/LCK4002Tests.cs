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
}
