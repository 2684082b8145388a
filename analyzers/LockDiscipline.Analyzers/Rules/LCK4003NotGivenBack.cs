using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK4003: an owned value is still owned at an exit. Stands at the acquire.</summary>
internal static class LCK4003NotGivenBack
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK4003",
        RuleDescriptor.Lifetimes,
        "Not released on every path",
        "What '{0}' gives is owned here ({1}), and still owned where the body is left{2}",
        "An [Owned] value is on some path neither handed to a consumer of its kind, nor returned, nor stored.");

    public static void CheckExit(BodyRules rules, in BodyLeft exit, PathState state)
    {
        bool counts = !exit.IsThrow || rules.Options.Exceptional == ExceptionalPaths.Calls
            || (rules.Options.Exceptional == ExceptionalPaths.Throws && exit.Site is not null);
        if (!counts)
            return;
        bool isThrow = exit.IsThrow;
        var place = Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax);
        state = Evaluator.WithoutUnowned(rules.Contracts, state);
        foreach (var mark in state.Marks)
        {
            if (mark.Kind != MarkKind.Owned || (exit.Returned is { } returned && (Speaks(rules.Contracts, returned, mark.Value!) || TupleParts.Hold(state, returned, mark.Value!))) || (!isThrow && (IsHandedBack(rules, state, mark.Value!) || IsPromised(rules, exit, state, mark) || IsKeptByObject(rules, exit, state, mark))))
                continue;
            rules.Findings.Judge((mark.At, place.SourceSpan, exit.Site is null ? exit.From : 0), Rule, mark.At, state, () => new Finding(
                Rule,
                Places.Of(mark.At),
                ImmutableArray.Create<object>(LCK3001ResultIgnored.NameOf(mark.At), mark.What, isThrow ? " by an exception" : ""))
            {
                Related = ImmutableArray.Create(place),
                RelatedIs = "still owned here",
                Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.What, mark.What),
            });
        }
    }

    // The body's own contract gives it to the caller.
    static bool IsPromised(BodyRules rules, in BodyLeft exit, PathState state, Mark owned) =>
        owned.Value is { Kind: TermKind.Parameter, Symbol: IParameterSymbol { RefKind: RefKind.None } parameter } && rules.Contracts.Of(parameter).Protocol is { Owned: { } kind } protocol && kind == owned.What
        && (protocol.OwnedAlways || (exit.Returned is { } returned ? Failure.Of(state, returned) != (protocol.OwnedWhen ?? true) : true));

    // Counted for an object that a field or property holds, such as a clock of a device: it is in use until another method gives it back,
    // unless this one means to do so itself, or fails.
    static bool IsKeptByObject(BodyRules rules, in BodyLeft exit, PathState state, Mark owned) =>
        owned.Value is { Kind: TermKind.Member or TermKind.Static, IsRooted: true } value && !Fails(exit, state) && !rules.GivesBackOnSuccess(value);

    public static bool Fails(in BodyLeft exit, PathState state) => exit.IsThrow || (exit.Returned is { } returned && Failure.Of(state, returned) == true);

    static bool IsHandedBack(BodyRules rules, PathState state, Term value)
    {
        if (rules.Body.Method is not { } method)
            return false;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind is RefKind.Ref or RefKind.Out && Evaluator.Concerns(rules.Contracts, state.Read(Term.Parameter(parameter)), value))
                return true;
        }

        return false;
    }

    // Returned itself, or a part of it that can stand for it.
    static bool Speaks(ContractSet contracts, Term returned, Term value)
    {
        for (var term = returned; term is not null; term = term.Kind == TermKind.Member && !IsMereNumber(contracts, term.Symbol) ? term.Left : null)
        {
            if (term.Equals(value))
                return true;
        }

        return false;
    }

    // What an object counts or is called by does not keep it; the number in a value may be all that there is of it.
    static bool IsMereNumber(ContractSet contracts, ISymbol? member)
    {
        var type = (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type;
        bool isNumber = type is { TypeKind: TypeKind.Enum } or { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_String };
        return isNumber && member!.ContainingType.IsReferenceType && !contracts.Of(member).OnSuccess;
    }
}
