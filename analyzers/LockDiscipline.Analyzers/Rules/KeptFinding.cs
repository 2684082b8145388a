using System.Collections.Immutable;
using System.Globalization;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>A finding in a form that outlives its compilation: its places by members and tokens, its arguments as words. Immutable.</summary>
internal sealed record KeptFinding(
    DiagnosticDescriptor Rule,
    DiagnosticSeverity? Severity,
    string? RelatedIs,
    KeptPlace Place,
    ImmutableArray<KeptPlace> Related,
    ImmutableArray<object> Arguments,
    ImmutableDictionary<string, string?> Properties)
{
    /// <summary>The same findings in that form; null where one stands at a place that has none.</summary>
    public static ImmutableArray<KeptFinding>? Of(FlowHost host, ImmutableArray<Finding> findings)
    {
        var kept = ImmutableArray.CreateBuilder<KeptFinding>(findings.Length);
        foreach (var finding in findings)
        {
            if (Of(host, finding) is not { } one)
                return null;
            kept.Add(one);
        }

        return kept.ToImmutable();
    }

    /// <summary>The findings as they read in the present compilation; null where a place is not what it was.</summary>
    public static ImmutableArray<Finding>? Revive(FlowHost host, ImmutableArray<KeptFinding> kept)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>(kept.Length);
        foreach (var one in kept)
        {
            if (one.Revive(host) is not { } finding)
                return null;
            findings.Add(finding);
        }

        return findings.ToImmutable();
    }

    static KeptFinding? Of(FlowHost host, Finding finding)
    {
        if (KeptPlace.Of(host, finding.Location) is not { } place)
            return null;
        var related = ImmutableArray.CreateBuilder<KeptPlace>(finding.Related.Length);
        foreach (var location in finding.Related)
        {
            if (KeptPlace.Of(host, location) is not { } other)
                return null;
            related.Add(other);
        }

        var arguments = ImmutableArray.CreateBuilder<object>(finding.Arguments.Length);
        foreach (var argument in finding.Arguments)
            arguments.Add(System.Convert.ToString(argument, CultureInfo.InvariantCulture) ?? "");
        return new KeptFinding(finding.Rule, finding.Severity, finding.RelatedIs, place, related.ToImmutable(), arguments.ToImmutable(), finding.Properties);
    }

    Finding? Revive(FlowHost host)
    {
        if (Place.Revive(host) is not { } location)
            return null;
        var related = ImmutableArray.CreateBuilder<Location>(Related.Length);
        foreach (var place in Related)
        {
            if (place.Revive(host) is not { } other)
                return null;
            related.Add(other);
        }

        return new Finding(Rule, location, Arguments) { Severity = Severity, RelatedIs = RelatedIs, Related = related.ToImmutable(), Properties = Properties };
    }
}
