using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Methods that hold a lock without a word of code: the runtime takes it before they run, and releases it behind them.</summary>
internal static class Synchronized
{
    /// <summary>The object, or, of a static method, the type, that a method locks while it runs; null for most.</summary>
    public static Term? LockOf(IMethodSymbol? method) =>
        method is null || ((int)method.MethodImplementationFlags & (int)System.Reflection.MethodImplAttributes.Synchronized) == 0 ? null
        : method.IsStatic ? Term.Static(method.ContainingType)
        : Term.This;

    /// <summary>That lock as somebody would write it.</summary>
    public static string TextOf(Term path) => path.Kind == TermKind.This ? "this" : $"typeof({path.Symbol!.Name})";
}
