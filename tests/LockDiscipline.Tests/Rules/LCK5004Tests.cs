namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5004: a call needs a condition that was not tested on every path to it.</summary>
public sealed class LCK5004Tests
{
    static Task VerifyAsync(string members) => Flows.VerifyAsync($$"""
        public enum Kind { Shared, Private }

        public class Slot
        {
            public bool Invalid;
            public int Flags;
            public Slot? Next;
            public bool IsBusy => Flags > 3;
            public bool IsOpen { get; set; }
            public bool Has(int page) => page > Flags;
            public void Touch() { }
            [ErrorTest] public bool IsError => Flags < 0;
            [RequiresTest("IsOpen")] public void Send() { }
        }

        public class Api
        {
            [RequiresTest("start < end")] public static void Walk(ulong start, ulong end) { }
            [RequiresTest("!slot.Invalid")] public void Translate(Slot slot) { }
            [RequiresTest("slot != null")] public void Use(Slot? slot) { }
            [RequiresTest("!slot.IsBusy")] public void Take(Slot slot) { }
            [RequiresTest("slot.Has(page)")] public void Map(Slot slot, int page) { }
            [RequiresTest("IsReady()")] public void Start() { }
            [RequiresTest("kind == Kind.Private")] public void Destroy(Kind kind) { }
            [RequiresTest("a > 0 && b > 0")] public void Both(int a, int b) { }
            [RequiresTest("a == null || n >= 0")] public void Either(object? a, int n) { }
            [RequiresTest("!slot.IsError")] public void Good(Slot slot) { }
            public bool IsReady() => true;
            static bool Cond() => true;
            void Work() { }
        {{members}}
        }
        """);

    [Fact]
    public Task Untested_Found() => VerifyAsync("""
        public void Order(ulong a, ulong b) => {|LCK5004:Walk|}(a, b);
        public void WrongWay(ulong a, ulong b) { if (a < b) return; {|LCK5004:Walk|}(a, b); }
        public void Equal(ulong a, ulong b) { if (b < a) return; {|LCK5004:Walk|}(a, b); }
        public void OnePath(ulong a, ulong b, bool c) { if (c && a >= b) return; {|LCK5004:Walk|}(a, b); }
        public void Swapped(ulong a, ulong b) { if (a >= b) return; {|LCK5004:Walk|}(b, a); }
        public void Moved(ulong a, ulong b) { if (a >= b) return; a = b; {|LCK5004:Walk|}(a, b); }
        public void Field(Slot s) => {|LCK5004:Translate|}(s);
        public void OtherSlot(Slot s, Slot t) { if (s.Invalid) return; {|LCK5004:Translate|}(t); }
        public void Assigned(Slot s) { if (s.Invalid) return; s.Invalid = true; {|LCK5004:Translate|}(s); }
        public void Null(Slot? s) => {|LCK5004:Use|}(s);
        public void Computed(Slot s) => {|LCK5004:Take|}(s);
        public void Changed(Slot s) { if (s.IsBusy) return; s.Flags = 7; {|LCK5004:Take|}(s); }
        public void Method(Slot s) { if (s.Has(1)) {|LCK5004:Map|}(s, 2); }
        public void Not(Slot s) { if (!s.Has(1)) {|LCK5004:Map|}(s, 1); }
        public void Receiver(Api other) { if (IsReady()) other.{|LCK5004:Start|}(); }
        public void Constant() => {|LCK5004:Destroy|}(Kind.Shared);
        public void One(int a, int b) { if (a > 0) {|LCK5004:Both|}(a, b); }
        public void Property(Slot s) => s.{|LCK5004:Send|}();
        public void Loop(ulong[] all) { foreach (var x in all) {|LCK5004:Walk|}(x, 10); }
        """);

    [Fact]
    public Task Tested_Silent() => VerifyAsync("""
        public void Early(ulong a, ulong b) { if (b <= a) return; Walk(a, b); }
        public void EarlyReversed(ulong a, ulong b) { if (a >= b) return; Walk(a, b); }
        public void Inside(ulong a, ulong b) { if (a < b) Walk(a, b); }
        public void Reversed(ulong a, ulong b) { if (b > a) Walk(a, b); }
        public void Not(ulong a, ulong b) { if (!(a < b)) return; Walk(a, b); }
        public void Flag(ulong a, ulong b) { bool ok = a < b; if (ok) Walk(a, b); }
        public void And(ulong a, ulong b, bool c) { if (c && a < b) Walk(a, b); }
        public void Or(ulong a, ulong b, bool c) { if (c || a >= b) return; Walk(a, b); }
        public void Throws(ulong a, ulong b) { if (a >= b) throw new ArgumentException(""); Walk(a, b); }
        public void While(ulong a, ulong b) { while (a < b) { Walk(a, b); a += 4096; } }
        public void For(ulong b) { for (ulong a = 0; a < b; a++) Walk(a, b); }
        public void Ternary(ulong a, ulong b) { _ = a < b ? Run(a, b) : 0; }
        [RequiresTest("x < y")] int Run(ulong x, ulong y) { Walk(x, y); return 1; }
        public void Pattern(Slot s) { if (s is { Invalid: false }) Translate(s); }
        public void Field(Slot s) { if (s.Invalid) return; Translate(s); }
        public void EqualsFalse(Slot s) { if (s.Invalid == false) Translate(s); }
        public void Copy(Slot s) { if (s.Invalid) return; var t = s; Translate(t); }
        public void Null(Slot? s) { if (s is null) return; Use(s); }
        public void NotNull(Slot? s) { if (s != null) Use(s); }
        public void Braces(Slot? s) { if (s is { } t) Use(t); }
        public void New() => Use(new Slot());
        public void Computed(Slot s) { if (s.IsBusy) return; Work(); Take(s); }
        public void ComputedPattern(Slot s) { if (s is { IsBusy: false }) Take(s); }
        public void Method(Slot s, int p) { if (!s.Has(p)) return; Map(s, p); }
        public void MethodFlag(Slot s, int p) { bool has = s.Has(p); if (has) Map(s, p); }
        public void Own() { if (IsReady()) Start(); }
        public void Evident() => Destroy(Kind.Private);
        public void EvidentNumbers() { Walk(1, 5); Both(1, 2); Either(null, -1); Either(this, 3); }
        public void Enumerated(Kind k) { switch (k) { case Kind.Private: Destroy(k); break; } }
        public void BothTested(int a, int b) { if (a <= 0 || b <= 0) return; Both(a, b); }
        public void Larger(int a) { if (a > 7) Both(a, 3); }
        public void Error(Slot s) { if (s.IsError) return; Good(s); }
        public void Property(Slot s) { if (s.IsOpen) s.Send(); }
        public void Opened(Slot s) { s.IsOpen = true; s.Send(); }
        public void Asserted(ulong a, ulong b) { System.Diagnostics.Debug.Assert(a < b); Walk(a, b); }
        """);

    [Fact]
    public Task CallersOwnContract_Establishes() => VerifyAsync("""
        [RequiresTest("a < b")] public void Handed(ulong a, ulong b) => Walk(a, b);
        [RequiresTest("b > a")] public void OtherSpelling(ulong a, ulong b) => Walk(a, b);
        [RequiresTest("a < b")] public void Wrong(ulong a, ulong b) => {|LCK5004:Walk|}(b, a);
        [RequiresTest("!s.IsBusy")] public void Computed(Slot s) => Take(s);
        [RequiresTest("s.Has(p)")] public void Method(Slot s, int p) => Map(s, p);
        [RequiresTest("!s.IsError")] public void Error(Slot s) => Good(s);
        [RequiresTest("IsReady()")] public void Own() => Start();
        """);

    [Fact]
    public Task Helpers_LeaveTheTestToTheirCallers() => VerifyAsync("""
        private void Inner(ulong x, ulong y) => Walk(x, y);
        public void Right(ulong a, ulong b) { if (a < b) Inner(a, b); }
        public void Wrong(ulong a, ulong b) => {|LCK5004:Inner|}(a, b);
        private void Uncalled(ulong x, ulong y) => {|LCK5004:Walk|}(x, y);
        public Action Later(ulong a, ulong b) { if (a >= b) return () => { }; return () => Walk(a, b); }
        """);

    [Fact]
    public Task WhatTheLockGuards_HasToBeTestedUnderIt() => Flows.VerifyMembersAsync("""
        [RequiresTest("_n > 0")] [RequiresLock("_gate")] void Pop() { }
        public void Right() { _gate.Enter(); if (_n > 0) Pop(); _gate.Exit(); }
        public void Stale()
        {
            _gate.Enter();
            bool some = _n > 0;
            _gate.Exit();
            _gate.Enter();
            if (some)
                {|LCK5004:Pop|}();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task EndThatIsTheStartAndSomething_IsEvident() => Flows.VerifyAsync("""
        public readonly struct Address
        {
            readonly ulong _value;
            public Address(ulong value) => _value = value;
            public static Address operator +(Address address, ulong bytes) => new(address._value + bytes);
            public static ulong operator -(Address end, Address start) => end._value - start._value;
        }

        public class Api
        {
            public Address Base { get; }
            [RequiresTest("start < end")] static void Walk(ulong start, ulong end) { }
            [RequiresTest("start < end")] static void Find(Address start, Address end) { }
            public void Numbers(ulong a) { Walk(a, a + 1); Walk(a - 4096, a); ulong end = a + 4096; Walk(a, end); }
            public void Addresses(Address a) { Find(a, a + 1); Find(Base, Base + 4096); }
            public void Nothing(ulong a) => {|LCK5004:Walk|}(a, a + 0);
            public void Variable(ulong a, ulong n) => {|LCK5004:Walk|}(a, a + n);
            public void Turned(Address a) => {|LCK5004:Find|}(a + 1, a);
            public void OfAnother(Address a, Address b) => {|LCK5004:Find|}(a, b + 1);
        }
        """);

    [Fact]
    public Task TestedByTheHelpersOfExceptions_Silent() => Flows.VerifyAsync("""
        public class Notifiers
        {
            [RequiresTest("end > start")] public void Invalidate(ulong start, ulong end) { }
        }
        public class C
        {
            void Less(Notifiers notifiers, ulong start, ulong end) { ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start, end); notifiers.Invalidate(start, end); }
            void Greater(Notifiers notifiers, ulong start, ulong end) { ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start); notifiers.Invalidate(start, end); }
            void NotEnough(Notifiers notifiers, ulong start, ulong end) { ArgumentOutOfRangeException.ThrowIfGreaterThan(start, end); notifiers.{|LCK5004:Invalidate|}(start, end); }
        }
        """);
}
