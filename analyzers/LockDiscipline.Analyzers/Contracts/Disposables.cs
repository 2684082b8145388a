using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Tells objects that are made to be disposed: what was acquired for them is theirs to release, whether they say so or not.</summary>
internal static class Disposables
{
    public static bool Is(ITypeSymbol type)
    {
        foreach (var contract in type.AllInterfaces)
        {
            if (IsDisposing(contract))
                return true;
        }

        return IsDisposing(type) || IsDisposedByPattern(type);

        static bool IsDisposing(ITypeSymbol type) => type is { Name: "IDisposable" or "IAsyncDisposable", ContainingNamespace.Name: "System" };
    }

    // `using` asks nothing more of a ref struct.
    static bool IsDisposedByPattern(ITypeSymbol type)
    {
        if (!type.IsRefLikeType)
            return false;
        foreach (var member in type.GetMembers("Dispose"))
        {
            if (member is IMethodSymbol { IsStatic: false, ReturnsVoid: true, Parameters.IsEmpty: true, DeclaredAccessibility: not Accessibility.Private })
                return true;
        }

        return false;
    }

    /// <summary>Whether a method hands its caller such an object, in a task or as it is. What the framework makes is a stream or the like, and releases no lock.</summary>
    public static bool AreMadeBy(IMethodSymbol method)
    {
        var type = method.MethodKind == MethodKind.Constructor ? method.ContainingType : method.ReturnType;
        if (type is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" } task)
            type = task.TypeArguments[0];
        return Is(type) && (type.TypeKind == TypeKind.Interface || !type.DeclaringSyntaxReferences.IsEmpty);
    }
}
