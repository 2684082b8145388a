using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK3001: an error result is dropped, or kept and never tested. Handlers' error returns are to be checked.</summary>
internal static class LCK3001ResultIgnored
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK3001",
        RuleDescriptor.Results,
        "Error result ignored",
        "The result of '{0}' must be checked{1}",
        "A [MustCheck] result is dropped, or stored and on some path neither tested, returned nor passed on. An assignment to '_' counts as meant.");

    public static void Check(BodyRules rules, in ResultLost lost, PathState state)
    {
        if (lost.How is LostResult.Overwritten or LostResult.ErrorOverwritten)
            return;
        var (call, how) = (lost.Call, lost.How);
        rules.Findings.Judge(call, Rule, null, state, () => Create(call, how));
    }

    public static string NameOf(IOperation call) => call switch
    {
        IInvocationOperation { TargetMethod: { } callee } invocation => Names.Of(callee, invocation),
        IPropertyReferenceOperation property => property.Property.Name,
        _ => call.Syntax.ToString(),
    };

    static Finding Create(IOperation call, LostResult how) =>
        new(Rule, Places.Of(call), ImmutableArray.Create<object>(NameOf(call), how == LostResult.NeverTested ? "; on some path it is not" : ""));
}
