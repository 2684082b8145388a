namespace LockDiscipline.Tests.Rules;

/// <summary>A method that must be checked and says by null that it failed: what it returns is not read through before it is tested.</summary>
public sealed class NullIsFailureTests
{
    const string Api = """
        public class Page { public int Count; }
        public static class Pages
        {
            [MustCheck] public static Page? Get() => null;
            [MustCheck] public static Task<Page?> GetAsync() => Task.FromResult<Page?>(null);
            [MustCheck] public static Page Sure() => new();
        }

        """;

    [Fact]
    public Task ReadUntested_Found() => Flows.VerifyAsync(Api + """
        public class C
        {
            int Never() { var page = Pages.{|LCK3001:Get|}(); return page.Count; }
            int InPlace() => Pages.{|LCK3001:Get|}().Count;
            async Task<int> Awaited() { var page = await Pages.{|LCK3001:GetAsync|}(); return page.Count; }
            // The second one is not tested again, as after the wrap-around of the NUMA scan.
            int SecondTime() { var page = Pages.Get(); if (page is null) page = Pages.{|LCK3001:Get|}(); return page.Count; }
            int KnownToBeNull() { var page = Pages.Get(); if (page is null) return page.{|LCK3004:Count|}; return 0; }
        }
        """);

    [Fact]
    public Task ReadWhereItIsThere_Silent() => Flows.VerifyAsync(Api + """
        public class C
        {
            int Tested() { var page = Pages.Get(); if (page == null) return 0; return page.Count; }
            int Conditional() => Pages.Get()?.Count ?? 0;
            int SaidToBeThere() => Pages.Get()!.Count;
            int SaidLater() { var page = Pages.Get(); return page!.Count; }
            async Task<int> Awaited() { if (await Pages.GetAsync() is not { } page) return 0; return page.Count; }
            int NeverNull() => Pages.Sure().Count;
            int Thrown() { var page = Pages.Get() ?? throw new InvalidOperationException(); return page.Count; }
            int ThrownByAHelper() { var page = Pages.Get(); ArgumentNullException.ThrowIfNull(page); return page.Count; }
            int Asserted() { var page = Pages.Get(); System.Diagnostics.Debug.Assert(page != null); return page.Count; }
            int Retried() { Page? page; while ((page = Pages.Get()) == null) Thread.Yield(); return page.Count; }
            int Walked() { int sum = 0; for (var page = Pages.Get(); page != null; page = Pages.Get()) sum += page.Count; return sum; }
            Page MadeInstead() { var page = Pages.Get(); page ??= new Page(); page.Count = 3; return page; }
            int TestedByAHelper() { var page = Pages.Get(); if (!IsThere(page)) return 0; return page!.Count; }
            static bool IsThere(Page? page) => page != null;
        }
        """);
}
