using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1008: paths meet on some of which a lock is held, and the code behind depends on it. Stands at the acquire or release that makes the difference.</summary>
internal static class LCK1008HeldOnOnePath
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1008",
        RuleDescriptor.Locks,
        "Lock held on one path only",
        "'{0}' is {1}, and the code behind depends on that",
        "Where paths meet, or a loop goes round, a lock is held on some of them only; the code that follows uses or releases it on all of them.");

    /// <param name="held">The hold on a path on which it is held.</param>
    /// <param name="released">Where it was released on a path on which it is not.</param>
    /// <param name="use">Where it is needed.</param>
    /// <param name="again">The paths hold it more and less often.</param>
    public static Finding Create(Hold held, IOperation? released, object use, bool again = false)
    {
        var place = released ?? held.At ?? (IOperation)use;
        return new Finding(Rule, Places.Of(place), ImmutableArray.Create<object>(held.Text, $"{(released is null ? "acquired" : "released")}{(again ? " once more" : "")} on one path only"))
        {
            Lock = held.Lock,
            RelatedIs = "needed here",
            Related = use is IOperation operation ? ImmutableArray.Create(Places.Of(operation)) : ImmutableArray<Location>.Empty,
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, held.Text),
        };
    }

    /// <summary>Every round of a loop acquires it once more.</summary>
    public static Finding InLoop(Hold held) =>
        new(Rule, Places.Of(held.At!), ImmutableArray.Create<object>(held.Text, "acquired in a loop and still held in the next round"))
        {
            Lock = held.Lock,
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, held.Text),
        };
}
