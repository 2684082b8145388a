namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks of all elements of a collection, by calls that run something for each, by loops that take elements apart, and handed on from round to round.</summary>
public sealed class EachElementBehaviours
{
    const string Fields = """
        readonly List<Gate> _list = new();
        readonly Gate[] _array = [];
        readonly Dictionary<string, Gate> _map = new();

        """;

    [Fact]
    public Task LockedAndUnlockedByForEach_InAnyPairing() => LocksOnly.VerifyMembersAsync(Fields + """
        void ByList()
        {
            _list.ForEach(g => g.Enter());
            try { Work(); }
            finally { _list.ForEach(g => g.Exit()); }
        }
        void ByArray()
        {
            Array.ForEach(_array, g => { g.Enter(); });
            Work();
            Array.ForEach(_array, g => { g.Exit(); });
        }
        void AsMonitors()
        {
            _list.ForEach(g => Monitor.Enter(g));
            Work();
            _list.ForEach(g => Monitor.Exit(g));
        }
        void LoopThenCall()
        {
            foreach (var g in _list)
                g.Enter();
            Work();
            _list.ForEach(g => g.Exit());
        }
        void CallThenLoop()
        {
            _list.ForEach(g => g.Enter());
            Work();
            foreach (var g in _list)
                g.Exit();
        }
        void ByNameOfTheMethod(List<object> objects)
        {
            objects.ForEach(Monitor.Enter);
            try { Work(); }
            finally { objects.ForEach(Monitor.Exit); }
        }
        void ByNameThenLoop(List<object> objects)
        {
            objects.ForEach(Monitor.Enter);
            try { Work(); }
            finally { foreach (var o in objects) Monitor.Exit(o); }
        }
        void LoopThenByName(List<object> objects)
        {
            foreach (var o in objects)
                Monitor.Enter(o);
            try { Work(); }
            finally { objects.ForEach(Monitor.Exit); }
        }
        void ByOwnHelper()
        {
            Each(_list, g => g.Enter());
            try { Work(); }
            finally { Each(_list, g => g.Exit()); }
        }
        static void Each<T>(IEnumerable<T> items, Action<T> action) { foreach (var item in items) action(item); }
        """);

    [Fact]
    public Task LockedByForEach_AndLeftLocked_IsFound() => LocksOnly.VerifyMembersAsync(Fields + """
        public void Never()
        {
            _list.ForEach(g => g.{|LCK1004:Enter|}());
            Work();
        }
        public void NotOnThisPath(bool done)
        {
            _list.ForEach(g => g.{|LCK1004:Enter|}());
            if (done)
                return;
            _list.ForEach(g => g.Exit());
        }
        public void OnlyUnlocked()
        {
            _list.ForEach(g => g.{|LCK1005:Exit|}());
        }
        public void InTheLoopOnly()
        {
            foreach (var g in _list)
                g.{|LCK1004:Enter|}();
            if (Cond())
                _list.ForEach(g => g.Exit());
        }
        """);

    [Fact]
    public Task TakenApart_PairsTuplesAndRecords() => LocksOnly.VerifyAsync("""
        record Named(string Name, Gate Gate);
        class Item { public readonly Gate Lock = new(); [GuardedBy("Lock")] public int N; }
        class C
        {
            readonly Dictionary<string, Gate> _map = new();
            readonly List<(string Name, Gate Gate)> _tuples = new();
            readonly List<Named> _named = new();
            readonly List<Item> _items = new();
            static void Work() { }
            void Pairs()
            {
                foreach (var (key, gate) in _map)
                    gate.Enter();
                try { Work(); }
                finally { foreach (var (_, gate) in _map) gate.Exit(); }
            }
            void PairsAndTheirValues()
            {
                foreach (KeyValuePair<string, Gate> pair in _map)
                {
                    var gate = pair.Value;
                    gate.Enter();
                }

                Work();
                foreach (var (_, gate) in _map)
                    gate.Exit();
            }
            void Tuples()
            {
                foreach (var (_, gate) in _tuples)
                    gate.Enter();
                Work();
                foreach (var t in _tuples)
                    t.Gate.Exit();
            }
            void Records()
            {
                foreach (var (_, gate) in _named)
                    gate.Enter();
                Work();
                foreach (var named in _named)
                    named.Gate.Exit();
            }
            void ByPattern(Named named)
            {
                if (named is (_, var gate))
                {
                    gate.Enter();
                    Work();
                    named.Gate.Exit();
                }
            }
            void GuardedByItsOwn()
            {
                _items.ForEach(i => i.Lock.Enter());
                foreach (var i in _items)
                    i.N++;
                _items.ForEach(i => { i.N = 0; i.Lock.Exit(); });
                foreach (var i in _items)
                    i.{|LCK1001:N|}++;
            }
            public void NeverUnlocked()
            {
                foreach (var (_, gate) in _map)
                    gate.{|LCK1004:Enter|}();
            }
            public void NeverLocked()
            {
                foreach (var (_, gate) in _map)
                    gate.{|LCK1005:Exit|}();
            }
        }
        """);

    [Fact]
    public Task HandedOnFromRoundToRound() => LocksOnly.VerifyMembersAsync("""
        void LastReleasedFirst(List<Gate> list)
        {
            Gate? last = null;
            foreach (var g in list)
            {
                last?.Exit();
                g.Enter();
                last = g;
            }
            last?.Exit();
        }
        void LastReleasedFirstInATry(List<Gate> list)
        {
            Gate? held = null;
            try
            {
                foreach (var g in list)
                {
                    if (held != null)
                        held.Exit();
                    held = null;
                    g.Enter();
                    held = g;
                    Work();
                }
            }
            finally
            {
                if (held != null)
                    held.Exit();
            }
        }
        void NextTakenFirst(List<Gate> list)
        {
            Gate? last = null;
            foreach (var g in list)
            {
                g.Enter();
                if (last != null)
                    last.Exit();
                last = g;
            }
            if (last != null)
                last.Exit();
        }
        void ByIndex(Gate[] row)
        {
            row[0].Enter();
            for (int i = 1; i < row.Length; i++)
            {
                row[i].Enter();
                row[i - 1].Exit();
            }
            row[row.Length - 1].Exit();
        }
        public void LastOneForgotten(List<Gate> list)
        {
            Gate? last = null;
            foreach (var g in list)
            {
                last?.Exit();
                g.{|LCK1004:Enter|}();
                last = g;
            }
        }
        """);
}
