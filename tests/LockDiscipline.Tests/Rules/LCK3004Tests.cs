namespace LockDiscipline.Tests.Rules;

/// <summary>LCK3004: a member that only a success has is read where success is not established.</summary>
public sealed class LCK3004Tests
{
    static Task VerifyAsync(string members) => Lifetimes.VerifyAsync("""
            static Result<int> Get() => default;
            static Task<Result<int>> GetAsync() => Task.FromResult<Result<int>>(default);
            static void Use(int n) { }

        """ + members);

    [Fact]
    public Task Untested_Found() => VerifyAsync("""
        public int Dropped() => {|LCK3001:Get|}().{|LCK3004:Value|};
        public int Late() { var r = Get(); int n = r.{|LCK3004:Value|}; return r.IsError ? 0 : n; }
        public int Copied() { var r = Get(); var s = r; int n = s.{|LCK3004:Value|}; return s.IsError ? 0 : n; }
        public int OnePath(bool c) { var r = {|LCK3001:Get|}(); if (c && r.IsError) return 0; return r.{|LCK3004:Value|}; }
        public int Parameter(Result<int> r) => r.{|LCK3004:Value|};
        public async Task<int> Awaited() { var r = await GetAsync(); int n = r.{|LCK3004:Value|}; return r.IsError ? 0 : n; }
        public int Other() { var a = Get(); var b = {|LCK3001:Get|}(); if (a.IsError) return 0; int n = b.{|LCK3004:Value|}; return b.IsError ? 0 : n; }
        public int Again() { var r = Get(); if (r.IsError) return 0; r = Get(); int n = r.{|LCK3004:Value|}; return r.IsError ? 0 : n; }
        public int Pattern() => Get() is { {|LCK3004:Value|}: > 3 and var n } ? n : 0;
        public int Order() => Get() is { {|LCK3004:Value|}: var n, IsError: false } ? n : 0;
        """);

    [Fact]
    public Task FailureEstablished_Found() => VerifyAsync("""
        public int Branch() { var r = Get(); if (r.IsError) return r.{|LCK3004:Value|}; return 0; }
        public int Else() { var r = Get(); if (r.IsSuccess) return 1; else return r.{|LCK3004:Value|}; }
        public int Inverted() { var r = Get(); if (!r.IsError) return 0; return r.{|LCK3004:Value|}; }
        public int Conditional() { var r = Get(); return r.IsError ? r.{|LCK3004:Value|} : 0; }
        public int Pattern() => Get() is { IsError: true, {|LCK3004:Value|}: var n } ? n : 0;
        public int ByCode() { var r = Get(); if (r.Error == Errno.Success) return 0; return r.{|LCK3004:Value|}; }
        """);

    [Fact]
    public Task Tested_Silent() => VerifyAsync("""
        public int Early() { var r = Get(); if (r.IsError) return 0; return r.Value; }
        public int Success() { var r = Get(); if (r.IsSuccess) return r.Value; return 0; }
        public int Negated() { var r = Get(); if (!r.IsSuccess) return 0; return r.Value; }
        public int Conditional() { var r = Get(); return r.IsError ? 0 : r.Value; }
        public int And() { var r = Get(); return r.IsSuccess && r.Value > 3 ? r.Value : 0; }
        public int Or() { var r = Get(); return r.IsError || r.Value > 3 ? 0 : r.Value; }
        public int Flag() { var r = Get(); bool ok = r.IsSuccess; if (!ok) return 0; return r.Value; }
        public int EqualsFalse() { var r = Get(); if (r.IsError == false) return r.Value; return 0; }
        public int Pattern() => Get() is { IsError: false, Value: var n } ? n : 0;
        public int PatternSuccess() => Get() is { IsSuccess: true } r ? r.Value : 0;
        public int PatternNot() => Get() is not { IsError: false } r ? 0 : r.Value;
        public int PatternAnd() => Get() is { IsError: false } and { Value: var n } ? n : 0;
        public int PatternOr() => Get() is { IsError: true } or { Value: < 3 } ? 0 : 1;
        public int Switch() => Get() switch { { IsError: true } => 0, { Value: var n } => n };
        public int SwitchValue() { var r = Get(); switch (r) { case { IsSuccess: true }: return r.Value; default: return 0; } }
        public int SwitchTuple() { var r = Get(); switch (r.IsError) { case true: return 0; case false: return r.Value; } }
        public int Loop() { Result<int> r; do r = Get(); while (r.IsError); return r.Value; }
        public int While() { Result<int> r; while (!(r = Get()).IsSuccess) { } return r.Value; }
        public void Rounds() { for (int i = 0; i < 3; i++) { var r = Get(); if (r.IsError) continue; Use(r.Value); } }
        public int Merged(bool c) { var r = c ? Get() : Get(); if (r.IsError) return 0; return r.Value; }
        public int ByCode() { var r = Get(); if (r.Error != Errno.Success) return 0; return r.Value; }
        public async Task<int> Awaited() { var r = await GetAsync(); return r.IsError ? 0 : r.Value; }
        public int Throws() { var r = Get(); if (r.IsError) throw new InvalidOperationException(); return r.Value; }
        public int Asserted() { var r = Get(); System.Diagnostics.Debug.Assert(r.IsSuccess); return r.Value; }
        public string Named() => nameof(Result<int>.Value);
        """);

    [Fact]
    public Task TestedElsewhere_Silent() => VerifyAsync("""
        Result<int> _last;
        public int Field() { _last = Get(); if (_last.IsError) return 0; return _last.Value; }
        public int Helper() { var r = Get(); if (Failed(r)) return 0; return r.Value; }
        static bool Failed(Result<int> r) => r.IsError;
        public int Throwing() { var r = Get(); Check(r); return r.Value; }
        static void Check(Result<int> r) { if (r.IsError) throw new InvalidOperationException(); }
        public int Handed() { var r = Get(); if (r.IsError) return 0; return ValueOf(r); }
        static int ValueOf(Result<int> r) => r.Value;
        public Func<int> Captured() { var r = Get(); if (r.IsError) return () => 0; return () => r.Value; }
        public IEnumerable<int> Chain(List<Result<int>> all) => all.Where(r => r.IsSuccess).Select(r => r.Value);
        public void Filtered(List<Result<int>> all) { foreach (var r in all.Where(r => r.IsSuccess)) Use(r.Value); }
        public int Made() { var r = new Result<int> { Value = 3 }; return r.Value; }
        """);

    [Fact]
    public Task ErrorsInValues_AreTestedByTheirSign() => Flows.VerifyAsync("""
        public readonly struct Pfn
        {
            readonly long _value;
            public static bool operator <(Pfn a, long b) => a._value < b;
            public static bool operator >(Pfn a, long b) => a._value > b;
            public static bool operator <=(Pfn a, long b) => a._value <= b;
            public static bool operator >=(Pfn a, long b) => a._value >= b;
            [ErrorTest] public bool IsError => _value < 0;
            [OnSuccess] public object Page => new();
            [OnSuccess] public object ToPage() => Page;
        }
        public class C
        {
            static Pfn Get() => default;
            public object Sign() { var pfn = Get(); if (pfn < 0) return 1; return pfn.Page; }
            public object Wrong() { var pfn = Get(); if (pfn < 0) return pfn.{|LCK3004:Page|}; return 1; }
            public object Method() { var pfn = Get(); return pfn.{|LCK3004:ToPage|}(); }
            public object Tested() { var pfn = Get(); return pfn.IsError ? 1 : pfn.ToPage(); }
        }
        """);
}
