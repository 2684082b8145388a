using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.LCK9001ContractDoesNotBind>;
using VerifyFlow = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Contract files: what does not parse or bind is LCK9001 on its line; what does, speaks for a third-party assembly.</summary>
public sealed class ContractFileTests
{
    const string Library = """
        namespace Third.Party
        {
            public class Latch
            {
                public void Take() { }
                public void Take(int timeout) { }
                public bool TryTake(int timeout) => true;
                public void Give() { }
                public bool IsTaken => true;
            }
            public class Store
            {
                public readonly Latch Latch = new();
                public int Count { get; set; }
                public void Add(int item) { }
                public int Flush() => 1;
                public void Walk(System.Action<int> visit) { }
                public class Nested { public void Wait() { } }
            }
            public class Pool<T> { public T Get(T key) => key; public void Block() { } }
            public static class Overloads
            {
                public static readonly Latch Latch = new();
                public static void Run(System.Func<int> get) { }
                public static void Run(System.Func<string> get) { }
                public static void Run<T>(System.Collections.Generic.Dictionary<string, T[]> map, int? limit) { }
                public static void Run(System.Action act) { }
            }
        }
        """;

    static Task VerifyFileAsync(string contracts)
    {
        var test = new VerifyCS.Test { TestCode = "class Empty { }" };
        AddLibrary(test.TestState);
        test.TestState.AdditionalFiles.Add(("/0/third.contracts", contracts));
        return test.RunAsync();
    }

    static Task VerifyFlowAsync(string contracts, string source)
    {
        var test = new VerifyFlow.Test { TestCode = Flows.Complete("using Third.Party;\n" + source) };
        AddLibrary(test.TestState);
        test.TestState.AdditionalFiles.Add(("/0/third.contracts", contracts));
        return test.RunAsync();
    }

    static void AddLibrary(SolutionState state)
    {
        var library = new SolutionState();
        library.Sources.Add(("/0/Library.cs", Library));
        state.AdditionalProjects.Add("Library", library);
        state.AdditionalProjectReferences.Add("Library");
    }

    const string Contracts = """
        # A latch is a spinning lock.
        Third.Party.Latch: Lock("latch", Spinning = true)

        Third.Party.Latch.Take(): AcquiresLock
        Third.Party.Latch.TryTake(int): TryAcquiresLock
        Third.Party.Latch.Give: ReleasesLock
        Third.Party.Latch.IsTaken: TestsLock
        Third.Party.Store.Count: GuardedBy("Latch")
        Third.Party.Store.Add(int): RequiresLock("Latch")
        Third.Party.Store.Flush: MustCheck, ExcludesLock("Latch")
        Third.Party.Store.Walk: RunsInPlace
        Third.Party.Store+Nested.Wait: MaySleep
        Third.Party.Pool`1.Block: MaySleep
        """;

    [Fact]
    public Task CorrectFile_Silent() => VerifyFileAsync(Contracts);

    [Fact]
    public Task LinesThatDoNotParse_FoundOnTheLine() => VerifyFileAsync("""
        # a comment
          # another, indented

        [|Third.Party.Latch|]
        [|Third.Party.Latch:|]
        [|: Lock("latch")|]
        [|Third.Party.Latch Take: MaySleep|]
        [|Third.Party.Latch.Take(: MaySleep|]
        [|Third.Party.Latch.Take: MaySlep|]
        [|Third.Party.Latch.Take: AcquiresLock("a"|]
        [|Third.Party.Latch.Take: AcquiresLock(Shared = maybe)|]
        [|Third.Party.Latch.Take: AcquiresLock(1 + 2)|]
        [|Third.Party.Latch.Take: ] class D; [MaySleep|]
        Third.Party.Latch.Take: MaySleep
        """);

    [Fact]
    public Task UnknownTypesMembersOverloads_FoundOnTheLine() => VerifyFileAsync("""
        [|Third.Party.Latchh: Lock("latch")|]
        [|Third.Party.Latch.Tak: AcquiresLock|]
        [|Third.Party.Latch.Take(string): AcquiresLock|]
        [|Third.Party.Latch.Take(int, int): AcquiresLock|]
        [|Third.Party.Nothing.Take: AcquiresLock|]
        [|Third.Party.Store.Count: GuardedBy("Count")|]
        [|Third.Party.Pool.Block: MaySleep|]
        [|Nothing: MaySleep|]
        Third.Party.Latch.Take(int): AcquiresLock
        """);

    [Fact]
    public Task Messages_NameTheNearest()
    {
        var test = new VerifyCS.Test { TestCode = "class Empty { }" };
        AddLibrary(test.TestState);
        test.TestState.AdditionalFiles.Add(("/0/third.contracts", """
            {|#0:Third.Party.Latch.Tak: AcquiresLock|}
            {|#1:Third.Party.Latch.Take: AcquireLock|}
            {|#2:Third.Party.Latch.Take(long): AcquiresLock|}
            {|#3:Third.Party.Store.Count: GuardedBy("Count")|}
            """));
        test.ExpectedDiagnostics.Add(VerifyCS.Diagnostic().WithLocation(0).WithArguments("'Latch' has no member 'Tak'; did you mean 'Take'?"));
        test.ExpectedDiagnostics.Add(VerifyCS.Diagnostic().WithLocation(1).WithArguments("'AcquireLock' is not a contract; did you mean 'AcquiresLock'?"));
        test.ExpectedDiagnostics.Add(VerifyCS.Diagnostic().WithLocation(2).WithArguments("no overload of 'Take' has these parameters"));
        test.ExpectedDiagnostics.Add(VerifyCS.Diagnostic().WithLocation(3).WithArguments("'Count' is not a lock: it is a value of type 'int'"));
        return test.RunAsync();
    }

    [Fact]
    public Task OtherAdditionalFiles_AreNotRead()
    {
        var test = new VerifyCS.Test { TestCode = "class Empty { }" };
        test.TestState.AdditionalFiles.Add(("/0/notes.txt", "not a contract"));
        return test.RunAsync();
    }

    [Fact]
    public Task ThirdPartyLock_FollowedByTheFlowRules() => VerifyFlowAsync(Contracts, """
        class C
        {
            readonly Latch _latch = new();
            [GuardedBy("_latch")] int _n;
            void Leak() { _latch.{|LCK1004:Take|}(); _n++; }
            void Twice() { _latch.Take(); _latch.{|LCK1006:Take|}(); _latch.Give(); }
            void Free() => {|LCK1001:_n|}++;
            void Overload() { _latch.Take(3); }
            void Try() { if (_latch.TryTake(1)) { _n++; _latch.Give(); } }
            void Ignored() { _latch.{|LCK1009:TryTake|}(1); }
            void Spinning() { _latch.Take(); Thread.{|LCK2001:Sleep|}(1); _latch.Give(); }
            void Nested(Store.Nested nested, Pool<int> pool)
            {
                _latch.Take();
                nested.{|LCK2001:Wait|}();
                pool.{|LCK2001:Block|}();
                _latch.Give();
            }
        }
        """);

    [Fact]
    public Task ThirdPartyMembers_NeedTheirLock() => VerifyFlowAsync(Contracts, """
        class C
        {
            void Right(Store store)
            {
                store.Latch.Take();
                store.Count++;
                store.Add(1);
                store.Walk(i => store.Count += i);
                store.Latch.Give();
                if (store.Flush() != 0)
                    return;
            }
            void Wrong(Store store, Store other)
            {
                store.{|LCK1001:Count|}++;
                store.{|LCK1002:Add|}(1);
                store.{|LCK3001:Flush|}();
                store.Latch.Take();
                other.{|LCK1002:Add|}(1);
                if (store.{|LCK1007:Flush|}() != 0) { }
                store.Latch.Give();
            }
        }
        """);

    [Fact]
    public Task TypeArguments_TellOverloadsApart() => VerifyFlowAsync("""
        Third.Party.Overloads.Run(Func<int>): RequiresLock("Latch")
        Third.Party.Overloads.Run(Dictionary<string, T[]>, int?): RequiresLock("Latch")
        """, """
        class C
        {
            void M(Dictionary<string, long[]> map)
            {
                Overloads.{|LCK1002:Run|}(() => 1);
                Overloads.Run(() => "");
                Overloads.{|LCK1002:Run|}(map, 2);
                Overloads.Run(() => { });
            }
        }
        """);

    [Fact]
    public Task NameOfAGenericTypeAlone_StandsForAll() => VerifyFlowAsync("""
        Third.Party.Overloads.Run(Func): RequiresLock("Latch")
        """, """
        class C
        {
            void M()
            {
                Overloads.{|LCK1002:Run|}(() => 1);
                Overloads.{|LCK1002:Run|}(() => "");
                Overloads.Run(() => { });
            }
        }
        """);

    [Fact]
    public Task TypeArgumentsOfNoOverload_Found() => VerifyFileAsync("""
        {|LCK9001:Third.Party.Overloads.Run(Func<bool>): MaySleep|}
        Third.Party.Overloads.Run(Func<string>): MaySleep
        """);

    [Fact]
    public Task ConditionsOnResultsAndOnReturning_AreRead() => VerifyFlowAsync("""
        Third.Party.Latch.Take(int): Ensures("timeout > 0")
        Third.Party.Store.Add: RequiresTest("item > 0")
        Third.Party.Latch.TryTake: Settles("wait", WhenReturns = true)
        Third.Party.Latch.Give: RequiresSettled("wait")
        Third.Party.Store.Flush: LeavesPending("wait")
        """, """
        class C
        {
            void Ensured(Store store, int item) { store.Latch.Take(item); store.Add(item); }
            void NotEnsured(Store store, int item) { store.Latch.Take(5); store.{|LCK5004:Add|}(item); }
            void Settled(Store store) { store.Flush(); while (!store.Latch.TryTake(1)) { } store.Latch.Give(); }
            void MayNotSettle(Store store) { store.Flush(); store.Latch.TryTake(1); store.Latch.{|LCK5003:Give|}(); }
        }
        """);
}
