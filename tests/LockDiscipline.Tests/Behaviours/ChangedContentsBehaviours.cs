namespace LockDiscipline.Tests.Behaviours;

/// <summary>What guarded collections contain: changed, asked for, read later.</summary>
public sealed class ChangedContentsBehaviours
{
    [Fact]
    public Task ChangeUnderASharedHold_NeedsTheExclusiveOne() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] readonly List<int> _list = new();
            [GuardedBy("_rw")] readonly Dictionary<int, int> _map = new();
            [GuardedBy("_rw")] readonly Queue<int> _queue = new();
            [GuardedBy("_rw")] readonly HashSet<int> _set = new();
            [GuardedBy("_rw")] readonly int[] _array = new int[3];
            public void Wrong()
            {
                _rw.EnterReadLock();
                {|LCK1003:_list|}.Add(1);
                {|LCK1003:_list|}[0] = 2;
                {|LCK1003:_map|}[1] = 2;
                {|LCK1003:_map|}.Remove(1);
                {|LCK1003:_queue|}.Dequeue();
                {|LCK1003:_set|}.Clear();
                {|LCK1003:_array|}[0] = 1;
                _rw.ExitReadLock();
            }
            public int Right()
            {
                _rw.EnterReadLock();
                try
                {
                    int sum = _list.Count + _list[0] + _map[1] + _queue.Peek() + _array[0];
                    foreach (int item in _set)
                        sum += item;
                    return _map.TryGetValue(1, out int found) ? found + sum : _list.Where(item => item > 1).Max();
                }
                finally { _rw.ExitReadLock(); }
            }
            public void RightExclusive()
            {
                _rw.EnterWriteLock();
                _list.Add(1);
                _map[1] = 2;
                _array[0]++;
                _rw.ExitWriteLock();
            }
            public void WrongWithout() => {|LCK1001:_list|}.Add(1);
        }
        """);

    [Fact]
    public Task CountAskedTwice_IsTheSameUntilItMayHaveChanged() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object _sync = new();
            readonly Gate _gate = new();
            [GuardedBy("_sync")] readonly List<int> _list = new();
            static void Work() { }
            void Grow() => _list.Add(1);
            public void Right()
            {
                lock (_sync)
                {
                    if (_list.Count > 0)
                        _gate.Enter();
                    Work();
                    if (_list.Count > 0)
                        _gate.Exit();
                }
            }
            public void WrongChanged()
            {
                lock (_sync)
                {
                    if (_list.Count > 0)
                        _gate.{|LCK1008:Enter|}();
                    _list.Add(1);
                    if (_list.Count > 0)
                        _gate.Exit();
                }
            }
            public void WrongByAHelper()
            {
                lock (_sync)
                {
                    if (_list.Count > 0)
                        _gate.{|LCK1008:Enter|}();
                    Grow();
                    if (_list.Count > 0)
                        _gate.Exit();
                }
            }
        }
        """);

    [Fact]
    public Task QueryOrSpanOverGuardedContents_EndsWithTheSection() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] readonly List<int> _list = new();
            [GuardedBy("_sync")] int[] _array = new int[3];
            public void Wrong()
            {
                IEnumerable<int> query;
                lock (_sync)
                    query = _list.Where(item => item > 1).Skip(1);
                foreach (int item in {|LCK4001:query|})
                    Console.WriteLine(item);
            }
            public void WrongSpan()
            {
                Span<int> span;
                lock (_sync)
                {
                    span = _array;
                    span[0] = 1;
                }
                {|LCK4001:span|}[0] = 2;
            }
            public void WrongAlias()
            {
                int[] array;
                lock (_sync)
                    array = _array;
                {|LCK4001:array|}[0] = 2;
            }
            public void Right()
            {
                List<int> copy;
                lock (_sync)
                    copy = _list.Where(item => item > 1).ToList();
                copy.Add(1);
            }
        }
        """);
}
