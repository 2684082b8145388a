using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Whether a body has errors to return, and returns one.</summary>
internal static class ErrorReturns
{
    /// <param name="contracts">The contracts.</param>
    /// <param name="body">The body that returns.</param>
    /// <param name="failed">The type of a result that failed: who returns the same type speaks the same language.</param>
    public static bool Has(ContractSet contracts, Body body, ITypeSymbol? failed)
    {
        if (body.Method is not { } method)
            return false;
        var type = Brought(method.ReturnType);
        return body.Contract.MustCheck || contracts.MustCheck(type) || contracts.IsResult(type) || SymbolEqualityComparer.Default.Equals(type, Brought(failed));
    }

    /// <summary>Whether the error of a call is told to the caller: what was done besides, or on the way out, may have failed as well.</summary>
    /// <param name="site">The returned expression: an error that is written there speaks of no call.</param>
    public static bool Tells(ContractSet contracts, Body body, PathState state, IOperation? site, Term? returned, ITypeSymbol? failed) =>
        returned is not null && site is { ConstantValue.HasValue: false } && Failure.Of(state, returned) == true && Has(contracts, body, failed);

    /// <summary>Whether the caller is told of an earlier error, by what it passed for the first one: <c>if (first == 0) first = ret;</c>.</summary>
    public static bool KeepsFirst(Body body, PathState state, ITypeSymbol? failed)
    {
        if (body.Method is not { } method)
            return false;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind == RefKind.Ref && SymbolEqualityComparer.Default.Equals(parameter.Type, Brought(failed)) && Failure.Of(state, state.Read(Term.Parameter(parameter))) == true)
                return true;
        }

        return false;
    }

    static ITypeSymbol? Brought(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" } task ? task.TypeArguments[0] : type;
}
