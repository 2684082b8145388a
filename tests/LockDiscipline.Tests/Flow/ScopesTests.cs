using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Tests.Flow;

/// <summary>Variables are joined as long as somebody can read them.</summary>
public sealed class ScopesTests
{
    static readonly ControlFlowGraph s_graph = Graph("""
        class C
        {
            void M(bool b)
            {
                var outer = 1;
                if (b) { var inner = 2; outer = inner; }
                while (b) { var next = outer; b = next > 3; }
                outer = 4;
            }
        }
        """);

    static ControlFlowGraph Graph(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code);
        var compilation = CSharpCompilation.Create("Scopes", [tree], [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);
        var method = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single();
        return ControlFlowGraph.Create(method, compilation.GetSemanticModel(tree))!;
    }

    static Term Local(string name) => Term.Parameter(Locals(s_graph.Root).Single(l => l.Name == name));

    static IEnumerable<ILocalSymbol> Locals(ControlFlowRegion region) => region.Locals.Concat(region.NestedRegions.SelectMany(Locals));

    static BasicBlock BlockOf(string code) =>
        s_graph.Blocks.First(b => b.Operations.Append(b.BranchValue).Any(o => o?.Syntax.ToString() == code));

    static Term JoinedAt(string code, string variable)
    {
        var location = Local(variable);
        var (a, b) = (PathState.Entry.Write(location, Term.Constant(7)), PathState.Entry.Write(location, Term.Null));
        return PathJoin.Values(a, b, BlockOf(code), new Scopes(s_graph)).Read(location);
    }

    [Theory]
    [InlineData("outer = inner;", "outer")]
    [InlineData("outer = inner;", "inner")]
    [InlineData("b = next > 3;", "next")]
    [InlineData("outer = 4;", "outer")]
    public void WhatCanBeRead_IsJoined(string place, string variable) =>
        Assert.Equal(Term.Phi(BlockOf(place), Local(variable)), JoinedAt(place, variable));

    [Theory]
    [InlineData("outer = 4;", "inner")]
    [InlineData("outer = 4;", "next")]
    [InlineData("outer = inner;", "next")]
    public void WhatIsOver_OrHasNotBegun_IsLetGo(string place, string variable) => Assert.Equal(Local(variable), JoinedAt(place, variable));

    [Fact]
    public void VariablesOfOtherBodies_AreJoined()
    {
        var other = Term.Parameter(Graph("class D { void M() { { var far = 1; } } }").Root.NestedRegions.SelectMany(Locals).Single());

        Assert.False(new Scopes(s_graph).IsOver(other, BlockOf("outer = 4;")));
    }
}
