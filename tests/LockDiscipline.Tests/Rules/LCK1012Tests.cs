namespace LockDiscipline.Tests.Rules;

/// <summary>LCK1012: an exclusive lock where the shared mode would do.</summary>
public sealed class LCK1012Tests
{
    const string Fields = """
        readonly ReaderWriterLockSlim _lock = new();
        [GuardedBy("_lock")] readonly Dictionary<string, int> _map = new();
        [GuardedBy("_lock")] int _count;
        int _plain;

        """;

    static Task VerifyAsync(string members, params DiagnosticResult[] expected) => Flows.VerifyAsync("public class C\n{\n" + Fields + members + "\n}\n", expected);

    [Fact]
    public Task SectionThatReadsOnly_FoundAtTheAcquire() => VerifyAsync("""
        int M()
        {
            _lock.{|#0:EnterWriteLock|}();
            try { return _count; }
            finally { _lock.ExitWriteLock(); }
        }
        """, Flows.Finding("LCK1012", 0).WithArguments("_lock"));

    [Fact]
    public Task ReadingCollections_Found() => VerifyAsync("""
        bool Get(string key, out int value)
        {
            _lock.{|LCK1012:EnterWriteLock|}();
            try { return _map.TryGetValue(key, out value); }
            finally { _lock.ExitWriteLock(); }
        }
        int Sum()
        {
            _lock.{|LCK1012:EnterWriteLock|}();
            try
            {
                int sum = _map.Count + _map["a"];
                foreach (var pair in _map)
                    sum += pair.Value;
                return Math.Max(sum, _count);
            }
            finally { _lock.ExitWriteLock(); }
        }
        """);

    [Fact]
    public Task SectionThatChangesSomething_Silent() => VerifyAsync("""
        void Write()
        {
            _lock.EnterWriteLock();
            _count++;
            _lock.ExitWriteLock();
        }
        void OnOnePath(bool c)
        {
            _lock.EnterWriteLock();
            if (c && _count > 0)
                _map.Remove("a");
            _lock.ExitWriteLock();
        }
        void Element()
        {
            _lock.EnterWriteLock();
            if (_count > 0)
                _map["a"] = 1;
            _lock.ExitWriteLock();
        }
        void Plain()
        {
            _lock.EnterWriteLock();
            _plain = _count;
            _lock.ExitWriteLock();
        }
        void HandedOut(Action<int> use)
        {
            _lock.EnterWriteLock();
            {|LCK2007:use|}(_count);
            _lock.ExitWriteLock();
        }
        void Given(List<int> to)
        {
            _lock.EnterWriteLock();
            to.Add(_count);
            _lock.ExitWriteLock();
        }
        void Nothing()
        {
            _lock.EnterWriteLock();
            _lock.ExitWriteLock();
        }
        int Shared()
        {
            _lock.EnterReadLock();
            try { return _count; }
            finally { _lock.ExitReadLock(); }
        }
        """);

    [Fact]
    public Task Helpers_ByWhatTheyTouch() => VerifyAsync("""
        static int Twice(int n) => n * 2;
        void Bump() => _count++;
        [RequiresLock("_lock", Shared = true)] int Peek() => _count;
        [RequiresLock("_lock")] void Change() => _count++;
        int A()
        {
            _lock.{|LCK1012:EnterWriteLock|}();
            try { return Twice(Peek()); }
            finally { _lock.ExitWriteLock(); }
        }
        int B()
        {
            _lock.EnterWriteLock();
            try { Bump(); return Peek(); }
            finally { _lock.ExitWriteLock(); }
        }
        int D()
        {
            _lock.EnterWriteLock();
            try { Change(); return Peek(); }
            finally { _lock.ExitWriteLock(); }
        }
        """);

    [Fact]
    public Task LocksWithoutSharedModeAndUpgrades_Silent() => VerifyAsync("""
        readonly object _gate = new();
        [GuardedBy("_gate")] int _g;
        int A()
        {
            lock (_gate)
                return _g;
        }
        int B()
        {
            _lock.EnterUpgradeableReadLock();
            _lock.EnterWriteLock();
            int n = _count;
            _lock.ExitWriteLock();
            _lock.ExitUpgradeableReadLock();
            return n;
        }
        [AcquiresLock("_lock")]
        int C()
        {
            _lock.EnterWriteLock();
            return _count;
        }
        """.Replace("int C()", "int E()"));

    [Fact]
    public Task OwnLockTypes_Found() => Flows.VerifyAsync("""
        class Memory
        {
            readonly Shared _mmap = new();
            [GuardedBy("_mmap")] int _areas;
            [RequiresLock("_mmap", Shared = true)] int Find(int address) => _areas;
            int Lookup(int address)
            {
                _mmap.{|LCK1012:EnterWrite|}();
                int area = Find(address);
                _mmap.ExitWrite();
                return area;
            }
            int Downgraded(int address)
            {
                _mmap.EnterWrite();
                _mmap.Downgrade();
                int area = Find(address);
                _mmap.ExitRead();
                return area;
            }
        }
        """);
}
