using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Iterators, enumerators and views: their code runs, or looks at what they are made of, when they are read.</summary>
public sealed class UnreadSequenceBehaviours
{
    [Fact]
    public Task IteratorReturnedOrPutAway_DoesNothingYet() => LocksOnly.VerifyMembersAsync("""
        IEnumerable<int>? _kept;
        IEnumerable<int> Steps() { _gate.Enter(); _gate.Exit(); yield return 1; }
        IEnumerable<int> Plain() { _gate.Enter(); _gate.Exit(); return [1]; }
        IEnumerable<int> Slowly() { Thread.Sleep(1); yield return 1; }
        IEnumerable<int> Returned() { _gate.Enter(); try { return Steps(); } finally { _gate.Exit(); } }
        IEnumerable<int> Queried() { _gate.Enter(); try { return Steps().Where(x => x > 1); } finally { _gate.Exit(); } }
        void PutAway() { _gate.Enter(); _kept = Steps(); _gate.Exit(); }
        IEnumerable<int> Slept() { _spin.Enter(); try { return Slowly(); } finally { _spin.Exit(); } }
        IEnumerable<int> NoIterator() { _gate.Enter(); try { return {|LCK1006:Plain|}(); } finally { _gate.Exit(); } }
        void Read() { _gate.Enter(); foreach (var x in {|LCK1006:Steps|}()) Work(); _gate.Exit(); }
        List<int> Copied() { _gate.Enter(); try { return {|LCK1006:Steps|}().ToList(); } finally { _gate.Exit(); } }
        void Joined() { _gate.Enter(); string.Join(",", {|LCK1006:Steps|}()); _gate.Exit(); }
        """);

    [Fact]
    public Task IteratorReturnedUnderALock_IsNoEdgeOfTheOrder() => Flows.VerifyAsync("""
        class Right
        {
            readonly object _a = new(), _b = new();
            IEnumerable<int> Steps() { lock (_b) { } yield return 1; }
            IEnumerable<int> First() { lock (_a) return Steps(); }
            void Second() { lock (_b) lock (_a) { } }
        }
        class Wrong
        {
            readonly object _a = new(), _b = new();
            IEnumerable<int> Steps() { lock (_b) { } yield return 1; }
            void First() { lock (_a) foreach (var step in {|LCK2003:Steps|}()) { } }
            void Second() { lock (_b) lock (_a) { } }
        }
        """);

    const string Fields = """
        class C
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] readonly List<int> _list = new();
            [GuardedBy("_sync")] readonly Dictionary<string, int> _map = new();
            [GuardedBy("_sync")] readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _concurrent = new();

        """;

    [Fact]
    public Task EnumeratorOrView_IsDeadBehindTheSection() => LocksOnly.VerifyAsync(Fields + """
            int Interface() { IEnumerator<int> e; lock (_sync) { e = _list.GetEnumerator(); } int sum = 0; while ({|LCK4001:e|}.MoveNext()) sum += e.Current; return sum; }
            int Struct() { List<int>.Enumerator e; lock (_sync) e = _list.GetEnumerator(); int sum = 0; while ({|LCK4001:e|}.MoveNext()) sum += e.Current; return sum; }
            int Keys() { ICollection<string> keys; lock (_sync) keys = _map.Keys; int n = 0; foreach (var key in {|LCK4001:keys|}) n++; return n; }
            int Values() { Dictionary<string, int>.ValueCollection values; lock (_sync) values = _map.Values; return {|LCK4001:values|}.Count; }
            int View() { IReadOnlyList<int> view; lock (_sync) view = _list.AsReadOnly(); return {|LCK4001:view|}.Count; }
            int Chained() { IEnumerable<string> query; lock (_sync) query = _map.Keys.Where(key => key != ""); return {|LCK4001:query|}.Count(); }
        }
        """);

    [Fact]
    public Task CopyOrReadInTheSection_IsFine() => LocksOnly.VerifyAsync(Fields + """
            int Inside() { int sum = 0; lock (_sync) { using var e = _map.GetEnumerator(); while (e.MoveNext()) sum += e.Current.Value; } return sum; }
            int Array() { string[] keys; lock (_sync) keys = _map.Keys.ToArray(); return keys.Length; }
            int List() { List<string> keys; lock (_sync) keys = new(_map.Keys); return keys.Count; }
            int Snapshot() { ICollection<string> keys; lock (_sync) keys = _concurrent.Keys; return keys.Count; }
            int Again() { IReadOnlyList<int> view; lock (_sync) view = _list.AsReadOnly(); lock (_sync) return view.Count; }
            string First() { string key; lock (_sync) key = _map.Keys.First(); return key.Trim(); }
            void Ended() { List<int>.Enumerator e; lock (_sync) { e = _list.GetEnumerator(); e.MoveNext(); } e.Dispose(); }
            int Own() { var own = new List<int>(); List<int>.Enumerator e; lock (_sync) { e = own.GetEnumerator(); } return e.MoveNext() ? 1 : 0; }
        }
        """);
}
