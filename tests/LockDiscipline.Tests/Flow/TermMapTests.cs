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
