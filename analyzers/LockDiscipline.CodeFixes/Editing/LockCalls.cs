using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>What a call acquires or releases, written so that calls can be compared.</summary>
/// <param name="Object">The receiver, or the argument, as written.</param>
/// <param name="Path">The lock as the method's contract names it.</param>
internal readonly struct LockCall(string @object, Term path, LockMode? mode, IMethodSymbol method)
{
    public string Object { get; } = @object;

    public Term Path { get; } = path;

    public LockMode? Mode { get; } = mode;

    public IMethodSymbol Method { get; } = method;

    public bool IsSameLock(LockCall other) => Object == other.Object && (Path.Kind == other.Path.Kind) && (Path.Kind == TermKind.Parameter || Path.Equals(other.Path));
}

/// <summary>Reads acquires and releases off the contracts of the methods called.</summary>
internal static class LockCalls
{
    public static LockCall? Acquire(FixSite site, InvocationExpressionSyntax call) =>
        Read(site, call, static contract => contract.Acquires) ?? Read(site, call, static contract => contract.TryAcquires);

    public static LockCall? Release(FixSite site, InvocationExpressionSyntax call) => Read(site, call, static contract => contract.Releases);

    static LockCall? Read(FixSite site, InvocationExpressionSyntax call, System.Func<MemberContract, System.Collections.Immutable.ImmutableArray<LockClause>> clauses)
    {
        if (site.Symbol(call) is not IMethodSymbol method)
            return null;
        var stated = clauses(site.Contracts.Of(method.ReducedFrom ?? method));
        if (stated.Length != 1)
            return null;
        var path = stated[0].Path;
        if (path.Kind == TermKind.Parameter)
        {
            foreach (var argument in call.ArgumentList.Arguments)
            {
                if (argument.NameColon is null && argument == call.ArgumentList.Arguments[0])
                    return new LockCall(argument.Expression.ToString(), path, stated[0].Mode, method);
            }

            return null;
        }

        var receiver = call.Expression is MemberAccessExpressionSyntax access ? access.Expression.ToString() : "";
        return new LockCall(receiver, path, stated[0].Mode, method);
    }

    /// <summary>The statements of the function around <paramref name="node"/> that release the lock of <paramref name="acquire"/>, in order.</summary>
    public static List<ExpressionStatementSyntax> ReleasesOf(FixSite site, SyntaxNode function, LockCall acquire)
    {
        var found = new List<ExpressionStatementSyntax>();
        foreach (var node in function.DescendantNodes(n => n == function || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            if (node is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } statement && Release(site, call) is { } release
                && release.IsSameLock(acquire) && (release.Mode is null || release.Mode == acquire.Mode))
            {
                found.Add(statement);
            }
        }

        return found;
    }

    /// <summary>The call that releases what <paramref name="acquire"/> took, as a statement; null where there is no plain one.</summary>
    public static string? WriteRelease(FixSite site, LockCall acquire, int position)
    {
        var type = acquire.Method.ContainingType;
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            foreach (var member in level.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary } method || !site.Model.IsAccessible(position, method))
                    continue;
                var releases = site.Contracts.Of(method).Releases;
                if (releases.Length != 1 || !(releases[0].Mode is null || releases[0].Mode == acquire.Mode))
                    continue;
                int required = 0;
                foreach (var parameter in method.Parameters)
                    required += parameter.IsOptional ? 0 : 1;
                if (acquire.Path.Kind == TermKind.Parameter)
                {
                    if (method.IsStatic && required == 1 && releases[0].Path.Kind == TermKind.Parameter)
                        return $"{type.ToMinimalDisplayString(site.Model, position)}.{method.Name}({acquire.Object});";
                }
                else if (required == 0 && releases[0].Path.Equals(acquire.Path))
                {
                    return $"{(acquire.Object.Length == 0 ? "" : acquire.Object + ".")}{method.Name}();";
                }
            }
        }

        return null;
    }
}
