namespace LockDiscipline.Tests.Behaviours;

/// <summary>Helpers that ask at run time what their callers hold, and release it.</summary>
public sealed class AskedLockBehaviours
{
    const string Helpers = """
        readonly object _x = new();
        private void ExitAll() { while (Monitor.IsEntered(_x)) Monitor.Exit(_x); }
        private static void ExitAllOf(object o) { while (Monitor.IsEntered(o)) Monitor.Exit(o); }
        private void ExitIfHeld() { if (Monitor.IsEntered(_x)) Monitor.Exit(_x); }
        private void Clean() { Work(); ExitIfHeld(); }

        """;

    [Fact]
    public Task ReleasedByAHelperThatAsks() => LocksOnly.VerifyMembersAsync(Helpers + """
        void Twice()
        {
            Monitor.Enter(_x);
            Monitor.Enter(_x);
            ExitAll();
        }
        void OfAnArgument()
        {
            Monitor.Enter(_x);
            try { Work(); }
            finally { ExitAllOf(_x); }
        }
        void Once()
        {
            Monitor.Enter(_x);
            try { Work(); }
            finally { ExitIfHeld(); }
        }
        void OnOnePath(bool locked)
        {
            if (locked)
                Monitor.Enter(_x);
            Work();
            ExitIfHeld();
        }
        void ThroughAnother()
        {
            Monitor.Enter(_x);
            Clean();
        }
        void NotAtAll()
        {
            ExitAll();
            ExitIfHeld();
        }
        """);

    [Fact]
    public Task NotOnEveryPath_OrReleasedOnceMore_IsFound() => LocksOnly.VerifyMembersAsync(Helpers + """
        public void OnOnePath(bool done)
        {
            Monitor.{|LCK1004:Enter|}(_x);
            if (done)
                ExitIfHeld();
        }
        public void OnceMore()
        {
            Monitor.Enter(_x);
            ExitAll();
            Monitor.{|LCK1005:Exit|}(_x);
        }
        public void Used()
        {
            lock (_sync)
            {
                Monitor.Enter(_x);
                Clean();
                _k++;
            }
        }
        """);
}
