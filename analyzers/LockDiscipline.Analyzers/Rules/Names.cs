using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>How a callee is called in messages.</summary>
internal static class Names
{
    public static string Of(IMethodSymbol callee, IOperation site) => callee switch
    {
        { MethodKind: MethodKind.Constructor } => $"new {callee.ContainingType.Name}",
        { MethodKind: MethodKind.DelegateInvoke } => Places.Of(site).SourceTree is { } tree ? tree.GetText().ToString(Places.Of(site).SourceSpan) : callee.ContainingType.Name,
        { AssociatedSymbol: { } member } => member.Name,
        _ => callee.Name,
    };
}
