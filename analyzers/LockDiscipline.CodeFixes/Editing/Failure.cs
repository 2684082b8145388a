using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Writes the test for failure of a result and the error to return, and knows what a function returns.</summary>
internal static class Failure
{
    /// <summary>The condition that is true where <paramref name="name"/> holds a failure; null where the type does not say what failure is.</summary>
    public static string? Test(FixSite site, ITypeSymbol type, string name, int position)
    {
        string? success = null;
        foreach (var symbol in site.Model.LookupSymbols(position, type, includeReducedExtensionMethods: true))
        {
            bool isCall = symbol is IMethodSymbol { Parameters.IsEmpty: true, ReturnType.SpecialType: SpecialType.System_Boolean };
            if (symbol.IsStatic || !(isCall || symbol is IPropertySymbol { Type.SpecialType: SpecialType.System_Boolean }))
                continue;
            var test = $"{name}.{symbol.Name}{(isCall ? "()" : "")}";
            switch (site.Contracts.Of((symbol as IMethodSymbol)?.ReducedFrom ?? symbol).TestsError)
            {
                case true:
                    return test;
                case false:
                    success ??= "!" + test;
                    break;
            }
        }

        if (success is not null)
            return success;
        if (type.TypeKind == TypeKind.Enum)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IFieldSymbol { HasConstantValue: true, ConstantValue: { } value } && System.Convert.ToDecimal(value, null) == 0)
                    return $"{name} != {type.ToMinimalDisplayString(site.Model, position)}.{member.Name}";
            }

            return null;
        }

        return type.SpecialType switch
        {
            SpecialType.System_Boolean => "!" + name,
            >= SpecialType.System_SByte and <= SpecialType.System_UInt64 or SpecialType.System_IntPtr => name + " != 0",
            _ => type.IsValueType ? name + " != default" : null,
        };
    }

    /// <summary>The opposite of a condition made by <see cref="Test"/>.</summary>
    public static string Not(string test) =>
        test.StartsWith("!", System.StringComparison.Ordinal) ? test.Substring(1)
        : test.Contains(" != ") ? test.Replace(" != ", " == ")
        : "!" + test;

    /// <summary>What says at a <c>return</c> that the result in <paramref name="name"/> is an error: the result itself, or its error code; null where the function has no such value.</summary>
    public static string? Returned(FixSite site, SyntaxNode node, ITypeSymbol type, string name)
    {
        if (Function(site, node) is not { } method || Returned(method) is not { } returned)
            return null;
        if (SymbolEqualityComparer.Default.Equals(returned, type))
            return name;
        string? code = null;
        foreach (var member in site.Model.LookupSymbols(node.SpanStart, type))
        {
            var value = (member as IPropertySymbol)?.Type ?? (member as IFieldSymbol)?.Type;
            if (member.IsStatic || value is null)
                continue;
            if (!site.Contracts.MustCheck(value) || site.Contracts.Of(member).OnSuccess || !site.Model.Compilation.ClassifyCommonConversion(value, returned).IsImplicit)
                continue;
            if (code is not null)
                return null;
            code = $"{name}.{member.Name}";
        }

        return code;
    }

    /// <summary>The method of the function that <paramref name="node"/> is in.</summary>
    public static IMethodSymbol? Function(FixSite site, SyntaxNode node)
    {
        var function = StatementRun.FunctionOf(node);
        if (function is null)
            return null;
        var symbol = function is AnonymousFunctionExpressionSyntax ? site.Symbol(function) : site.Model.GetDeclaredSymbol(function, site.CancellationToken);
        return symbol as IMethodSymbol ?? (symbol as IPropertySymbol)?.GetMethod;
    }

    /// <summary>The type that a <c>return</c> in the method gives; null where it gives nothing.</summary>
    public static ITypeSymbol? Returned(IMethodSymbol method)
    {
        if (method.ReturnsVoid)
            return null;
        if (!method.IsAsync)
            return method.ReturnType;
        return method.ReturnType is INamedTypeSymbol { TypeArguments.Length: 1 } task ? task.TypeArguments[0] : null;
    }
}
