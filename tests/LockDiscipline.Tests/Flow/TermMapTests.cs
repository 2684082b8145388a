using FsCheck.Fluent;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Tests.Flow;

/// <summary>A term map does what a dictionary does.</summary>
public sealed class TermMapTests
{
    static readonly FsCheck.Gen<(Term Key, int Value, bool Add)> s_step =
        from key in Generators.Term_ from value in Gen.Choose(0, 3) from add in Gen.Elements(true, true, false) select (key, value, add);

    static readonly FsCheck.Gen<List<(Term Key, int Value, bool Add)>> s_steps = Generators.Few(s_step, 30);

    // Enough keys for a map of several levels; those with one hash in two objects stand in one leaf.
    static readonly FsCheck.Gen<Term> s_manyKeys =
        from number in Gen.Choose(0, 120) from member in Gen.Elements(true, false) select member ? Term.OpaqueMember(Term.This, $"_{number}") : Term.Constant(new Colliding(number));

    static readonly FsCheck.Gen<List<(Term Key, int Value, bool Add)>> s_manySteps =
        Generators.Few(from key in s_manyKeys from value in Gen.Choose(0, 3) from add in Gen.Elements(true, true, false) select (key, value, add), 250);

    sealed record Colliding(int Number)
    {
        public override int GetHashCode() => Number % 9;
    }

    [Fact]
    public void ALargeMap_DoesWhatADictionaryDoes() => Law.Holds(s_manySteps, steps =>
    {
        var (map, dictionary) = Run(steps);
        return map.Count == dictionary.Count
            && dictionary.All(pair => map.TryGet(pair.Key, out var value) && value == pair.Value)
            && map.Entries.ToArray().Select(entry => entry.Key).ToHashSet().SetEquals(dictionary.Keys)
            && map.Entries.ToArray().Length == dictionary.Count
            && steps.All(step => map.TryGet(step.Key, out _) == dictionary.ContainsKey(step.Key));
    });

    [Fact]
    public void ALargeMap_IsTheSameHoweverItWasMade() => Law.Holds(s_manySteps, steps =>
    {
        var (map, dictionary) = Run(steps);
        var other = TermMap<int>.Empty;
        foreach (var pair in dictionary.Reverse())
            other = other.With(pair.Key, pair.Value);
        return map.Equals(other) && map.GetHashCode() == other.GetHashCode() && map.Mask == other.Mask
            && map.Entries.ToArray().All(entry => !map.With(entry.Key, entry.Value + 1).Equals(map) && !map.Without(entry.Key).Equals(map) && map.Without(entry.Key).With(entry.Key, entry.Value).Equals(map));
    });

    [Fact]
    public void DifferencesAndWhatIsCommon_AreThoseOfDictionaries() => Law.Holds(from a in s_manySteps from b in s_steps from c in s_manySteps select (a, b, c), steps =>
    {
        // The second map shares much with the first, the third little.
        var (first, a) = Run(steps.a);
        var (second, b) = Run([.. steps.a, .. steps.b]);
        var (third, c) = Run(steps.c);
        return Compare(first, a, second, b) && Compare(second, b, first, a) && Compare(first, a, third, c) && Compare(first, a, TermMap<int>.Empty, []);
    });

    [Fact]
    public void EntriesThatMatchAMask_AreThoseThatMentionTheTerm() => Law.Holds(from steps in s_steps from more in s_manySteps from term in Generators.Term_ select (steps, more, term), pair =>
    {
        var (map, dictionary) = Run([.. pair.steps, .. pair.more]);
        var found = map.Matching(pair.term.Bit).ToArray().Where(entry => entry.Key.Mentions(pair.term)).Select(entry => entry.Key).ToHashSet();
        return found.SetEquals(dictionary.Keys.Where(key => key.Mentions(pair.term)));
    });

    static bool Compare(TermMap<int> a, Dictionary<Term, int> inA, TermMap<int> b, Dictionary<Term, int> inB)
    {
        var differences = new List<Term>();
        TermMap<int>.Differences(a, b, differences);
        var differing = inA.Keys.Union(inB.Keys).Where(key => !inA.TryGetValue(key, out int x) || !inB.TryGetValue(key, out int y) || x != y).ToHashSet();
        var common = TermMap<int>.Common(a, b);
        return differing.SetEquals(differences) && differing.Count == differences.Count
            && common.Count == inA.Keys.Union(inB.Keys).Count(key => !differing.Contains(key))
            && common.Entries.ToArray().All(entry => !differing.Contains(entry.Key) && inA[entry.Key] == entry.Value);
    }

    [Fact]
    public void AddingAndRemoving_DoesWhatADictionaryDoes() => Law.Holds(s_steps, steps =>
    {
        var (map, dictionary) = Run(steps);
        return map.Count == dictionary.Count
            && dictionary.All(pair => map.TryGet(pair.Key, out var value) && value == pair.Value)
            && map.Entries.ToArray().All(entry => dictionary.ContainsKey(entry.Key))
            && steps.All(step => map.TryGet(step.Key, out _) == dictionary.ContainsKey(step.Key));
    });

    [Fact]
    public void OrderOfAdding_MeansNothing() => Law.Holds(s_steps, steps =>
    {
        var (map, dictionary) = Run(steps);
        var other = TermMap<int>.Empty;
        foreach (var pair in dictionary.Reverse())
            other = other.With(pair.Key, pair.Value);
        return map.Equals(other) && map.GetHashCode() == other.GetHashCode();
    });

    [Fact]
    public void AnOlderMap_DoesNotChange() => Law.Holds(from a in s_steps from b in s_steps select (a, b), pair =>
    {
        var (map, dictionary) = Run(pair.a);
        var later = map;
        foreach (var (key, value, add) in pair.b)
            later = add ? later.With(key, value) : later.Without(key);
        return map.Count == dictionary.Count && dictionary.All(known => map.TryGet(known.Key, out var value) && value == known.Value);
    });

    [Fact]
    public void WhatIsThereAlready_GivesTheSameMap() => Law.Holds(s_steps, steps =>
    {
        var (map, _) = Run(steps);
        var absent = Term.Site(new object());
        return map.Entries.ToArray().All(entry => ReferenceEquals(map.With(entry.Key, entry.Value), map)) && ReferenceEquals(map.Without(absent), map);
    });

    [Fact]
    public void MapsThatDiffer_AreNotEqual() => Law.Holds(s_steps, steps =>
    {
        var (map, _) = Run(steps);
        return map.Entries.ToArray().All(entry => !map.With(entry.Key, entry.Value + 1).Equals(map) && !map.Without(entry.Key).Equals(map));
    });

    static (TermMap<int> Map, Dictionary<Term, int> Dictionary) Run(List<(Term Key, int Value, bool Add)> steps)
    {
        var map = TermMap<int>.Empty;
        var dictionary = new Dictionary<Term, int>();
        foreach (var (key, value, add) in steps)
        {
            if (add)
            {
                map = map.With(key, value);
                dictionary[key] = value;
            }
            else
            {
                map = map.Without(key);
                dictionary.Remove(key);
            }
        }

        return (map, dictionary);
    }
}
