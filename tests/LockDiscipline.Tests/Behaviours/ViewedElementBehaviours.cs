namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks of the same objects, reached by two collections: pairs and values of a dictionary, copies, arrays that name them one by one.</summary>
public sealed class ViewedElementBehaviours
{
    const string Fields = """
        readonly Dictionary<string, Gate> _map = new();
        readonly System.Collections.Concurrent.ConcurrentDictionary<int, object> _objects = new();
        readonly Dictionary<Gate, int> _counts = new();
        readonly List<Gate> _list = new();
        readonly Gate[] _array = [];

        """;

    [Fact]
    public Task PairsAndValuesOfADictionary() => LocksOnly.VerifyMembersAsync(Fields + """
        void PairsThenValues() { foreach (var pair in _map) pair.Value.Enter(); Work(); foreach (var gate in _map.Values) gate.Exit(); }
        void ValuesThenPairs() { foreach (var gate in _map.Values) gate.Enter(); Work(); foreach (var (_, gate) in _map) gate.Exit(); }
        void Monitors() { foreach (var pair in _objects) Monitor.Enter(pair.Value); try { Work(); } finally { foreach (var o in _objects.Values) Monitor.Exit(o); } }
        void Keys() { foreach (var pair in _counts) pair.Key.Enter(); Work(); foreach (var gate in _counts.Keys) gate.Exit(); }
        void ByAnInterface(IReadOnlyDictionary<string, Gate> map) { foreach (var pair in map) pair.Value.Enter(); Work(); foreach (var gate in map.Values) gate.Exit(); }
        void KeptView() { var all = _map.Values; foreach (var gate in all) gate.Enter(); Work(); foreach (var pair in _map) pair.Value.Exit(); }
        public void KeysAreNoValues(Dictionary<Gate, Gate> both) { foreach (var pair in both) pair.Value.{|LCK1004:Enter|}(); foreach (var gate in both.Keys) gate.{|LCK1005:Exit|}(); }
        public void AnotherDictionary(Dictionary<string, Gate> other) { foreach (var pair in _map) pair.Value.{|LCK1004:Enter|}(); foreach (var gate in other.Values) gate.{|LCK1005:Exit|}(); }
        public void Never() { foreach (var gate in _map.Values) gate.{|LCK1004:Enter|}(); }
        """);

    [Fact]
    public Task CopiesHaveTheElements() => LocksOnly.VerifyMembersAsync(Fields + """
        void List() { foreach (var gate in _list.ToList()) gate.Enter(); Work(); foreach (var gate in _list) gate.Exit(); }
        void Array() { var copy = _list.ToArray(); foreach (var gate in copy) gate.Enter(); Work(); foreach (var gate in _list) gate.Exit(); }
        void Constructed() { var copy = new List<Gate>(_array); foreach (var gate in copy) gate.Enter(); Work(); foreach (var gate in _array) gate.Exit(); }
        void OfPairs() { foreach (var pair in _map.ToArray()) pair.Value.Enter(); Work(); foreach (var gate in _map.Values.ToList()) gate.Exit(); }
        void Span() { foreach (var gate in _array.AsSpan()) gate.Enter(); Work(); foreach (var gate in _array) gate.Exit(); }
        void ForEach() { _list.AsReadOnly().ToList().ForEach(gate => gate.Enter()); Work(); _list.ForEach(gate => gate.Exit()); }
        public void OfAnother() { foreach (var gate in _list.ToList()) gate.{|LCK1004:Enter|}(); Work(); foreach (var gate in _array) gate.{|LCK1005:Exit|}(); }
        """);

    [Fact]
    public Task ArraysThatNameTheSameObjects() => LocksOnly.VerifyMembersAsync("""
        void Twice(Gate a, Gate b) { foreach (var gate in new[] { a, b }) gate.Enter(); Work(); foreach (var gate in new[] { a, b }) gate.Exit(); }
        void Kept(Gate a) { var both = new[] { a, _gate }; foreach (var gate in both) gate.Enter(); Work(); foreach (var gate in both) gate.Exit(); }
        public void Others(Gate a, Gate b) { foreach (var gate in new[] { a, b }) gate.{|LCK1004:Enter|}(); Work(); foreach (var gate in new[] { a, _gate }) gate.{|LCK1005:Exit|}(); }
        """);

    [Fact]
    public Task ValuesUnderTheKeysOfADictionary() => LocksOnly.VerifyMembersAsync(Fields + """
        void ValuesThenKeys() { foreach (var gate in _map.Values) gate.Enter(); Work(); foreach (var key in _map.Keys) _map[key].Exit(); }
        void PairsThenKeys() { foreach (var pair in _map) pair.Value.Enter(); Work(); foreach (var key in _map.Keys) _map[key].Exit(); }
        void PartsThenKeys() { foreach (var (_, gate) in _map) gate.Enter(); Work(); foreach (var key in _map.Keys) _map[key].Exit(); }
        void KeysThenValues() { foreach (var key in _map.Keys) _map[key].Enter(); Work(); foreach (var gate in _map.Values) gate.Exit(); }
        void KeysOfPairs() { foreach (var pair in _map) _map[pair.Key].Enter(); Work(); foreach (var gate in _map.Values) gate.Exit(); }
        void InOrder() { foreach (var key in _map.Keys.OrderBy(key => key)) _map[key].Enter(); Work(); foreach (var gate in _map.Values) gate.Exit(); }
        void OfOnePair() { foreach (var pair in _map) { pair.Value.Enter(); Work(); _map[pair.Key].Exit(); } foreach (var (key, gate) in _map) { _map[key].Enter(); gate.Exit(); } }
        void GotOrAdded(int key) { Monitor.Enter(_objects.GetOrAdd(key, _ => new())); try { Work(); } finally { Monitor.Exit(_objects[key]); } }
        public void OtherValues(Dictionary<string, Gate> other) { foreach (var gate in _map.Values) gate.{|LCK1004:Enter|}(); Work(); foreach (var key in _map.Keys) other[key].{|LCK1005:Exit|}(); }
        public void OtherKeys(Dictionary<string, Gate> other) { foreach (var gate in _map.Values) gate.{|LCK1004:Enter|}(); Work(); foreach (var key in other.Keys) _map[key].{|LCK1005:Exit|}(); }
        public void OtherKey(int key, int next) { Monitor.{|LCK1004:Enter|}(_objects.GetOrAdd(key, _ => new())); Monitor.{|LCK1005:Exit|}(_objects[next]); }
        """);

    [Fact]
    public Task ReferenceToAnElement_IsTheElement() => LocksOnly.VerifyMembersAsync("""
        void Span(Span<Gate> span, int i) { ref var gate = ref span[i]; gate.Enter(); Work(); span[i].Exit(); }
        public void Other(Span<Gate> span, int i, int j) { ref var gate = ref span[i]; gate.{|LCK1004:Enter|}(); Work(); span[j].{|LCK1005:Exit|}(); }
        """);
}
