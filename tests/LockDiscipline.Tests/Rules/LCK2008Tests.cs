namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2008: a condition is waited for outside a loop, or with a second lock in hand.</summary>
public sealed class LCK2008Tests
{
    const string NotInLoop = "is not in a loop that tests its condition again";

    [Fact]
    public Task WaitUnderIf_FoundAtTheCall() => Flows.VerifyMembersAsync("""
        void M()
        {
            lock (_sync)
            {
                if (_k == 0)
                    Monitor.{|#0:Wait|}(_sync);
                _k--;
            }
        }
        """, Flows.Finding("LCK2008", 0).WithArguments("Wait", NotInLoop));

    [Fact]
    public Task LoopsThatTestAgain_Silent() => Flows.VerifyMembersAsync("""
        bool _done;
        void While()
        {
            lock (_sync)
            {
                while (_k == 0)
                    Monitor.Wait(_sync);
                _k--;
            }
        }
        void DoWhile()
        {
            lock (_sync)
            {
                do Monitor.Wait(_sync);
                while (_k == 0);
            }
        }
        void BreakOut()
        {
            Monitor.Enter(_sync);
            try
            {
                for (;;)
                {
                    if (_k > 0)
                        break;
                    Monitor.Wait(_sync, 100);
                }
            }
            finally
            {
                Monitor.Exit(_sync);
            }
        }
        void Goto()
        {
            lock (_sync)
            {
            again:
                if (_k > 0)
                    return;
                Monitor.Wait(_sync);
                goto again;
            }
        }
        bool Timed(int ms)
        {
            lock (_sync)
            {
                while (_k == 0)
                {
                    if (!Monitor.Wait(_sync, ms))
                        return false;
                }
                return true;
            }
        }
        void Outer()
        {
            while (!_done)
            {
                lock (_sync)
                {
                    while (_k == 0 && !_done)
                        Monitor.Wait(_sync);
                    _k--;
                }
            }
        }
        void DropsInTheRound()
        {
            Monitor.Enter(_sync);
            while (_k == 0)
            {
                Monitor.Wait(_sync);
                Monitor.Exit(_sync);
                Work();
                Monitor.Enter(_sync);
            }
            Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task LoopAroundTheSection_Found() => Flows.VerifyMembersAsync("""
        void Consume(Queue<int> queue)
        {
            while (true)
            {
                lock (_sync)
                {
                    if (queue.Count == 0)
                        Monitor.{|LCK2008:Wait|}(_sync);
                    queue.Dequeue();
                }
            }
        }
        void Entered(Queue<int> queue)
        {
            foreach (var item in queue)
            {
                Monitor.Enter(_sync);
                if (_k == 0)
                    Monitor.{|LCK2008:Wait|}(_sync);
                Work();
                Monitor.Exit(_sync);
            }
        }
        void Endless()
        {
            lock (_sync)
            {
                while (true)
                {
                    Monitor.{|LCK2008:Wait|}(_sync);
                    Work();
                }
            }
        }
        """);

    [Fact]
    public Task SecondLockHeld_Found() => Flows.VerifyMembersAsync("""
        void M()
        {
            _gate.{|#1:Enter|}();
            lock (_sync)
            {
                while (_k == 0)
                    Monitor.{|#0:Wait|}(_sync);
            }
            _gate.Exit();
        }
        void Reentrant()
        {
            lock (_sync)
            {
                lock (_sync)
                {
                    while (_k == 0)
                        Monitor.Wait(_sync);
                }
            }
        }
        """, Flows.Finding("LCK2008", 0, 1).WithArguments("Wait", "releases '_sync' while it waits, but '_gate' stays held"));

    [Fact]
    public Task OwnConditionVariables_Checked() => Flows.VerifyAsync("""
        class Condition
        {
            readonly object _inner = new();
            [RequiresLock("gate"), ConditionWait("gate")] public void Wait(Gate gate) { }
            [RequiresLock("gate"), ConditionWait("gate")] public void WaitUntil(Gate gate, Func<bool> condition) { }
            [RequiresLock("_inner"), ConditionWait("_inner")] public void WaitInner() => Monitor.Wait(_inner);
        }
        class C
        {
            readonly Gate _gate = new();
            readonly Condition _changed = new();
            [GuardedBy("_gate")] bool _ready;
            void Wrong()
            {
                _gate.Enter();
                if (!_ready)
                    _changed.{|LCK2008:Wait|}(_gate);
                _gate.Exit();
            }
            void Right()
            {
                _gate.Enter();
                while (!_ready)
                    _changed.Wait(_gate);
                _changed.WaitUntil(_gate, () => true);
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task WaitInTheCallersSection_TheCallersLoop() => Flows.VerifyMembersAsync("""
        [RequiresLock("_sync")]
        void Await() => Monitor.Wait(_sync);
        void M()
        {
            lock (_sync)
            {
                while (_k == 0)
                    Await();
            }
        }
        [RequiresLock("_sync")]
        void Take()
        {
            if (_k == 0)
                Monitor.{|LCK2008:Wait|}(_sync);
            _k--;
        }
        """);

    [Fact]
    public Task WaitOrPulseWithoutTheLock_IsLCK1002() => Flows.VerifyMembersAsync("""
        void M()
        {
            Monitor.{|LCK1002:Wait|}(_sync);
            Monitor.{|LCK1002:Pulse|}(_sync);
            Monitor.{|LCK1002:PulseAll|}(_sync);
        }
        """);

    [Fact]
    public Task SectionThatEndsWithTheWait_TestsInTheNextRound() => Flows.VerifyMembersAsync("""
        bool _stop;
        void Run()
        {
            while (true)
            {
                lock (_sync)
                {
                    if (_stop)
                        return;
                    if (_k == 0)
                    {
                        try { Monitor.Wait(_sync); }
                        catch (ThreadInterruptedException) { }
                        continue;
                    }
                    _k--;
                }
                Work();
            }
        }
        void Plain()
        {
            while (!_stop)
            {
                if (Monitor.TryEnter(_sync))
                {
                    if (_k == 0)
                        Monitor.Wait(_sync);
                    Monitor.Exit(_sync);
                }
            }
        }
        void Sleep()
        {
            lock (_sync)
                Monitor.Wait(_sync, 100);
        }
        void Once()
        {
            lock (_sync)
            {
                if (_k == 0)
                    Monitor.{|LCK2008:Wait|}(_sync);
            }
            Work();
        }
        """);

    [Fact]
    public Task TimedWaitBeforeATest_NeedsNoLoop() => Flows.VerifyMembersAsync("""
        bool Dequeue(int ms)
        {
            lock (_sync)
            {
                if (_k == 0)
                    Monitor.Wait(_sync, ms);
                if (_k == 0)
                    return false;
                _k--;
                return true;
            }
        }
        void Unlooked(int ms)
        {
            lock (_sync)
            {
                if (_k == 0)
                    Monitor.{|LCK2008:Wait|}(_sync, ms);
                _k--;
                if (_k == 0)
                    Work();
            }
        }
        bool Untimed()
        {
            lock (_sync)
            {
                if (_k == 0)
                    Monitor.{|LCK2008:Wait|}(_sync);
                if (_k == 0)
                    return false;
                _k--;
                return true;
            }
        }
        """);

    /// <summary>Who goes on and only sets the condition back does nothing with it: whether going on early is right, people have to say.</summary>
    [Fact]
    public Task OnlySetBackAfterwards_IsASuggestion() => Flows.VerifyMembersAsync("""
        bool _kicked, _done;
        bool WaitForKick()
        {
            lock (_sync)
            {
                if (_done)
                    return false;
                if (!_kicked)
                    Monitor.{|#0:Wait|}(_sync);
                _kicked = false;
            }
            return true;
        }
        void ByHand()
        {
            Monitor.Enter(_sync);
            if (!_kicked)
                Monitor.{|#1:Wait|}(_sync);
            _kicked = false;
            Monitor.Exit(_sync);
        }
        void Uses(Queue<int> items)
        {
            lock (_sync)
            {
                if (!_kicked)
                    Monitor.{|#2:Wait|}(_sync);
                _kicked = false;
                items.Dequeue();
            }
        }
        void Counts()
        {
            lock (_sync)
            {
                if (!_kicked)
                    Monitor.{|#3:Wait|}(_sync);
                _kicked = _k++ > 3;
            }
        }
        void WithoutCondition()
        {
            lock (_sync)
            {
                Monitor.{|#4:Wait|}(_sync);
                _kicked = false;
            }
        }
        int _served;
        int Poll(TimeSpan timeout)
        {
            lock (_sync)
            {
                if (_served == 0)
                    Monitor.{|#5:Wait|}(_sync, timeout);
                var result = _served;
                _served = 0;
                return result;
            }
        }
        """,
        Flows.Finding("LCK2008", 0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flows.Finding("LCK2008", 1) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flows.Finding("LCK2008", 2),
        Flows.Finding("LCK2008", 3),
        Flows.Finding("LCK2008", 4),
        Flows.Finding("LCK2008", 5) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info });

    [Fact]
    public Task ResultOfATimedWaitDecides_IsASuggestion() => Flows.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            bool _done;
            bool M()
            {
                lock (_sync)
                {
                    if (Monitor.{|#0:Wait|}(_sync, 100))
                        return _done = true;
                    return false;
                }
            }
        }
        """,
        Flows.Finding("LCK2008", 0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info });

    /// <summary>The thread that pulses needs the lock first: its pulse cannot come before the wait. Something else in between, or nothing started, and it can.</summary>
    [Fact]
    public Task AfterStartingTheThreadThatPulses_IsASuggestion() => Flows.VerifyMembersAsync("""
        void Run() { lock (_sync) Monitor.Pulse(_sync); }
        void Start()
        {
            var thread = new Thread(Run);
            lock (_sync)
            {
                thread.Start();
                Monitor.{|#0:Wait|}(_sync);
            }
        }
        void Join()
        {
            lock (_sync)
            {
                Work();
                Monitor.{|#1:Wait|}(_sync);
            }
        }
        """,
        Flows.Finding("LCK2008", 0) with { Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info },
        Flows.Finding("LCK2008", 1));
}
