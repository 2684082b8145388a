using System;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// The <c>extension(...)</c> blocks of C# 14, whose members speak of the extended object by the block's parameter. A newer compiler
/// than the one these analyzers are built on shows a block as a type that has this parameter.
/// </summary>
internal static class ExtensionBlocks
{
    // Null where the compiler that runs this knows no such blocks.
    static readonly Func<ITypeSymbol, IParameterSymbol?>? ReadParameter =
        typeof(ITypeSymbol).GetProperty("ExtensionParameter")?.GetMethod?.CreateDelegate(typeof(Func<ITypeSymbol, IParameterSymbol?>)) as Func<ITypeSymbol, IParameterSymbol?>;

    /// <summary>The extended object, of a member of an extension block; null for any other member, and for one that extends the type itself.</summary>
    public static IParameterSymbol? ParameterOf(ISymbol? member) =>
        ReadParameter is not null && member is { IsStatic: false, ContainingType: { Name.Length: 0 } block } && ReadParameter(block) is { Name.Length: > 0 } extended ? extended : null;
}
