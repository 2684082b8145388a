using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Calls that the language makes where none is written, and that the graph does not show as calls.
internal sealed partial class Evaluator
{
    /// <summary>The call of a method that takes nothing but its receiver, or only has parameters that the language fills in.</summary>
    /// <param name="site">Where it is called.</param>
    /// <param name="callee">The method; an extension gets the receiver as its first argument.</param>
    /// <param name="receiver">The receiver's value.</param>
    /// <param name="written">The receiver as written, where it is.</param>
    Term CallImplicit(IOperation site, IMethodSymbol callee, Term receiver, IOperation? written)
    {
        var definition = (callee.ReducedFrom ?? callee).OriginalDefinition;
        bool isExtension = definition.IsStatic && !definition.Parameters.IsEmpty;
        var arguments = isExtension && written is not null
            ? ImmutableArray.Create(new BoundArgument(definition.Parameters[0], written, receiver, null))
            : ImmutableArray<BoundArgument>.Empty;
        var result = definition.ReturnsVoid ? Term.Null : Mint(Term.Phi(site, Term.Parameter(definition)));
        var binding = BindCall(isExtension ? null : receiver, written is { IsImplicit: false } && !isExtension ? written.Syntax : null, arguments, result, written?.Type, definition);
        return Apply(site, definition, Contracts.Of(definition), binding, written, result);
    }

    /// <summary>How a deconstruction takes its value apart; null where no contract can stand on a method that does.</summary>
    DeconstructionInfo? PartsOf(SyntaxNode syntax)
    {
        if (!_host.Cache.Names.HasContract("Deconstruct"))
            return null;
        var model = _host.Cache.Model(syntax.SyntaxTree);
        return syntax switch
        {
            AssignmentExpressionSyntax assignment => model.GetDeconstructionInfo(assignment),
            { Parent: ForEachVariableStatementSyntax loop } => model.GetDeconstructionInfo(loop),
            _ => null,
        };
    }

    static DeconstructionInfo? Part(DeconstructionInfo? whole, int index) =>
        whole is { Nested: { IsDefault: false } nested } && index < nested.Length ? nested[index] : null;

    void CallAwaiter(IAwaitOperation await, Term awaited)
    {
        var names = _host.Cache.Names;
        if (await.Syntax is not AwaitExpressionSyntax syntax
            || !(names.HasContract("GetAwaiter") || names.HasContract("GetResult") || names.HasContract("IsCompleted")))
        {
            return;
        }

        var info = _host.Cache.Model(syntax.SyntaxTree).GetAwaitExpressionInfo(syntax);
        if (info.GetAwaiterMethod is not { } getAwaiter)
            return;
        var awaiter = Speaks(getAwaiter) ? CallImplicit(await.Operation, getAwaiter, awaited, await.Operation) : Mint(Term.Phi(await, Term.Parameter(getAwaiter.OriginalDefinition)));
        if (info.IsCompletedProperty?.GetMethod is { } isCompleted && Speaks(isCompleted))
            CallImplicit(await.Operation, isCompleted, awaiter, null);
        // It is called when the task has ended, and waits for nothing.
        if (info.GetResultMethod is { } getResult && Speaks(getResult))
            CallImplicit(await.Operation, getResult, awaiter, null);

        bool Speaks(IMethodSymbol method) => Contracts.Of(method.ReducedFrom ?? method).SpeaksOfLocks;
    }

    /// <summary>An index from the end, or a range, on a type that has only a length and an indexer or slice.</summary>
    /// <param name="access">The access.</param>
    /// <param name="stored">What is stored there; null where it is read.</param>
    Term VisitImplicitIndexer(IImplicitIndexerReferenceOperation access, Term? stored)
    {
        var receiver = Receiver(access.Instance, stored is null ? Access.Read : Access.Write);
        Dereference(access.Instance, stored is null ? Access.Read : Access.Write);
        var index = Used(access.Argument);
        if (access.LengthSymbol is IPropertySymbol length && AsksLength(access.Argument))
        {
            RaiseAccess(access, length, receiver, access.Instance, Access.Read);
            if (length.GetMethod is { } getter)
                CallImplicit(access, getter, receiver, access.Instance);
        }

        switch (access.IndexerSymbol)
        {
            case IMethodSymbol slice:
                return CallImplicit(access, slice, receiver, access.Instance);
            case IPropertySymbol indexer:
                RaiseAccess(access, indexer, receiver, access.Instance, stored is null && !indexer.ReturnsByRef ? Access.Read : Access.Write);
                if ((stored is null ? indexer.GetMethod : indexer.SetMethod) is { } accessor)
                    CallImplicit(access, accessor, receiver, access.Instance);
                break;
        }

        return stored is null ? _state.Read(Term.Element(receiver, index)) : stored;
    }

    // A range between two positions counted from the start is known without the length.
    static bool AsksLength(IOperation argument) =>
        argument is not IRangeOperation { LeftOperand: { } start, RightOperand: { } end } || IsFromEnd(start) || IsFromEnd(end);

    static bool IsFromEnd(IOperation position)
    {
        while (position is IConversionOperation conversion)
            position = conversion.Operand;
        return position is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } || position.Type?.SpecialType != SpecialType.System_Int32;
    }

    /// <summary>A constructor without an initialiser: it calls the base type's, which needs no arguments.</summary>
    void CallBaseConstructor(IOperation site)
    {
        if (_body.Method is not { MethodKind: MethodKind.Constructor, ContainingType: { BaseType: { SpecialType: SpecialType.None } parent } })
            return;
        IMethodSymbol? called = null;
        foreach (var constructor in parent.InstanceConstructors)
        {
            if (constructor.Parameters.IsEmpty)
                called = constructor;
            else if (called is null && constructor.Parameters[0] is { IsOptional: true } or { IsParams: true })
                called = constructor;
        }

        if (called is not null)
            CallImplicit(site, called, Term.This, null);
    }

    /// <summary>An operator that changes the object on its left in place, as C# 14 has them.</summary>
    Term CallOwnOperator(IOperation site, IMethodSymbol callee, IOperation target, IOperation? value)
    {
        var definition = callee.OriginalDefinition;
        var receiver = Receiver(target, target.Type is { IsValueType: true } ? Access.Write : Access.Read);
        Dereference(target, Access.Read);
        var arguments = ImmutableArray<BoundArgument>.Empty;
        if (value is not null && definition.Parameters.Length == 1)
            arguments = ImmutableArray.Create(new BoundArgument(definition.Parameters[0], value, Used(value), null));
        var binding = BindCall(receiver, target is { IsImplicit: false } ? target.Syntax : null, arguments, null, target.Type, definition);
        Apply(site, definition, Contracts.Of(definition), binding, target, Term.Null);
        return receiver;
    }
}
