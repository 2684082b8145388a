namespace LockDiscipline.Tests.Rules;

/// <summary>LCK4005: a nearest match is used before it was tested.</summary>
public sealed class LCK4005Tests
{
    static Task VerifyAsync(string members) => Lifetimes.VerifyAsync("""
        [RequiresLock("mm.Lock", Shared = true)] void Enter() { }

        """ + members.Replace("§", "[RequiresLock(\"mm.Lock\", Shared = true)]"));

    [Fact]
    public Task Untested_Found() => VerifyAsync("""
        § void Null(ulong a) { var v = mm.FindVma(a); if (v is null) return; {|LCK4005:v|}.Touch(); }
        § void Nothing(ulong a) { var v = mm.FindVma(a)!; {|LCK4005:v|}.Touch(); }
        § void Passed(ulong a) { var v = mm.FindVma(a); if (v != null) Use({|LCK4005:v|}); }
        § void NoNullTest(ulong a) { var v = mm.FindVma(a)!; if ({|LCK4005:v|}.Start > a) return; v.Touch(); }
        static void Use(Vma v) { }
        """);

    [Fact]
    public Task Tested_Silent() => VerifyAsync("""
        § void Contained(ulong a) { var v = mm.FindVma(a); if (v is null || !v.Contains(a)) return; v.Touch(); }
        § void Compared(ulong a) { var v = mm.FindVma(a); if (v is null || v.Start > a) return; v.Touch(); }
        § void Reversed(ulong a) { var v = mm.FindVma(a); if (v != null && a >= v.Start) v.Touch(); }
        § void Pattern(ulong a) { if (mm.FindVma(a) is { } v && v.Contains(a)) v.Touch(); }
        § void Loop(ulong a, ulong end) { for (; a < end; a += 4096) { var v = mm.FindVma(a); if (v is null || v.Start > a) break; v.Touch(); } }
        § void ToTheEnd(ulong a, ulong end) { while (a < end) { var v = mm.FindVma(a); if (v is null || v.Start > a) break; v.Touch(); a = v.End; } }
        § bool OnlyNull(ulong a) => mm.FindVma(a) is not null;
        """);

    [Fact]
    public Task AddressMovesInALoop_NeedsANewTest() => VerifyAsync("""
        § void Cached(ulong a, ulong end)
        {
            var v = mm.FindVma(a);
            if (v is null || v.Start > a)
                return;
            for (; a < end; a += 4096)
                {|LCK4005:v|}.Touch();
        }
        § void Tested(ulong a, ulong end)
        {
            var v = mm.FindVma(a);
            if (v is null || v.Start > a)
                return;
            for (; a < end; a += 4096)
            {
                if (a >= v.End)
                    break;
                v.Touch();
            }
        }
        """);

    [Fact]
    public Task KeptOverALoopAndTestedInEachRound_Silent() => VerifyAsync("""
        § void Lazily(ulong a, ulong end)
        {
            Vma? v = null;
            for (; a < end; a += 4096)
            {
                if (v is null || a < v.Begin || a >= v.End)
                {
                    v = mm.FindVma(a);
                    if (v is null || v.Begin > a || v.End < end)
                        break;
                }
                v.Touch();
            }
        }
        """);

    [Fact]
    public Task OrderedByACall_Silent() => VerifyAsync("""
        § void Compares(ulong a) { var v = mm.FindVma(a); if (v is null || v.Start.CompareTo(a) > 0) return; v.Touch(); }
        § void Reversed(ulong a) { var v = mm.FindVma(a); if (v is not null && a.CompareTo(v.Start) >= 0) v.Touch(); }
        § void ByComparer(ulong a) { var v = mm.FindVma(a); if (v is null || Comparer<ulong>.Default.Compare(v.Start, a) > 0) return; v.Touch(); }
        """);

    [Fact]
    public Task CallThatOrdersNothing_Found() => VerifyAsync("""
        § void Hash(ulong a) { var v = mm.FindVma(a); if (v is null || {|LCK4005:v|}.Start.GetHashCode() == 3) return; v.Touch(); }
        § void Equal(ulong a) { var v = mm.FindVma(a); if (v is null || {|LCK4005:v|}.Start.CompareTo(a) == 0) return; v.Touch(); }
        """);
}
