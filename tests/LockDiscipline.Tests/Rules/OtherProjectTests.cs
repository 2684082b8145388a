using Verify = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Calls of what another project of the solution declares, as an editor sees them: its source is there, and is none of this compilation's.</summary>
public sealed class OtherProjectTests
{
    [Fact]
    public async Task FreshObject_IsSharedWithCodeOfAnotherProject()
    {
        var test = new Verify.Test
        {
            TestCode = """
                using LockDiscipline;

                sealed class Node
                {
                    public readonly object Gate = new();
                    [GuardedBy(nameof(Gate))]
                    public int Value;
                }

                static class User
                {
                    static int Make(Registry registry)
                    {
                        var node = new Node();
                        node.Value = 1;
                        registry.Put(node);
                        return node.{|LCK1001:Value|};
                    }
                }
                """,
        };
        var library = new SolutionState();
        library.Sources.Add(("/0/Library.cs", "public sealed class Registry { object _last = new(); public void Put(object item) => _last = item; public object Last => _last; }"));
        test.TestState.AdditionalProjects.Add("Library", library);
        test.TestState.AdditionalProjectReferences.Add("Library");
        await test.RunAsync();
    }
}
