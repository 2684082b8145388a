namespace LockDiscipline.Tests.Rules;

/// <summary>What is carried from one compilation to the next tells the same as an analysis that starts anew.</summary>
public sealed class EditTests
{
    const string Helpers = """
        using System.Threading;
        using LockDiscipline;
        static class Far { internal static void Outer(object gate) => Middle.Inner(gate); }
        static class Near
        {
            internal static void Inner(object gate) => Two(gate);
            static void Two(object gate) => One(gate);
            static void One(object gate) { Monitor.Enter(gate); Monitor.Exit(gate); }
        }
        class Store
        {
            public readonly object Gate = new();
            /*1*/public int Value;
            public SemaphoreSlim Slots = new(1, 1);
            internal void Take() { }
        }
        """;

    const string Middle = """
        static class Middle { internal static void Inner(object gate) { } }
        """;

    const string Callers = """
        class Caller
        {
            void ThroughTwo(object gate) => Far.Outer(gate);
            void Directly(Store store) => store.Take();
            int Reads(Store store) => store.Value;
        }
        """;

    [Fact]
    public async Task HelperThatComesToTakeALock_IsFoundAtItsCallersInOtherFiles()
    {
        var project = new EditedProject(Callers, Middle, Helpers);
        await project.Expect();
        project.Edit(2, "void Take() { }", "void Take() { Monitor.Enter(Gate); }");
        await project.Expect("LCK1004");
        project.Edit(2, "Monitor.Enter(Gate);", "");
        await project.Expect();
    }

    [Fact]
    public async Task HelperThatComesCloserToALock_MakesHelpersOfItsCallers()
    {
        var project = new EditedProject(Callers, Middle, Helpers);
        await project.Expect();
        project.Edit(1, "Inner(object gate) { }", "Inner(object gate) { System.Threading.Monitor.Enter(gate); }");
        await project.Expect("LCK1004");
    }

    [Fact]
    public async Task ContractAddedAndRemoved_IsCheckedInOtherFiles()
    {
        var project = new EditedProject(Callers, Middle, Helpers);
        await project.Expect();
        project.Edit(2, "/*1*/", "[GuardedBy(\"Gate\")] ");
        await project.Expect("LCK1001");
        project.Edit(2, "[GuardedBy(\"Gate\")] ", "");
        await project.Expect();
    }

    [Fact]
    public async Task MoreFilesEditedThanAreKeptApart_TellTheSame()
    {
        var project = new EditedProject([.. Enumerable.Range(0, 18).Select(i => $"class C{i} {{ internal static void F{i}(object o) {{ }} void G(object o) => C{(i + 1) % 18}.F{(i + 1) % 18}(o); }}")]);
        for (int i = 0; i < 18; i++)
        {
            project.Edit(i, $"F{i}(object o) {{ }}", $"F{i}(object o) {{ System.Threading.Monitor.Enter(o); }}");
            await project.Expect([.. Enumerable.Repeat("LCK1004", i + 1)]);
        }
    }

    [Fact]
    public void EditWithinABody_KeepsWhatWasGathered()
    {
        var project = new EditedProject(Callers, Middle, Helpers);
        var before = project.Names();
        project.Edit(0, "store.Value;", "store.Value + 1;");
        Assert.Same(before.Contracts, project.Names().Contracts);
        project.Edit(2, "/*1*/", "[GuardedBy(\"Gate\")] ");
        Assert.NotSame(before.Contracts, project.Names().Contracts);
    }
}
