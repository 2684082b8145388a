using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A small immutable map from terms: an array sorted by hash, copied on change, compared by content.</summary>
/// <remarks>A body rarely has more than a few dozen entries; a copy of those is cheaper than a tree. Thread-safe.</remarks>
internal sealed class TermMap<TValue> : IEquatable<TermMap<TValue>>
    where TValue : notnull
{
    public static readonly TermMap<TValue> Empty = new([]);

    readonly KeyValuePair<Term, TValue>[] _entries;
    int _hash;

    TermMap(KeyValuePair<Term, TValue>[] entries) => _entries = entries;

    public int Count => _entries.Length;

    public ReadOnlySpan<KeyValuePair<Term, TValue>> Entries => _entries;

    public bool TryGet(Term key, out TValue value)
    {
        int index = Find(key, out _);
        value = index < 0 ? default! : _entries[index].Value;
        return index >= 0;
    }

    public TermMap<TValue> With(Term key, TValue value)
    {
        int index = Find(key, out int insertion);
        if (index >= 0)
        {
            if (EqualityComparer<TValue>.Default.Equals(_entries[index].Value, value))
                return this;
            var replaced = (KeyValuePair<Term, TValue>[])_entries.Clone();
            replaced[index] = new(key, value);
            return new(replaced);
        }

        var entries = new KeyValuePair<Term, TValue>[_entries.Length + 1];
        Array.Copy(_entries, entries, insertion);
        entries[insertion] = new(key, value);
        Array.Copy(_entries, insertion, entries, insertion + 1, _entries.Length - insertion);
        return new(entries);
    }

    public TermMap<TValue> Without(Term key)
    {
        int index = Find(key, out _);
        if (index < 0)
            return this;
        if (_entries.Length == 1)
            return Empty;
        var entries = new KeyValuePair<Term, TValue>[_entries.Length - 1];
        Array.Copy(_entries, entries, index);
        Array.Copy(_entries, index + 1, entries, index, entries.Length - index);
        return new(entries);
    }

    public bool Equals(TermMap<TValue>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other.Count != Count || other.GetHashCode() != GetHashCode())
            return false;
        foreach (var entry in _entries)
        {
            if (!other.TryGet(entry.Key, out var value) || !EqualityComparer<TValue>.Default.Equals(entry.Value, value))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as TermMap<TValue>);

    public override int GetHashCode()
    {
        if (_hash != 0)
            return _hash;
        int hash = 17;
        foreach (var entry in _entries)
            hash = unchecked(hash + ((entry.Key.GetHashCode() * 31) ^ entry.Value.GetHashCode()));
        return _hash = hash == 0 ? 1 : hash;
    }

    int Find(Term key, out int insertion)
    {
        int hash = key.GetHashCode();
        int low = 0, high = _entries.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_entries[middle].Key.GetHashCode() < hash)
                low = middle + 1;
            else
                high = middle;
        }

        insertion = low;
        for (int i = low; i < _entries.Length && _entries[i].Key.GetHashCode() == hash; i++)
        {
            if (_entries[i].Key.Equals(key))
                return i;
        }

        return -1;
    }
}
