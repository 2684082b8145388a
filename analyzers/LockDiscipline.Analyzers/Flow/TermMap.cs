using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>An immutable map from terms, which shares with the map that it was made from all that did not change.</summary>
/// <remarks>
/// A few entries are an array; more are a trie over the keys' hashes whose leaves are such arrays. What is in a map alone decides on its shape,
/// so that two maps are compared, and what differs in them is found, without a look at the parts that they share. Thread-safe.
/// </remarks>
internal sealed class TermMap<TValue> : IEquatable<TermMap<TValue>>
    where TValue : notnull
{
    public static readonly TermMap<TValue> Empty = new(Array.Empty<KeyValuePair<Term, TValue>>());

    const int LeafSize = 8;
    const int Fan = 16;
    const int BitsPerLevel = 4;
    const int HashBits = 32;
    // Here all bits of a hash are used up: keys that share it share a leaf, however many.
    const int LastLevel = 8;

    readonly KeyValuePair<Term, TValue>[]? _entries;
    readonly TermMap<TValue>?[]? _children;
    readonly int _hash;

    TermMap(KeyValuePair<Term, TValue>[] entries)
    {
        _entries = entries;
        Count = entries.Length;
        foreach (var entry in entries)
        {
            _hash = unchecked(_hash + ((entry.Key.GetHashCode() * 31) ^ entry.Value.GetHashCode()));
            Mask |= MaskOf(entry);
        }
    }

    TermMap(TermMap<TValue>?[] children)
    {
        _children = children;
        foreach (var child in children)
        {
            if (child is null)
                continue;
            Count += child.Count;
            _hash = unchecked(_hash + child._hash);
            Mask |= child.Mask;
        }
    }

    public int Count { get; }

    /// <summary>The masks of all keys and values: a bit that is not set here is set in none of them.</summary>
    public ulong Mask { get; }

    /// <summary>All entries, in no order that means anything.</summary>
    public TermMapEntries<TValue> Entries => new(this, 0);

    /// <summary>The entries with all these bits in the masks of key and value together; <see cref="TermMask.True"/> stands for a value that is true.</summary>
    public TermMapEntries<TValue> Matching(ulong mask) => new(this, mask);

    public bool TryGet(Term key, out TValue value) => TryGet(key, 0, out value);

    /// <summary>Whether something is so of some key or value. Asked at every join, so it allocates nothing.</summary>
    public bool Any<TTest>(in TTest test)
        where TTest : struct, ITermTest
    {
        if ((Mask & test.Bit) == 0)
            return false;
        if (_children is { } children)
        {
            foreach (var child in children)
            {
                if (child is not null && child.Any(test))
                    return true;
            }

            return false;
        }

        foreach (var entry in _entries!)
        {
            if (test.Holds(entry.Key) || (entry.Value is Term value && test.Holds(value)))
                return true;
        }

        return false;
    }

    public TermMap<TValue> With(Term key, TValue value) => With(key, value, 0);

    public TermMap<TValue> Without(Term key) => Without(key, 0);

    /// <summary>The keys whose values differ, or that only one of the two maps has.</summary>
    public static void Differences(TermMap<TValue> a, TermMap<TValue> b, List<Term> keys) => Differences(a, b, 0, keys);

    /// <summary>What both maps say.</summary>
    public static TermMap<TValue> Common(TermMap<TValue> a, TermMap<TValue> b)
    {
        return Common(a, b, 0) ?? Empty;
    }

    public bool Equals(TermMap<TValue>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other.Count != Count || other._hash != _hash || other.Mask != Mask)
            return false;
        if (_children is { } children)
        {
            // As many entries: a branch too, unless all their hashes agree up to the last bit.
            if (other._children is not { } others)
                return false;
            for (int i = 0; i < Fan; i++)
            {
                if (children[i] is null ? others[i] is not null : !children[i]!.Equals(others[i]))
                    return false;
            }

            return true;
        }

        foreach (var entry in _entries!)
        {
            if (other._entries is null || !Same(other, LastLevel, entry))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as TermMap<TValue>);

    public override int GetHashCode() => _hash;

    /// <summary>The next leaf that has some bits in its mask; null when there are no more.</summary>
    /// <param name="mask">The bits.</param>
    /// <param name="place">The hashes from which on it is looked for, 0 to begin with; afterwards those behind the leaf. So that going through a map allocates nothing.</param>
    internal KeyValuePair<Term, TValue>[]? NextLeaf(ulong mask, ref long place) => place >> HashBits == 0 ? NextLeaf(mask, 0, ref place) : null;

    internal static ulong MaskOf(in KeyValuePair<Term, TValue> entry) =>
        entry.Key.Mask | (entry.Value switch { Term term => term.Mask, true => TermMask.True, _ => 0 });

    KeyValuePair<Term, TValue>[]? NextLeaf(ulong mask, int level, ref long place)
    {
        // The hashes of one level up, or one hash at the last one.
        int shift = level == 0 ? HashBits : ShiftOf(level - 1);
        long end = ((place >> shift) + 1) << shift;
        if ((Mask & mask) == mask)
        {
            if (_entries is { } entries)
            {
                place = end;
                return entries;
            }

            while (place < end)
            {
                int below = ShiftOf(level);
                if (_children![(int)(place >> below) & (Fan - 1)] is not { } child)
                    place = ((place >> below) + 1) << below;
                else if (child.NextLeaf(mask, level + 1, ref place) is { } leaf)
                    return leaf;
            }
        }

        place = end;
        return null;
    }

    bool TryGet(Term key, int level, out TValue value)
    {
        var map = this;
        for (; map._children is { } children; level++)
        {
            if (children[Slot(key, level)] is not { } child)
            {
                value = default!;
                return false;
            }

            map = child;
        }

        int index = IndexIn(map._entries!, key);
        value = index < 0 ? default! : map._entries![index].Value;
        return index >= 0;
    }

    TermMap<TValue> With(Term key, TValue value, int level)
    {
        if (_children is { } children)
        {
            int slot = Slot(key, level);
            var child = children[slot];
            var changed = child is null ? new TermMap<TValue>(new KeyValuePair<Term, TValue>[] { new(key, value) }) : child.With(key, value, level + 1);
            return ReferenceEquals(child, changed) ? this : WithChild(slot, changed);
        }

        var entries = _entries!;
        int index = IndexIn(entries, key);
        if (index >= 0)
        {
            if (EqualityComparer<TValue>.Default.Equals(entries[index].Value, value))
                return this;
            var replaced = (KeyValuePair<Term, TValue>[])entries.Clone();
            replaced[index] = new(key, value);
            return new(replaced);
        }

        var added = new KeyValuePair<Term, TValue>[entries.Length + 1];
        entries.CopyTo(added, 0);
        added[entries.Length] = new(key, value);
        return Of(added, level);
    }

    TermMap<TValue> Without(Term key, int level)
    {
        if (_children is { } children)
        {
            int slot = Slot(key, level);
            if (children[slot] is not { } child)
                return this;
            var changed = child.Without(key, level + 1);
            if (ReferenceEquals(child, changed))
                return this;
            if (Count - 1 > LeafSize)
                return WithChild(slot, changed.Count == 0 ? null : changed);
            var left = new List<KeyValuePair<Term, TValue>>(LeafSize);
            foreach (var entry in Entries)
            {
                if (!entry.Key.Equals(key))
                    left.Add(entry);
            }

            return new(left.ToArray());
        }

        var entries = _entries!;
        int index = IndexIn(entries, key);
        if (index < 0)
            return this;
        if (entries.Length == 1)
            return Empty;
        var kept = new KeyValuePair<Term, TValue>[entries.Length - 1];
        Array.Copy(entries, kept, index);
        Array.Copy(entries, index + 1, kept, index, kept.Length - index);
        return new(kept);
    }

    TermMap<TValue> WithChild(int slot, TermMap<TValue>? child)
    {
        var children = (TermMap<TValue>?[])_children!.Clone();
        children[slot] = child;
        return new(children);
    }

    static TermMap<TValue> Of(KeyValuePair<Term, TValue>[] entries, int level)
    {
        if (entries.Length <= LeafSize || level == LastLevel)
            return new(entries);
        var parts = new List<KeyValuePair<Term, TValue>>?[Fan];
        foreach (var entry in entries)
            (parts[Slot(entry.Key, level)] ??= new()).Add(entry);
        var children = new TermMap<TValue>?[Fan];
        for (int i = 0; i < Fan; i++)
        {
            if (parts[i] is { } part)
                children[i] = Of(part.ToArray(), level + 1);
        }

        return new(children);
    }

    static void Differences(TermMap<TValue>? a, TermMap<TValue>? b, int level, List<Term> keys)
    {
        if (ReferenceEquals(a, b))
            return;
        if (a?._children is { } left && b?._children is { } right)
        {
            for (int i = 0; i < Fan; i++)
                Differences(left[i], right[i], level + 1, keys);
            return;
        }

        if (a is not null)
        {
            foreach (var entry in a.Entries)
            {
                if (b is null || !Same(b, level, entry))
                    keys.Add(entry.Key);
            }
        }

        if (b is null)
            return;
        foreach (var entry in b.Entries)
        {
            if (a is null || !a.TryGet(entry.Key, level, out _))
                keys.Add(entry.Key);
        }
    }

    static TermMap<TValue>? Common(TermMap<TValue>? a, TermMap<TValue>? b, int level)
    {
        if (ReferenceEquals(a, b) || a is null || b is null)
            return b is null ? null : a;
        if (a._children is not { } left || b._children is not { } right)
            return a._entries is null ? b.In(a, level) : a.In(b, level);
        TermMap<TValue>?[]? changed = null;
        int count = 0;
        for (int i = 0; i < Fan; i++)
        {
            var common = Common(left[i], right[i], level + 1);
            count += common?.Count ?? 0;
            if (ReferenceEquals(common, left[i]))
                continue;
            changed ??= (TermMap<TValue>?[])left.Clone();
            changed[i] = common;
        }

        return changed is null ? a : count == 0 ? null : count > LeafSize ? new(changed) : new(new TermMapEntries<TValue>(new(changed), 0).ToArray());
    }

    // What of this leaf is in another map, too.
    TermMap<TValue>? In(TermMap<TValue> other, int level)
    {
        var kept = new List<KeyValuePair<Term, TValue>>(_entries!.Length);
        foreach (var entry in _entries)
        {
            if (Same(other, level, entry))
                kept.Add(entry);
        }

        return kept.Count == Count ? this : kept.Count == 0 ? null : new(kept.ToArray());
    }

    static bool Same(TermMap<TValue> map, int level, in KeyValuePair<Term, TValue> entry) =>
        map.TryGet(entry.Key, level, out var value) && EqualityComparer<TValue>.Default.Equals(value, entry.Value);

    static int Slot(Term key, int level) => (int)(unchecked((uint)key.GetHashCode() * 0x9E3779B1u) >> ShiftOf(level)) & (Fan - 1);

    static int ShiftOf(int level) => HashBits - (BitsPerLevel * (level + 1));

    static int IndexIn(KeyValuePair<Term, TValue>[] entries, Term key)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Key.Equals(key))
                return i;
        }

        return -1;
    }
}
