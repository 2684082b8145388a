using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The entries of a map that have some bits in their masks. Parts of the map that do not have them are passed over.</summary>
internal readonly struct TermMapEntries<TValue>(TermMap<TValue> map, ulong mask)
    where TValue : notnull
{
    public Enumerator GetEnumerator() => new(map, mask);

    public KeyValuePair<Term, TValue>[] ToArray()
    {
        var entries = new List<KeyValuePair<Term, TValue>>();
        foreach (var entry in this)
            entries.Add(entry);
        return entries.ToArray();
    }

    public struct Enumerator(TermMap<TValue> map, ulong mask)
    {
        static readonly KeyValuePair<Term, TValue>[] s_none = [];

        long _place;
        KeyValuePair<Term, TValue>[] _entries = s_none;
        int _index = -1;

        public readonly KeyValuePair<Term, TValue> Current => _entries[_index];

        public bool MoveNext()
        {
            while (true)
            {
                while (++_index < _entries.Length)
                {
                    if (mask == 0 || (TermMap<TValue>.MaskOf(_entries[_index]) & mask) == mask)
                        return true;
                }

                if (map.NextLeaf(mask, ref _place) is not { } leaf)
                    return false;
                _entries = leaf;
                _index = -1;
            }
        }
    }
}
