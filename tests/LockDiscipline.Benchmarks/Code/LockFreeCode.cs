using System.Collections.Immutable;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Generated code without a lock, as most code is: records, queries, generics, async, patterns, text. The same every time.</summary>
static class LockFreeCode
{
    const int MembersInAFile = 40;

    /// <summary>Code of about 700 lines for each file.</summary>
    public static Corpus Of(int files) =>
        new($"lock-free, generated", [new Project("LockFree", [.. Enumerable.Range(0, files).Select(File)], [])], Expected: 0);

    static SourceFile File(int number)
    {
        var writer = new CodeWriter();
        writer.Line($"namespace LockFree.N{number};");
        writer.Line($"public sealed record Item{number}(int Id, string Name, decimal Price, DateTime Created, Item{number}? Parent = null);");
        writer.Line($"public enum State{number} {{ Idle, Running, Stopped }}");
        writer.Open($"public interface IStore{number}<TKey, TValue> where TKey : notnull");
        writer.Line("TValue? Find(TKey key);");
        writer.Line("Task<TValue?> FindAsync(TKey key, CancellationToken cancel);");
        writer.Close();
        writer.Open($"public sealed partial class Service{number}(IStore{number}<int, Item{number}> store) : IDisposable");
        writer.Line($"private readonly Dictionary<int, Item{number}> _items = [];");
        writer.Line("private readonly List<string> _log = new();");
        writer.Line($"private State{number} _state = State{number}.Idle;");
        writer.Line("private int _count;");
        writer.Line($"public event EventHandler<Item{number}>? Changed;");
        writer.Line("public int Count => _count + _items.Count;");
        writer.Line("public bool IsEmpty { get { return _items.Count == 0; } }");
        writer.Line("public void Dispose() { _items.Clear(); _log.Clear(); Changed = null; }");
        writer.Line("public IEnumerable<string> Cheap(decimal most) => _items.Values.Where(i => i.Price < most).OrderBy(i => i.Name).Select(i => $\"{i.Id}: {i.Name}\");");
        for (int member = 0; member < MembersInAFile; member++)
        {
            writer.Line($"/// <summary>Does what member {member} of service {number} does.</summary>");
            writer.Line("/// <remarks>As in most code, not every line is an instruction.</remarks>");
            writer.Block(Members[(member + number) % Members.Length].Replace("$T", number.ToString()).Replace("$M", member.ToString()));
        }

        writer.Close();
        return SourceFile.Of($"LockFree/Service{number}.cs", writer.ToString());
    }

    // $T is the number of the file, $M that of the member.
    static readonly string[] Members =
    [
        """
        public decimal Total$M(IEnumerable<Item$T> items, decimal least)
        {
            decimal total = 0;
            foreach (var item in items)
            {
                if (item.Price < least || item.Name.Length == $M)
                    continue;
                total += item.Parent is { Price: > 10 } parent ? parent.Price : item.Price;
            }
            return total;
        }
        """,
        """
        public IReadOnlyList<string> Names$M(string prefix)
        {
            var names = new List<string>();
            foreach (var item in _items.Values)
            {
                if (item.Name.StartsWith(prefix, StringComparison.Ordinal))
                    names.Add(item.Name + ": " + item.Id);
            }
            return names;
        }
        """,
        """
        public async Task<int> Load$M(IReadOnlyCollection<int> keys, CancellationToken cancel)
        {
            int loaded = 0;
            foreach (int key in keys)
            {
                var item = await store.FindAsync(key, cancel).ConfigureAwait(false);
                if (item is null)
                    continue;
                _items[key] = item with { Name = item.Name.Trim(), Price = item.Price * $M };
                loaded++;
            }
            Changed?.Invoke(this, new Item$T(loaded, nameof(Load$M), 0m, DateTime.UnixEpoch));
            return loaded;
        }
        """,
        """
        public State$T Next$M(State$T current, int signal)
        {
            _state = (current, signal) switch
            {
                (State$T.Idle, > 0) => State$T.Running,
                (State$T.Running, 0) => State$T.Idle,
                (State$T.Running, < 0) => State$T.Stopped,
                (_, $M) => State$T.Stopped,
                _ => current,
            };
            switch (_state)
            {
                case State$T.Running:
                    _count++;
                    break;
                case State$T.Stopped when _count > 0:
                    _count--;
                    break;
                default:
                    _log.Add($"{current} -> {_state} on {signal}");
                    break;
            }
            return _state;
        }
        """,
        """
        public static int Parse$M(ReadOnlySpan<char> text)
        {
            int value = 0;
            bool negative = false;
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                if (c == '-' && i == 0)
                    negative = true;
                else if (c is >= '0' and <= '9')
                    value = unchecked(value * 10 + (c - '0'));
                else
                    throw new FormatException($"'{c}' at {i}");
            }
            return negative ? -value : value + $M;
        }
        """,
        """
        public Dictionary<TKey, List<TValue>> Group$M<TKey, TValue>(IEnumerable<TValue> values, Func<TValue, TKey> key) where TKey : notnull
        {
            var groups = new Dictionary<TKey, List<TValue>>();
            foreach (var value in values)
            {
                var k = key(value);
                if (!groups.TryGetValue(k, out var list))
                    groups.Add(k, list = new List<TValue>($M));
                list.Add(value);
            }
            return groups;
        }
        """,
        """
        public string Report$M(int width)
        {
            var text = new System.Text.StringBuilder();
            int Column(string s) => Math.Min(s.Length, width);
            try
            {
                foreach (var (id, item) in _items)
                {
                    text.Append(id).Append('\t').Append(item.Name.AsSpan(0, Column(item.Name)));
                    text.AppendLine(item.Price > $M ? " *" : "");
                }
            }
            catch (ArgumentException e) when (e.ParamName is not null)
            {
                _log.Add(e.Message);
            }
            finally
            {
                _count++;
            }
            return text.ToString();
        }
        """,
        """
        public IEnumerable<Item$T> Ancestors$M(Item$T? item)
        {
            for (var i = item?.Parent; i != null; i = i.Parent)
            {
                if (i.Id == $M)
                    yield break;
                yield return i;
            }
        }
        """,
        """
        public bool TryPick$M(int key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Item$T? item)
        {
            item = store.Find(key);
            item ??= _items.GetValueOrDefault(key + $M);
            if (item is null)
                return false;
            using var reader = new StringReader(item.Name);
            return reader.ReadLine() is { Length: > 0 };
        }
        """,
    ];
}
