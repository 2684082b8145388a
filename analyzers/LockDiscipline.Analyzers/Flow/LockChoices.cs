using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// The variables of a body that say which lock is meant: assigned on several paths, and then locked, or led through to what is locked.
/// </summary>
/// <remarks>
/// In <c>lock (a.Id &lt; b.Id ? a : b)</c> the paths meet before the lock is acquired, with the same locks held. What was chosen would be known by
/// the place where they meet only, and no longer by the object. So the choice is part of the key (<see cref="MarkKind.Chosen"/>), for a few of them.
/// </remarks>
internal sealed class LockChoices
{
    /// <summary>More choices than this are not kept apart: each may double the paths.</summary>
    const int Max = 4;

    static readonly LockChoices None = new();

    readonly HashSet<Term> _locations = new();

    public bool Contains(Term location) => _locations.Contains(location);

    /// <summary>The choices of a body.</summary>
    /// <param name="contracts">Says which calls concern locks.</param>
    /// <param name="body">The body, without the lambdas in it.</param>
    public static LockChoices Of(ContractSet contracts, Body body)
    {
        var sources = new Dictionary<Term, List<Term>>();
        var open = new Stack<Term>();
        // They get what a method has chosen.
        var called = new HashSet<Term>();
        foreach (var block in body.Graph.Blocks)
        {
            foreach (var operation in block.Operations)
                Scan(operation);
            if (block.BranchValue is { } value)
                Scan(value);
        }

        if (open.Count == 0)
            return None;
        var choices = new LockChoices();
        var seen = new HashSet<Term>();
        while (open.Count > 0)
        {
            var location = open.Pop();
            if (!seen.Add(location))
                continue;
            if ((body.IsChoice(location) || called.Contains(location)) && choices._locations.Count < Max)
                choices._locations.Add(location);
            if (!sources.TryGetValue(location, out var from))
                continue;
            foreach (var source in from)
                open.Push(source);
        }

        return choices;

        void Scan(IOperation operation)
        {
            switch (operation)
            {
                case IExpressionStatementOperation when Evaluator.IsFlatLock(operation, out var flat):
                    Push(flat);
                    break;
                case IInvocationOperation invocation when contracts.Of(invocation.TargetMethod.OriginalDefinition).ChangesLocks:
                    if (invocation.Instance is { } instance)
                        Push(instance);
                    foreach (var argument in invocation.Arguments)
                        Push(argument.Value);
                    break;
                case IFlowCaptureOperation capture:
                    Flow(Term.Capture(capture.Id), capture.Value);
                    break;
                case ISimpleAssignmentOperation assignment when Location(assignment.Target) is { } target:
                    Flow(target, assignment.Value);
                    break;
                case IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: { } declared } } pattern:
                    Flow(Term.Parameter(declared), pattern.Value);
                    break;
                case IIsPatternOperation { Pattern: IRecursivePatternOperation { DeclaredSymbol: { } declared } } pattern:
                    Flow(Term.Parameter(declared), pattern.Value);
                    break;
                case IDeconstructionAssignmentOperation deconstruction:
                    Deconstruct(deconstruction.Target, deconstruction.Value);
                    break;
            }

            foreach (var child in operation.ChildOperations)
                Scan(child);
        }

        void Deconstruct(IOperation target, IOperation value)
        {
            while (value is IConversionOperation conversion)
                value = conversion.Operand;
            if (target is IDeclarationExpressionOperation declaration)
                target = declaration.Expression;
            if (target is not ITupleOperation targets)
            {
                if (Location(target) is { } location)
                    Flow(location, value);
                return;
            }

            for (int i = 0; i < targets.Elements.Length; i++)
                Deconstruct(targets.Elements[i], value is ITupleOperation values && values.Elements.Length == targets.Elements.Length ? values.Elements[i] : value);
        }

        void Push(IOperation value)
        {
            if (Root(value) is { } root)
                open.Push(root);
            PushKeys(value);
        }

        // Which element it is says the index.
        void PushKeys(IOperation value)
        {
            if (value is IArrayElementReferenceOperation element)
            {
                foreach (var index in element.Indices)
                    Push(index);
            }

            if (value is IPropertyReferenceOperation { Property.IsIndexer: true } indexer)
            {
                foreach (var argument in indexer.Arguments)
                    Push(argument.Value);
            }

            foreach (var child in value.ChildOperations)
                PushKeys(child);
        }

        void Flow(Term target, IOperation value)
        {
            if (IsChosenByCall(contracts, value))
                called.Add(target);
            if (Root(value) is not { } root)
                return;
            if (!sources.TryGetValue(target, out var known))
                sources.Add(target, known = new List<Term>());
            known.Add(root);
        }
    }

    static bool IsChosenByCall(ContractSet contracts, IOperation value)
    {
        while (value is IConversionOperation or IMemberReferenceOperation { Instance: not null })
            value = value is IConversionOperation conversion ? conversion.Operand : ((IMemberReferenceOperation)value).Instance!;
        return value is IInvocationOperation { TargetMethod: { } method } && !contracts.ReturnedChoices(method).IsEmpty;
    }

    static Term? Root(IOperation value)
    {
        while (true)
        {
            switch (value)
            {
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    continue;
                case IMemberReferenceOperation { Instance: { } instance }:
                    value = instance;
                    continue;
                case IArrayElementReferenceOperation element:
                    value = element.ArrayReference;
                    continue;
                default:
                    return Location(value);
            }
        }
    }

    static Term? Location(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => Term.Parameter(local.Local),
        IParameterReferenceOperation parameter => Term.Parameter(parameter.Parameter),
        IFlowCaptureReferenceOperation capture => Term.Capture(capture.Id),
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local } => Term.Parameter(local.Local),
        _ => null,
    };
}
