using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1003: takes the exclusive mode where the lock is acquired, and releases it in that mode.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1003TakeExclusiveFix)), Shared]
public sealed class LCK1003TakeExclusiveFix : RuleFix
{
    internal const string Key = "LCK1003.exclusive";

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("LCK1003");

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.RelatedCall(0) is not { } call || StatementRun.FunctionOf(call) is not { } function
            || LockCalls.Acquire(site, call) is not { Mode: not LockMode.Exclusive } shared || Counterpart(site, shared.Method, isRelease: false) is not { } exclusive
            || NameOf(call) is not { } name)
        {
            yield break;
        }

        var changes = new List<TextChange> { new(name.Span, exclusive) };
        foreach (var node in function.DescendantNodes())
        {
            if (node is not InvocationExpressionSyntax release || LockCalls.Release(site, release) is not { Mode: { } mode } released
                || mode != shared.Mode || !released.IsSameLock(shared))
            {
                continue;
            }

            if (NameOf(release) is not { } releaseName || Counterpart(site, released.Method, isRelease: true) is not { } other)
                yield break;
            changes.Add(new TextChange(releaseName.Span, other));
        }

        yield return new Proposal($"Take it exclusively: '{exclusive}'", Key, changes.ToArray());
    }

    // The method of the same type that does the same in exclusive mode.
    static string? Counterpart(FixSite site, IMethodSymbol method, bool isRelease)
    {
        var mine = Clauses(site, method, isRelease);
        bool isScope = site.Contracts.IsScope(method.ReturnType);
        bool isTry = !isRelease && site.Contracts.Of(method).Acquires.IsEmpty;
        for (ITypeSymbol? type = method.ContainingType; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary } other || other.Parameters.Length != method.Parameters.Length)
                    continue;
                var theirs = Clauses(site, other, isRelease);
                if (theirs.Length == 1 && mine.Length == 1 && theirs[0].Mode == LockMode.Exclusive && theirs[0].Path.Equals(mine[0].Path)
                    && site.Contracts.IsScope(other.ReturnType) == isScope
                    && (isRelease || site.Contracts.Of(other).Acquires.IsEmpty == isTry))
                {
                    return other.Name;
                }
            }
        }

        return null;
    }

    static ImmutableArray<LockClause> Clauses(FixSite site, IMethodSymbol method, bool isRelease)
    {
        var contract = site.Contracts.Of(method);
        return isRelease ? contract.Releases : contract.Acquires.IsEmpty ? contract.TryAcquires : contract.Acquires;
    }

    static SyntaxToken? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name.Identifier,
        MemberAccessExpressionSyntax access => access.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        _ => null,
    };
}
