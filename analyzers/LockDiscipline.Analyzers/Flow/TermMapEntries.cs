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

    public struct Enumerator
    {
        static readonly KeyValuePair<Term, TValue>[] s_none = [];

        readonly ulong _mask;
        // Parts still to be looked into; a map that is one array has none.
        readonly Stack<TermMap<TValue>>? _parts;
        KeyValuePair<Term, TValue>[] _entries;
        int _index;

        public Enumerator(TermMap<TValue> map, ulong mask)
        {
            _mask = mask;
            _index = -1;
            _entries = s_none;
            if ((map.Mask & mask) != mask)
                return;
            if (map.Leaf is { } leaf)
                _entries = leaf;
            else
                (_parts = new()).Push(map);
        }

        public readonly KeyValuePair<Term, TValue> Current => _entries[_index];

        public bool MoveNext()
        {
            while (true)
            {
                while (++_index < _entries.Length)
                {
                    if (_mask == 0 || (TermMap<TValue>.MaskOf(_entries[_index]) & _mask) == _mask)
                        return true;
                }

                if (_parts is null || _parts.Count == 0)
                    return false;
                var part = _parts.Pop();
                if (part.Leaf is { } leaf)
                {
                    _entries = leaf;
                    _index = -1;
                    continue;
                }

                foreach (var child in part.Children!)
                {
                    if (child is not null && (child.Mask & _mask) == _mask)
                        _parts.Push(child);
                }
            }
        }
    }
}
