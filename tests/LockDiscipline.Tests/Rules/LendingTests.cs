namespace LockDiscipline.Tests.Rules;

/// <summary>Public static methods that only lend their name to what is done to a lock: to code beside them they are that operation.</summary>
public sealed class LendingTests
{
    [Fact]
    public Task ExtensionsOfALock_CallersAreCheckedAsOfTheLockItself() => Flows.VerifyAsync("""
        public static class LockExtensions
        {
            public static void EnterWriteLock(this ReaderWriterLockSlim it, string why) => it.EnterWriteLock();
            public static void ExitWriteLock(this ReaderWriterLockSlim it, string why) { it.ExitWriteLock(); }
            public static bool TryEnter(object gate, ref bool taken)
            {
                if (gate == null)
                    throw new ArgumentNullException(nameof(gate));
                Monitor.{|#1:TryEnter|}(gate, ref taken);
                return taken;
            }
            public static void Leave(object gate, ref bool taken)
            {
                try { }
                finally
                {
                    taken = false;
                    Monitor.{|#2:Exit|}(gate);
                }
            }
        }
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly object _sync = new();
            [GuardedBy("_rw")] int _n;
            void Right()
            {
                _rw.EnterWriteLock("why");
                try { _n++; } finally { _rw.ExitWriteLock(); }
            }
            void RightToo()
            {
                _rw.EnterWriteLock();
                try { _n++; } finally { _rw.ExitWriteLock("why"); }
            }
            void Flagged()
            {
                bool taken = false;
                try
                {
                    if (!LockExtensions.TryEnter(_sync, ref taken))
                        return;
                    LockExtensions.Leave(_sync, ref taken);
                    Console.WriteLine();
                    Monitor.Enter(_sync, ref taken);
                }
                finally
                {
                    if (taken)
                        Monitor.Exit(_sync);
                }
            }
            void Wrong(bool b)
            {
                _rw.{|LCK1004:EnterWriteLock|}("why");
                if (b)
                    return;
                _rw.ExitWriteLock("why");
            }
            void Twice()
            {
                _rw.EnterWriteLock();
                _rw.ExitWriteLock("why");
                _rw.{|LCK1005:ExitWriteLock|}();
            }
        }
        """,
        Suggestion("LCK1004", 1),
        Suggestion("LCK1005", 2));

    /// <summary>What does more than that has a purpose of its own: its own contract has to say what it does to the lock.</summary>
    [Fact]
    public Task MoreThanAnOperation_IsNoneOfTheCallersConcern() => Flows.VerifyAsync("""
        public static class Lists
        {
            public static void Add(List<int> list, int value)
            {
                Monitor.{|LCK1004:Enter|}(list);
                list.Add(value);
            }
        }
        class C
        {
            readonly List<int> _list = new();
            void M() => Lists.Add(_list, 1);
        }
        """);

    static DiagnosticResult Suggestion(string id, int place) =>
        Flows.Finding(id, place).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info };
}
