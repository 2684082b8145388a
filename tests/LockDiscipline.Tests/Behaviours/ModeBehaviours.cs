using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Exclusive holds where readers could have shared it.</summary>
public sealed class ModeBehaviours
{
    [Fact]
    public Task SectionThatOnlyLooks_InAnySpelling() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly Shared _own = new();
            [GuardedBy("_rw")] readonly Dictionary<int, string> _map = new();
            [GuardedBy("_rw")] int _n;
            [GuardedBy("_own")] readonly List<int> _list = new();
            string? Wrong(int key)
            {
                _rw.{|LCK1012:EnterWriteLock|}();
                try { return _map.TryGetValue(key, out var v) ? v : null; }
                finally { _rw.ExitWriteLock(); }
            }
            void Right(int key)
            {
                _rw.EnterWriteLock();
                try { if (!_map.ContainsKey(key)) _map[key] = ""; }
                finally { _rw.ExitWriteLock(); }
            }
            void RightOnOnePath(bool c)
            {
                _own.EnterWrite();
                if (c)
                    _list.Clear();
                _own.ExitWrite();
            }
            void RightThroughAnAlias()
            {
                _own.EnterWrite();
                var list = _list;
                list.Add(1);
                _own.ExitWrite();
            }
            void RightByReference()
            {
                _rw.EnterWriteLock();
                Interlocked.Increment(ref _n);
                _rw.ExitWriteLock();
            }
            void RightInALambda(int[] all)
            {
                _own.EnterWrite();
                Array.ForEach(all, i => _list.Add(i));
                _own.ExitWrite();
            }
        }
        """);

    [Fact]
    public Task SectionThatCallsWhatNeedsItExclusive_IsRight() => Flows.VerifyAsync("""
        class C
        {
            readonly Shared _rw = new();
            [GuardedBy("_rw")] int _n;
            [RequiresLock("_rw")] void Change() => _n++;
            [RequiresLock("_rw", Shared = true)] int Look() => _n;
            void Helper() => _n = 1;
            int Wrong() { _rw.{|LCK1012:EnterWrite|}(); int n = Look(); _rw.ExitWrite(); return n; }
            void Right() { _rw.EnterWrite(); Change(); _rw.ExitWrite(); }
            void RightHelper() { _rw.EnterWrite(); Helper(); _rw.ExitWrite(); }
            void RightDowngrade() { _rw.EnterWrite(); _n = 1; _rw.Downgrade(); _ = _n; _rw.ExitRead(); }
        }
        """);
}
