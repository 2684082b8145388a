using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Takes and releases a lock in another mode.</summary>
internal static class ModeChange
{
    /// <summary>The edit that turns an acquire, and the releases that belong to it, into their counterparts in <paramref name="mode"/>; null where there is none.</summary>
    public static (string Name, TextChange[] Changes)? Of(FixSite site, InvocationExpressionSyntax call, LockMode mode)
    {
        if (StatementRun.FunctionOf(call) is not { } function || LockCalls.Acquire(site, call) is not { } acquired || acquired.Mode == mode
            || Counterpart(site, acquired.Method, mode, isRelease: false) is not { } acquire || NameOf(call) is not { } name)
        {
            return null;
        }

        var changes = new List<TextChange> { new(name.Span, acquire) };
        foreach (var node in function.DescendantNodes())
        {
            if (node is not InvocationExpressionSyntax release || LockCalls.Release(site, release) is not { Mode: { } releasedMode } released
                || releasedMode != acquired.Mode || !released.IsSameLock(acquired))
            {
                continue;
            }

            if (NameOf(release) is not { } releaseName || Counterpart(site, released.Method, mode, isRelease: true) is not { } other)
                return null;
            changes.Add(new TextChange(releaseName.Span, other));
        }

        return (acquire, changes.ToArray());
    }

    // The method of the same type that does the same in the other mode.
    static string? Counterpart(FixSite site, IMethodSymbol method, LockMode mode, bool isRelease)
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
                if (theirs.Length == 1 && mine.Length == 1 && theirs[0].Mode == mode && theirs[0].Path.Equals(mine[0].Path)
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
