namespace LockDiscipline.Tests.Rules;

/// <summary>LCK4001: a reference is used after the hold that keeps it good has ended.</summary>
public sealed class LCK4001Tests
{
    [Fact]
    public Task UsedAfterTheRelease_Found() => Lifetimes.VerifyAsync("""
        void Member(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); if (v is not null) {|LCK4001:v|}.Touch(); }
        void Field(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); Console.WriteLine({|LCK4001:v|}!.Flags); }
        void Passed(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); Use({|LCK4001:v|}); }
        Vma? Returned(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); return {|LCK4001:v|}; }
        void Copied(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); var w = v; Use({|LCK4001:w|}); }
        void Once(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; mm.Lock.ExitRead(); {|LCK4001:v|}.Touch(); v.Touch(); Use(v); }
        static void Use(Vma? v) { }
        """);

    [Fact]
    public Task LockTakenAgain_StillFound() => Lifetimes.VerifyAsync("""
        void Again(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; mm.Lock.ExitRead(); mm.Lock.EnterRead(); {|LCK4001:v|}.Touch(); mm.Lock.ExitRead(); }
        void Temporarily(ulong a) { mm.Lock.EnterWrite(); var v = mm.LookUp(a)!; mm.Fault(); {|LCK4001:v|}.Touch(); mm.Lock.ExitWrite(); }
        void InHelper(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; Drop(); mm.Lock.EnterRead(); {|LCK4001:v|}.Touch(); mm.Lock.ExitRead(); }
        void Drop() => mm.Lock.ExitRead();
        """);

    [Fact]
    public Task OnSomePaths_Found() => Lifetimes.VerifyAsync("""
        void Loop(ulong a, int n)
        {
            mm.Lock.EnterRead();
            var v = mm.LookUp(a)!;
            for (int i = 0; i < n; i++)
            {
                {|LCK4001:v|}.Touch();
                mm.Lock.ExitRead();
                mm.Lock.EnterRead();
            }
            mm.Lock.ExitRead();
        }
        void Branch(ulong a)
        {
            mm.Lock.EnterRead();
            var v = mm.LookUp(a)!;
            if (Cond()) { mm.Lock.ExitRead(); mm.Lock.EnterRead(); }
            {|LCK4001:v|}.Touch();
            mm.Lock.ExitRead();
        }
        """);

    [Fact]
    public Task LookedUpAgainOrCopiedOut_Silent() => Lifetimes.VerifyAsync("""
        void Again(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); mm.Lock.EnterRead(); v = mm.LookUp(a); v?.Touch(); mm.Lock.ExitRead(); }
        void Scalars(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a)!; var flags = v.Flags; var size = v.End - v.Start; mm.Lock.ExitRead(); Console.WriteLine(flags + (int)size); }
        bool NullTest(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); mm.Lock.ExitRead(); return v is not null; }
        bool Compared(ulong a) { mm.Lock.EnterRead(); var v = mm.LookUp(a); var w = mm.LookUp(a + 1); mm.Lock.ExitRead(); return v == w; }
        void Flag(ulong a)
        {
            bool dropped = false;
            mm.Lock.EnterRead();
            var v = mm.LookUp(a)!;
            if (Cond()) { mm.Lock.ExitRead(); dropped = true; mm.Lock.EnterRead(); }
            if (dropped)
                v = mm.LookUp(a)!;
            v.Touch();
            mm.Lock.ExitRead();
        }
        void Lazily(ulong[] addresses)
        {
            mm.Lock.EnterRead();
            Vma? vma = null;
            foreach (var a in addresses)
            {
                if (vma is null || a >= vma.End)
                    vma = mm.LookUp(a);
                vma?.Touch();
            }
            mm.Lock.ExitRead();
        }
        """);

    [Fact]
    public Task ReadFromGuardedMember_FoundWhenUsedOutside() => Lifetimes.VerifyAsync("""
        readonly object _gate = new();
        [GuardedBy("_gate")] List<int> _list = new();
        [TargetGuardedBy("_gate")] readonly Dictionary<int, int> _map = new();
        [GuardedBy("_gate")] string _name = "";
        [GuardedBy("_gate")] Action? _action;
        [GuardedBy("_gate")] System.Collections.Immutable.ImmutableArray<int> _all;
        [GuardedBy("_gate")] System.Collections.Concurrent.ConcurrentQueue<int> _queue = new();
        void List() { List<int> l; lock (_gate) l = _list; {|LCK4001:l|}.Add(1); }
        void Map() { Dictionary<int, int> m; lock (_gate) { m = _map; } {|LCK4001:m|}[1] = 2; }
        void Enumerated() { List<int> l; lock (_gate) l = _list; foreach (var i in {|LCK4001:l|}) Console.WriteLine(i); }
        void HeldAgain() { List<int> l; lock (_gate) l = _list; lock (_gate) l.Add(1); }
        void Inside() { lock (_gate) { var l = _list; l.Add(1); } }
        void Copy() { int[] c; lock (_gate) c = _list.ToArray(); Console.WriteLine(c.Length); }
        void Item() { int i; lock (_gate) i = _list[0]; Console.WriteLine(i); }
        void Name() { string s; lock (_gate) s = _name; Console.WriteLine(s.Length); }
        void Run() { Action? a; lock (_gate) a = _action; a?.Invoke(); }
        void All() { System.Collections.Immutable.ImmutableArray<int> a; lock (_gate) a = _all; Console.WriteLine(a.Length); }
        void Queue() { System.Collections.Concurrent.ConcurrentQueue<int> q; lock (_gate) q = _queue; q.Enqueue(1); }
        void Swapped() { List<int> l; lock (_gate) { l = _list; _list = new(); } l.Add(1); }
        """);

    [Fact]
    public Task ArrayThatIsOnlyReplaced_IsASnapshot() => Lifetimes.VerifyAsync("""
        readonly object _gate = new();
        [GuardedBy("_gate")] int[] _replaced = [];
        [GuardedBy("_gate")] int[] _changed = [];
        void Add(int i) { lock (_gate) { _replaced = [.. _replaced, i]; _changed[0] = i; } }
        void Replaced() { int[] a; lock (_gate) a = _replaced; foreach (var i in a) Console.WriteLine(i); }
        void Changed() { int[] a; lock (_gate) a = _changed; foreach (var i in {|LCK4001:a|}) Console.WriteLine(i); }
        """);
}
