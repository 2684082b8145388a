using System.Text;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Tests.Flow;

/// <summary>Helpers that call themselves and each other: what they do to the locks of their callers.</summary>
public sealed class RecursionTests
{
    [Fact]
    public Task ReleaseAtTheEndOfTheRecursion_IsSeen() => Rules.Flows.VerifyMembersAsync("""
            private void Drop(int depth)
            {
                if (depth == 0)
                {
                    _gate.Exit();
                    return;
                }

                Drop(depth - 1);
            }

            public void Right()
            {
                _gate.Enter();
                Drop(3);
            }

            public void Wrong()
            {
                _gate.Enter();
                Drop(3);
                _gate.{|LCK1005:Exit|}();
            }
        """);

    [Fact]
    public Task ReleaseByHelpersThatCallEachOther_IsSeen() => Rules.Flows.VerifyMembersAsync("""
            public void Right(int depth)
            {
                _gate.Enter();
                Odd(depth);
                _gate.Enter();
                Even(depth);
            }

            public void Wrong(int depth)
            {
                _gate.Enter();
                Even(depth);
                _gate.{|LCK1005:Exit|}();
            }

            private void Even(int depth)
            {
                if (depth == 0)
                    _gate.Exit();
                else
                    Odd(depth - 1);
            }

            private void Odd(int depth)
            {
                if (depth == 0)
                    _gate.Exit();
                else
                    Even(depth - 1);
            }
        """);

    [Fact]
    public Task ResultThatSaysWhetherTheLockIsHeld_GoesThroughTheRecursion() => Rules.Flows.VerifyMembersAsync("""
            private bool TryTake(int tries)
            {
                if (tries == 0)
                    return false;
                if (_gate.TryEnter())
                    return true;
                return TryTake(tries - 1);
            }

            public void Right()
            {
                if (!TryTake(3))
                    return;
                _n++;
                _gate.Exit();
            }

            public void Wrong()
            {
                if (TryTake(3))
                    _gate.Exit();
                else
                    _gate.{|LCK1005:Exit|}();
            }
        """);

    [Fact]
    public Task NeedOfOneOfTheKnot_IsANeedOfAll() => Rules.Flows.VerifyMembersAsync("""
            private void First(int depth)
            {
                if (depth > 0)
                    Second(depth - 1);
            }

            private void Second(int depth)
            {
                _n++;
                First(depth);
            }

            public void Right()
            {
                _gate.Enter();
                First(2);
                _gate.Exit();
            }

            public void Wrong() => {|LCK1002:First|}(2);
        """);

    [Fact]
    public Task RecursionThatNeverEnds_DoesNothing() => Rules.Flows.VerifyMembersAsync("""
            private void Again() => Again();

            public void M()
            {
                _gate.Enter();
                Again();
                _gate.Exit();
            }
        """);

    [Fact]
    public Task DeeperWithEachRound_ComesToAnEnd() => Rules.Flows.VerifyAsync("""
        public class Node
        {
            public readonly Gate Gate = new();
            public Node Next;
        }

        public class C
        {
            private void LockAll(Node node)
            {
                node.Gate.Enter();
                if (node.Next != null)
                    LockAll(node.Next);
            }

            private void UnlockAll(Node node)
            {
                if (node.Next != null)
                    UnlockAll(node.Next);
                node.Gate.Exit();
            }

            public void M(Node node)
            {
                LockAll(node);
                UnlockAll(node);
            }
        }
        """);

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public async Task Findings_DoNotDependOnWhoAsksFirst(int seed)
    {
        var random = new Random(seed);
        for (int knot = 0; knot < 12; knot++)
        {
            const int Helpers = 6;
            var members = new List<string>();
            for (int i = 0; i < Helpers; i++)
            {
                string Call() => $"H{random.Next(Helpers)}(depth - 1);";
                string end = random.Next(3) == 0 ? "_gate.Exit();" : "";
                string need = random.Next(4) == 0 ? "_n++; " : "";
                string more = random.Next(2) == 0 ? $"if (depth > 7) {{ {Call()} return; }} " : "";
                // Each of them mentions the lock: names decide whether a body is looked at, and are not what is tried here.
                members.Add($"void H{i}(int depth) {{ _ = nameof(_gate); {need}if (depth == {i}) {{ {end} return; }} {more}{Call()} }}");
            }

            for (int i = 0; i < Helpers; i++)
                members.Add($"public void M{i}(int depth) {{ _ = nameof(_gate); {(random.Next(2) == 0 ? "_gate.Enter(); " : "")}H{i}(depth); {(random.Next(2) == 0 ? "_gate.Exit();" : "")} }}");
            var inOrder = await FindAsync(members);
            members.Reverse();
            Assert.Equal(inOrder, await FindAsync(members));
            Assert.Equal(inOrder, await FindAsync([.. members.OrderBy(_ => random.Next())]));
        }
    }

    static async Task<string> FindAsync(List<string> members)
    {
        var source = new StringBuilder("using LockDiscipline; [Lock(\"g\")] public class Gate { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } } public class C { readonly Gate _gate = new(); [GuardedBy(\"_gate\")] int _n; ");
        foreach (var member in members)
            source.Append(member).Append('\n');
        var found = await Rules.RobustnessTests.AnalyzeAsync(source.Append('}').ToString());
        var lines = new List<string>();
        foreach (var diagnostic in found)
        {
            var root = await diagnostic.Location.SourceTree!.GetRootAsync();
            var method = root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>()!;
            lines.Add($"{method.Identifier}+{diagnostic.Location.SourceSpan.Start - method.SpanStart} {diagnostic.Id}: {diagnostic.GetMessage(null)}");
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }
}
