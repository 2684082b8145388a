using System.Collections.Generic;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Keeps few entries for one thing that happens under several conditions.</summary>
internal static class Alternatives
{
    /// <summary>More conditions than this for one thing, and it counts as happening whatever the arguments are.</summary>
    const int Max = 4;

    /// <summary>More things than this are not told of one body: along a list, each round would add a longer path.</summary>
    const int MaxEntries = 64;

    public static readonly Kind<Taken> OfTakes = new(
        static (a, b) => a.Lock.Equals(b.Lock) && a.Mode == b.Mode, static taken => taken.Given, static (taken, given) => taken with { Given = given }, static taken => taken.Text);

    public static readonly Kind<Need> OfNeeds = new(
        static (a, b) => a.Lock.Equals(b.Lock) && a.Mode == b.Mode, static need => need.Given, static (need, given) => need with { Given = given }, static need => need.Text);

    public static readonly Kind<Exclusion> OfExclusions = new(
        static (a, b) => a.Lock.Equals(b.Lock), static exclusion => exclusion.Given, static (exclusion, given) => exclusion with { Given = given }, static exclusion => exclusion.Text);

    public static readonly Kind<Sleep> OfSleeps = new(
        static (a, b) => SameLocks(a, b), static sleep => sleep.Given, static (sleep, given) => sleep with { Given = given }, static sleep => sleep.Chain.Length.ToString("D4", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Adds an entry, unless what is known covers it.</summary>
    public static void Add<T>(List<T> known, T entry, Kind<T> kind)
    {
        int count = 0;
        for (int i = known.Count - 1; i >= 0; i--)
        {
            if (!kind.Same(known[i], entry))
                continue;
            var given = kind.Given(known[i]);
            if (given.Equals(kind.Given(entry)) && string.CompareOrdinal(kind.Text(entry), kind.Text(known[i])) < 0)
                known[i] = entry;
            if (given.IsNothing || given.Equals(kind.Given(entry)))
                return;
            if (kind.Given(entry).IsNothing)
                known.RemoveAt(i);
            else
                count++;
        }

        if (count < Max)
        {
            if (known.Count < MaxEntries)
                known.Add(entry);
            return;
        }

        known[known.FindIndex(other => kind.Same(other, entry))] = kind.With(entry, default);
    }

    static bool SameLocks(Sleep a, Sleep b)
    {
        if (a.Without.Length != b.Without.Length)
            return false;
        foreach (var path in a.Without)
        {
            if (!b.Without.Contains(path))
                return false;
        }

        return true;
    }

    /// <summary>How entries of one kind are told apart; of several that say the same, the one with the first text stays, whichever is met first.</summary>
    internal sealed record Kind<T>(System.Func<T, T, bool> Same, System.Func<T, Premise> Given, System.Func<T, Premise, T> With, System.Func<T, string> Text);
}
