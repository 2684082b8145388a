namespace LockDiscipline.Tests.Rules;

/// <summary>LCK3005: an error was found, nothing was done about it, and success is returned.</summary>
public sealed class LCK3005Tests
{
    static Task VerifyAsync(string members) => Lifetimes.VerifyAsync("""
            static Errno Do() => Errno.Success;
            static Result<int> Get() => default;
            static void Work() { }
            static void Log(Errno e) { }
            int _errors;
            Errno _last;

        """ + members);

    [Fact]
    public Task NothingDone_FoundAtTheReturn() => VerifyAsync("""
        public Errno Early() { var r = Do(); if (r != Errno.Success) {|LCK3005:return Errno.Success;|} Work(); return Errno.Success; }
        public Errno Direct() { if (Do() != Errno.Success) {|LCK3005:return Errno.Success;|} Work(); return Errno.Success; }
        public Errno Goto() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: {|LCK3005:return Errno.Success;|} }
        public Errno Result() { var r = Get(); if (r.IsError) {|LCK3005:return Errno.Success;|} Log((Errno)r.Value); return Errno.Success; }
        public Errno Negated() { var r = Get(); if (!r.IsSuccess) {|LCK3005:return Errno.Success;|} Log((Errno)r.Value); return Errno.Success; }
        public Errno Conditional() { var r = Get(); {|LCK3005:return r.IsError ? Errno.Success : (Errno)r.Value;|} }
        public Errno Pattern() { if (Do() is not Errno.Success) {|LCK3005:return Errno.Success;|} return Errno.Again; }
        public async Task<Errno> Async() { var r = await Task.FromResult(Do()); await Task.Yield(); if (r != Errno.Success) {|LCK3005:return Errno.Success;|} return Errno.Again; }
        public async Task<Errno> Awaited() { var r = await DoAsync(); if (r != Errno.Success) {|LCK3005:return Errno.Success;|} return Errno.Again; }
        static Task<Errno> DoAsync() => Task.FromResult(Errno.Success);
        public Errno Common() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: Work(); {|LCK3005:return Errno.Success;|} }
        public Errno Finally() { try { if (Do() != Errno.Success) {|LCK3005:return Errno.Success;|} Work(); } finally { Work(); } return Errno.Success; }
        """);

    [Fact]
    public Task Handled_Silent() => VerifyAsync("""
        public Errno Returned() { var r = Do(); if (r != Errno.Success) return r; return Errno.Success; }
        public Errno Other() { var r = Do(); if (r != Errno.Success) return Errno.Again; return Errno.Success; }
        public Errno Logged() { var r = Do(); if (r != Errno.Success) Log(r); return Errno.Success; }
        public Errno LoggedAnyhow() { var r = Do(); if (r != Errno.Success) { Work(); return Errno.Success; } return Errno.Success; }
        public Errno Counted() { if (Do() != Errno.Success) _errors++; return Errno.Success; }
        public Errno Stored() { var r = Do(); if (r != Errno.Success) _last = r; return Errno.Success; }
        public Errno StoredBefore() { _last = Do(); if (_last != Errno.Success) return Errno.Success; Work(); return Errno.Success; }
        public Errno Thrown() { if (Do() != Errno.Success) throw new InvalidOperationException(); return Errno.Success; }
        public Errno Retry() { for (int i = 0; i < 3; i++) { if (Do() == Errno.Success) return Errno.Success; } return Errno.Again; }
        public Errno RetryLoop() { while (Do() != Errno.Success) { } return Errno.Success; }
        public Errno Fallback() { var r = Do(); if (r != Errno.Success) r = Do(); return r; }
        public Errno Undo() { if (Do() != Errno.Success) { Work(); } return Errno.Success; }
        public Errno Later() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: Log(r); return Errno.Success; }
        """);

    [Fact]
    public Task Decided_Silent() => VerifyAsync("""
        public Errno One() { var r = Do(); if (r == Errno.Again) return Errno.Success; return r; }
        public Errno Nested() { var r = Do(); if (r != Errno.Success) { if (r == Errno.Again) return Errno.Success; return r; } return Errno.Success; }
        public Errno Except() { var r = Do(); if (r != Errno.Success && r != Errno.Again) return r; return Errno.Success; }
        public Errno Several() { var r = Do(); if (r is Errno.Again or Errno.NoMemory) return Errno.Success; return r; }
        public Errno Switch() { switch (Do()) { case Errno.Again: return Errno.Success; default: return Errno.NoMemory; } }
        public Errno BestEffort(bool must) { var r = Do(); if (r != Errno.Success && must) return r; return Errno.Success; }
        public Errno Allowed(bool may) { var r = Do(); if (r != Errno.Success) { if (may) return Errno.Success; return r; } return Errno.Success; }
        public Errno OnSuccessOnly() { if (Do() == Errno.Success) Work(); return Errno.Success; }
        """);

    [Fact]
    public Task OtherKindOfAnswer_Silent() => VerifyAsync("""
        public bool IsMissing() { if (Do() != Errno.Success) return true; return false; }
        public int Count() { if (Do() != Errno.Success) return 0; return 5; }
        public object? Find() { if (Do() != Errno.Success) return null; return this; }
        public Errno Swap(Errno e) { if (e != Errno.Success) return Errno.Success; return Errno.Again; }
        """);

    [Fact]
    public Task ResultsThatAreNoEnums_HaveTheirDefaultForSuccess() => Flows.VerifyAsync("""
        [MustCheck]
        public readonly struct Code
        {
            readonly int _n;
            Code(int n) => _n = n;
            public static Code Ok => default;
            public static Code Bad => new(5);
            [ErrorTest] public bool IsError => _n != 0;
            public static bool operator ==(Code a, Code b) => a._n == b._n;
            public static bool operator !=(Code a, Code b) => a._n != b._n;
            public override bool Equals(object? o) => o is Code c && c._n == _n;
            public override int GetHashCode() => _n;
        }
        public class C
        {
            static Code Do() => Code.Ok;
            static void Work() { }
            public Code Lost() { var r = Do(); if (r.IsError) {|LCK3005:return Code.Ok;|} Work(); return Code.Ok; }
            public Code Compared() { var r = Do(); if (r != Code.Ok) {|LCK3005:return Code.Ok;|} Work(); return Code.Ok; }
            public Code Right() { var r = Do(); if (r.IsError) return r; Work(); return Code.Ok; }
            public Code Bad() { var r = Do(); if (r.IsError) return Code.Bad; return Code.Ok; }
        }
        """);

    [Fact]
    public Task CommonEndBringsSomethingElse_Found() => VerifyAsync("""
        public Errno Call() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: {|LCK3005:return Do();|} }
        public Errno Variable() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: var end = Do(); {|LCK3005:return end;|} }
        public Errno Looked() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: var end = Do(); if (end != Errno.Success) Log(end); {|LCK3005:return end;|} }
        """);

    [Fact]
    public Task WayOfItsOwnOrErrorKept_Silent() => VerifyAsync("""
        static Errno Both(Errno a, Errno b) => a;
        public Errno Fallback() { if (Do() != Errno.Success) goto slow; Work(); return Errno.Success; slow: return Do(); }
        public Errno FallbackUnless() { var r = Do(); if (r != Errno.Success) goto slow; if (Cond()) return Errno.Success; slow: r = Do(); return r; }
        public Errno Undone() { var r = Do(); if (r != Errno.Success) goto undo; return Errno.Success; undo: Work(); r = Do(); return r; }
        public Errno Combined() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: return Both(r, Do()); }
        public Errno First() { var r = Do(); if (r != Errno.Success) goto done; Work(); done: var end = Do(); return r != Errno.Success ? r : end; }
        public Errno Nested() { var r = Do(); if (r == Errno.Success) Work(); var end = Do(); if (r == Errno.Success) r = end; return r; }
        """);

    /// <summary>The test chooses a value that is used: a decision.</summary>
    [Fact]
    public Task TestChoosesAValue_Silent() => VerifyAsync("""
        static Errno Open(int mode) => Errno.Success;
        static void Print(string s) { }
        public Errno Mode() { int mode = Do() != Errno.Success ? 1 : 2; return Open(mode); }
        public Errno Argument() => Open(Do() != Errno.Success ? 1 : 2);
        public Errno Text() { string s = Do() != Errno.Success ? "bad" : "good"; Print(s); return Errno.Success; }
        public Errno Printed() { Print(Do() != Errno.Success ? "bad" : "good"); return Errno.Success; }
        public Errno Flag() { bool bad = Do() != Errno.Success || Open(2) != Errno.Success; Print(bad.ToString()); return Errno.Success; }
        """);

    [Fact]
    public Task SuccessMadeOfZeros_Found() => Flows.VerifyAsync("""
        [MustCheck]
        public readonly record struct Status(int Code, string? Text)
        {
            [ErrorTest] public bool Failed => Code != 0;
            public static readonly Status Ok = new(0, null);
            public static readonly Status Busy = new(16, null);
        }
        public class C
        {
            static Status Begin() => default;
            Status Wrong() { var status = Begin(); if (status.Failed) {|LCK3005:return Status.Ok;|} return Begin(); }
            Status Default() { if (Begin().Failed) {|LCK3005:return default;|} return Begin(); }
            Status Other() { var status = Begin(); if (status.Failed) return Status.Busy; return Begin(); }
        }
        """);
}
