using System.Collections.Generic;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Members with code, by name. Immutable; thread-safe.</summary>
internal sealed class FunctionTable
{
    readonly Dictionary<int, int> _last = new();
    readonly List<(FunctionNames Function, int Previous)> _functions = new();

    public FunctionTable(IEnumerable<FunctionNames> functions)
    {
        foreach (var function in functions)
        {
            if (function.Name.Length == 0)
                continue;
            int previous = Last(function.NameHash);
            _last[function.NameHash] = _functions.Count;
            _functions.Add((function, previous));
        }
    }

    int Last(int name) => _last.TryGetValue(name, out int last) ? last : -1;

    /// <summary>The members of one name in two tables, one after the other, without an allocation.</summary>
    internal struct Matches
    {
        readonly FunctionTable _second;
        readonly int _name;
        FunctionTable? _table;
        int _next;

        public Matches(FunctionTable? first, FunctionTable second, int name)
        {
            _second = second;
            _name = name;
            _table = first ?? second;
            _next = _table.Last(name);
            Current = null!;
        }

        public FunctionNames Current { get; private set; }

        public readonly Matches GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_next < 0 && !ReferenceEquals(_table, _second))
                (_table, _next) = (_second, _second.Last(_name));
            if (_next < 0)
                return false;
            (Current, _next) = _table!._functions[_next];
            return true;
        }
    }
}
