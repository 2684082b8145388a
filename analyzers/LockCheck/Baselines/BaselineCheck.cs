using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Judgement;

namespace LockCheck.Baselines;

/// <summary>What is left of a report beyond a baseline.</summary>
/// <param name="Remaining">Findings that neither the baseline nor a waiver covers.</param>
/// <param name="Known">How many the baseline covers.</param>
/// <param name="Waived">How many a waiver covers.</param>
/// <param name="Stale">Lines of the file that cover nothing any more, and waivers that have run out.</param>
/// <param name="Shrunk">The baseline without what is no longer needed. Never more than it was.</param>
internal sealed record BaselineResult(ImmutableArray<Finding> Remaining, int Known, int Waived, ImmutableArray<string> Stale, Baseline Shrunk);

/// <summary>Holds findings against a baseline.</summary>
internal static class BaselineCheck
{
    /// <summary>Compares.</summary>
    /// <param name="today">The day by which waivers run out.</param>
    public static BaselineResult Apply(Baseline baseline, IEnumerable<FindingIdentity> findings, DateOnly today)
    {
        var allowed = baseline.Entries.GroupBy(e => (e.Rule, e.Member, e.Message)).ToDictionary(g => g.Key, g => g.Sum(e => e.Count));
        var used = new Dictionary<(string, string, string), int>();
        var usedWaivers = new HashSet<Waiver>();
        var outdated = new Dictionary<Waiver, string>();
        var remaining = ImmutableArray.CreateBuilder<Finding>();
        int known = 0, waived = 0;
        foreach (var finding in findings.Where(f => !f.IsWaived))
        {
            var key = Baseline.KeyOf(finding);
            var waivers = baseline.Waivers.Where(w => w.Rule == key.Rule && w.Member == key.Member && (w.Until is null || w.Until >= today)).ToList();
            foreach (var other in waivers.Where(w => w.Hash.Length > 0 && w.Hash != Baseline.HashOf(finding)))
                outdated[other] = Baseline.HashOf(finding);
            if (waivers.Find(w => !outdated.ContainsKey(w)) is { } waiver)
            {
                usedWaivers.Add(waiver);
                waived++;
            }
            else if (used.GetValueOrDefault(key) < allowed.GetValueOrDefault(key))
            {
                used[key] = used.GetValueOrDefault(key) + 1;
                known++;
            }
            else
            {
                remaining.Add(finding.Finding);
            }
        }
        var stale = ImmutableArray.CreateBuilder<string>();
        var shrunk = ImmutableArray.CreateBuilder<BaselineEntry>();
        foreach (var entry in baseline.Entries)
        {
            var key = (entry.Rule, entry.Member, entry.Message);
            var count = Math.Min(entry.Count, used.GetValueOrDefault(key));
            used[key] = used.GetValueOrDefault(key) - count;
            if (count > 0)
                shrunk.Add(entry with { Count = count });
            if (count < entry.Count)
                stale.Add($"{entry.Rule} in {entry.Member}: {entry.Count} expected, {count} found");
        }
        foreach (var waiver in baseline.Waivers.Where(w => !usedWaivers.Contains(w)))
        {
            stale.Add($"the waiver of {waiver.Rule} for {waiver.Member} " + (waiver.Until < today ? $"ran out on {waiver.Until:yyyy-MM-dd}"
                : outdated.TryGetValue(waiver, out var now) ? $"was given for other code: if its reason still holds, write \"hash\": \"{now}\""
                : "hides nothing any more"));
        }
        return new(remaining.ToImmutable(), known, waived, stale.ToImmutable(), new(shrunk.ToImmutable(), baseline.Waivers));
    }

    /// <summary>The baseline with everything that there is now.</summary>
    public static Baseline Accept(Baseline shrunk, IEnumerable<FindingIdentity> remaining, string reason)
    {
        var added = remaining.GroupBy(Baseline.KeyOf).Select(g => new BaselineEntry(g.Key.Rule, g.Key.Member, g.Key.Message, g.Count(), reason));
        return shrunk with
        {
            Entries = [.. shrunk.Entries.Concat(added).GroupBy(e => (e.Rule, e.Member, e.Message)).Select(g => g.Count() == 1 ? g.First() : g.First() with { Count = g.Sum(e => e.Count), Reason = reason })],
        };
    }
}
