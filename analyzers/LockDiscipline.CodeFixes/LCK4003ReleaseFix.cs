using System.Collections.Generic;
using System.Composition;
using System.Linq;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK4003: hands an owned value to its consumer on the paths that forget it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK4003ReleaseFix)), Shared]
public sealed class LCK4003ReleaseFix() : RuleFix("LCK4003")
{
    internal const string Key = "LCK4003.path";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Call is not { } call || site.Property(DiagnosticProperties.What) is not { } kind
            || StatementRun.FunctionOf(call) is not { } function || Consumers.Variable(site, call) is not { } name)
        {
            yield break;
        }

        var jumps = Jumps(call);
        foreach (var release in Releases(site, function, call, name, kind))
        {
            var onExits = ExitEdits.Before(site, function, release, value => VariableUse.Mentions(value, name));
            if (onExits is not null)
                yield return Make(onExits);
            foreach (var jump in jumps)
                yield return Make(Insertion.Before(site.Layout, jump, release));
            var several = new List<TextChange>();
            foreach (var jump in jumps)
            {
                if (!IsWithout(jump, name))
                    several.AddRange(Insertion.Before(site.Layout, jump, release));
            }

            yield return Make(several);
        }
    }

    static Proposal Make(IReadOnlyCollection<TextChange> changes) => new("Release on the path that forgets it", Key, changes.ToArray());

    // As it is released elsewhere in the body; else as the contracts beside the acquire say. What may be null is tested.
    static IEnumerable<string> Releases(FixSite site, SyntaxNode function, InvocationExpressionSyntax call, string name, string kind)
    {
        if (Consumers.Existing(site, function, name, kind) is { } existing)
        {
            yield return existing;
            yield return $"if ({name} is not null) {existing}";
        }
        else
        {
            foreach (var value in Values(site, call, name))
            {
                if (Consumers.Write(site, call, value, kind, call.SpanStart) is not { } written)
                    continue;
                yield return written + ";";
                yield return $"if ({name} is not null) {written};";
            }
        }
    }

    // The variable, or what only a success has of it.
    static IEnumerable<string> Values(FixSite site, InvocationExpressionSyntax call, string name)
    {
        yield return name;
        if (site.Model.GetTypeInfo(ResultOf.Whole(call), site.CancellationToken).Type is not { } type)
            yield break;
        foreach (var member in site.Model.LookupSymbols(call.SpanStart, type))
        {
            if (member is IPropertySymbol { IsStatic: false } or IFieldSymbol { IsStatic: false } && site.Contracts.Of(member).OnSuccess)
                yield return $"{name}.{member.Name}";
        }
    }

    // Where a round of a loop ends, or a body without a result, the exit is its last brace: the variable may be out of scope there.
    static List<StatementSyntax> Jumps(InvocationExpressionSyntax call)
    {
        var jumps = new List<StatementSyntax>();
        if (call.FirstAncestorOrSelf<BlockSyntax>() is not { } block)
            return jumps;
        foreach (var node in StatementRun.OwnNodes(block))
        {
            if (node is ContinueStatementSyntax or BreakStatementSyntax or ReturnStatementSyntax { Expression: null } && node.SpanStart > call.Span.End)
                jumps.Add((StatementSyntax)node);
        }

        return jumps;
    }

    // On the branch that asks whether there is a value.
    static bool IsWithout(SyntaxNode jump, string name) =>
        (jump.Parent is BlockSyntax ? jump.Parent.Parent : jump.Parent) is IfStatementSyntax test && test.Condition.SpanStart < jump.SpanStart
        && VariableUse.Mentions(test.Condition, name);
}
