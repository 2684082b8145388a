using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Exploration;

/// <summary>Runs trials with one task at a time: at each switch point a strategy says whose turn it is.</summary>
/// <remarks>
/// A task that begins where another has returned begins on the same thread; one that begins while another is in the middle gets a thread of its own, and these are kept from run to run. All fields belong to whoever has the turn;
/// handing it over orders the accesses. Handing over is what a schedule costs most: where the task that has the turn goes on, or the next one can begin on its thread, nothing is handed over.
/// </remarks>
internal sealed class Conductor : ISwitchScheduler, IDisposable
{
    private const int MaxSteps = 100_000;

    private readonly List<Worker> _workers = [];

    // Of those, the ones that run nothing now.
    private readonly Stack<Worker> _idle = [];

    // Where each task is parked while it has not the turn; null for one that has not begun.
    private readonly Turn?[] _seats = new Turn?[Trial.MaxTasks];
    private readonly Turn _caller = new();
    private readonly Turn _end = new();
    private readonly HappensBefore _history = new();
    private readonly SwitchOperation[] _pending = new SwitchOperation[Trial.MaxTasks];
    private readonly ModelTask?[] _tasks = new ModelTask?[Trial.MaxTasks];
    private readonly List<byte> _choices = [];
    private readonly List<SwitchOperation> _steps = [];

    // In a deadlock, the step that each task waits to take.
    private readonly List<(int Task, SwitchOperation Operation)> _stuck = [];
    private Trial _trial = null!;
    private IStrategy _strategy = null!;
    private int _running;
    private int _finished;
    private bool _isEnding;
    private (string Invariant, string Task, string Message)? _failure;

    public Conductor() => SwitchPoint.Begin();

    /// <summary>Number of steps taken.</summary>
    public int StepCount => _choices.Count;

    /// <summary>See <see cref="HappensBefore"/>.</summary>
    public ulong Hash => _history.Hash;

    /// <summary>What <see cref="Hash"/> would be if a task took the next step.</summary>
    public ulong HashAfter(int task) => _history.After(task, _pending[task]);

    /// <summary>True when a task is about to try again what did not succeed.</summary>
    public bool IsTryingAgain(int task) => _pending[task].Kind == SwitchKind.Yield;

    /// <summary>The step that a task is about to take.</summary>
    public ref readonly SwitchOperation Pending(int task) => ref _pending[task];

    /// <summary>True when the task that has the turn has only begun.</summary>
    public bool HasJustBegun => StepCount > 0 && _steps[^1].Kind == SwitchKind.Start;

    /// <summary>True when giving the turn to another task would take it from one that could go on.</summary>
    public bool WouldPreempt(int possible) => StepCount > 0 && (possible & (1 << _running)) != 0 && !IsTryingAgain(_running);

    /// <summary>The task that has the turn, if it can go on; else the next one that can.</summary>
    public int Unhurried(int possible)
    {
        if (StepCount > 0 && (possible & (1 << _running)) != 0) return _running;
        int task = StepCount > 0 ? _running : Trial.MaxTasks - 1;
        do task = (task + 1) % Trial.MaxTasks;
        while ((possible & (1 << task)) == 0);
        return task;
    }

    /// <summary>Runs a trial to its end, or to its first failure.</summary>
    /// <param name="trial">The trial, made anew.</param>
    /// <param name="strategy">Who chooses.</param>
    /// <returns>The failure; null when there was none.</returns>
    public Failure? Run(Trial trial, IStrategy strategy)
    {
        _trial = trial;
        _strategy = strategy;
        _failure = null;
        _isEnding = false;
        _finished = 0;
        _choices.Clear();
        _steps.Clear();
        _stuck.Clear();
        _history.Clear();
        for (int i = 0; i < trial.Tasks.Count; i++)
        {
            _pending[i] = new SwitchOperation(SwitchKind.Start, IsShared: true, null, null, 0);
            _tasks[i] = null;
            _seats[i] = null;
        }
        Choose();
        if (!Drive(_caller))
        {
            GiveTurn();
            _end.Await();
        }
        // A task of its own, so that what it reports does not depend on the thread.
        if (_failure is null && trial.AtEnd is { } check) Guard("the end", () => ModelTask.Run("the end", check));
        return _failure is { } failure ? new Failure(failure.Invariant, failure.Task, failure.Message, new Schedule(_choices.ToArray()), TraceOf()) : null;
    }

    /// <inheritdoc/>
    [NoLockAnalysis("parks the thread of a task inside the locks that the task holds: in the model's eyes it has not stopped")]
    public void Before(in SwitchOperation operation)
    {
        int self = _running;
        if (!_isEnding)
        {
            _pending[self] = operation;
            Choose();
            if (!_isEnding)
            {
                if (_running == self) return;
                GiveTurn();
                _seats[self]!.Await();
                if (!_isEnding) return;
            }
        }
        // On the way out, locks are let go, and nothing is taken or waited for.
        if (operation.Kind is not (SwitchKind.Release or SwitchKind.Read or SwitchKind.Write)) throw new ScheduleEndedException();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Worker worker in _workers) worker.Stop();
        _caller.Dispose();
        _end.Dispose();
        SwitchPoint.End();
    }

    /// <summary>On a thread that is in the middle of no task: runs the task whose turn it is, and those after it, until one is parked on another thread.</summary>
    /// <param name="seat">Where what is run here is parked.</param>
    /// <returns>True when every task has returned.</returns>
    private bool Drive(Turn seat)
    {
        int all = (1 << _trial.Tasks.Count) - 1;
        while (true)
        {
            if (_isEnding)
            {
                // Who has not begun need not; who is in the middle is let out, one after the other.
                for (int i = 0; i < _trial.Tasks.Count; i++)
                {
                    if (_seats[i] is null) _finished |= 1 << i;
                }
                if (_finished != all) _running = int.TrailingZeroCount(all & ~_finished);
            }
            if (_finished == all) return true;
            if (_seats[_running] is not null) return false;
            _seats[_running] = seat;
            RunTask(_running);
            if (_finished != all && !_isEnding) Choose();
        }
    }

    private void RunTask(int number)
    {
        TrialTask task = _trial.Tasks[number];
        ISwitchScheduler? before = SwitchPoint.Use(this);
        Guard(task.Name, () => ModelTask.Run(task.Name, () =>
        {
            _tasks[number] = ModelTask.Current;
            task.Body();
        }));
        SwitchPoint.Use(before);
        _finished |= 1 << number;
    }

    /// <summary>Lets the thread go on that the task is parked on whose turn it is; one that has not begun begins on a thread that is idle.</summary>
    private void GiveTurn()
    {
        if (_seats[_running] is { } seat)
        {
            seat.Give();
            return;
        }
        if (!_idle.TryPop(out Worker? worker)) _workers.Add(worker = new Worker(Work));
        worker.Turn.Give();
    }

    /// <summary>What a thread does each time that it is given the turn.</summary>
    private void Work(Worker worker)
    {
        bool isOver = Drive(worker.Turn);
        // Before the turn is given away: afterwards the list is others'.
        _idle.Push(worker);
        if (isOver) _end.Give();
        else GiveTurn();
    }

    /// <summary>Chooses the task that takes the next step and notes the step, or finds that there is none.</summary>
    private void Choose()
    {
        int possible = Possible();
        if (possible == 0)
        {
            _stuck.AddRange(Unfinished().Select(task => (task, _pending[task])));
            Fail("deadlock", BlockedNames(), $"deadlock: {BlockedText()}");
            return;
        }
        if (StepCount == MaxSteps)
        {
            Fail("livelock", BlockedNames(), $"livelock: {MaxSteps} steps, and still going");
            return;
        }
        if (_trial.WhenQuiet is { } check && IsQuiet())
        {
            ISwitchScheduler? scheduler = SwitchPoint.Use(null);
            Guard(_trial.Tasks[_running].Name, check);
            SwitchPoint.Use(scheduler);
            if (_isEnding) return;
        }
        try
        {
            _running = _strategy.Choose(this, possible);
        }
        catch (InvalidOperationException e)
        {
            Fail("schedule", _trial.Tasks[_running].Name, e.Message);
            return;
        }
        _history.Add(_running, _pending[_running]);
        _choices.Add((byte)_running);
        _steps.Add(_pending[_running]);
    }

    /// <summary>The tasks that can take a step. One that tries again can when somebody else has taken one, or nobody else can.</summary>
    private int Possible()
    {
        int possible = 0;
        int again = 0;
        for (int i = 0; i < _trial.Tasks.Count; i++)
        {
            if ((_finished & (1 << i)) != 0 || !_pending[i].IsPossible) continue;
            if (IsTryingAgain(i) && i == _running) again = 1 << i;
            else possible |= 1 << i;
        }
        return possible == 0 ? again : possible;
    }

    private bool IsQuiet()
    {
        for (int i = 0; i < _trial.Tasks.Count; i++)
        {
            if ((_finished & (1 << i)) != 0 || _tasks[i] is not { } task) continue;
            foreach (HeldLock held in task.Held)
            {
                if (held.Lock.IsSpinning) return false;
            }
        }
        return true;
    }

    /// <summary>Runs something, and takes what it throws for a failure, unless the run is over anyway.</summary>
    private void Guard(string task, Action body)
    {
        try
        {
            body();
        }
        catch (ScheduleEndedException)
        {
        }
        catch (ModelViolationException e)
        {
            Fail(e.Invariant, e.Task, e.Message);
        }
#pragma warning disable CA1031 // Whatever a task throws is the outcome of its schedule.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e.GetType().Name, task, e.Message);
        }
    }

    private void Fail(string invariant, string task, string message)
    {
        if (!_isEnding) _failure = (invariant, task, message);
        _isEnding = true;
    }

    private string BlockedNames() => string.Join(", ", Unfinished().Select(i => _trial.Tasks[i].Name));

    private string BlockedText() => string.Join("; ", Unfinished().Select(i => $"{_trial.Tasks[i].Name} {_pending[i]}, holding {Holding(i)}"));

    /// <summary>The locks that a task has taken and not released, from the steps: the locks need no validator.</summary>
    private string Holding(int task)
    {
        var held = new List<object>();
        for (int i = 0; i < _steps.Count; i++)
        {
            if (_choices[i] != task || _steps[i].Target is not LockBase gate) continue;
            if (_steps[i].Kind == SwitchKind.Acquire) held.Add(gate);
            else if (_steps[i].Kind == SwitchKind.Release) held.Remove(gate);
        }
        return held.Count == 0 ? "nothing" : string.Join(", ", held);
    }

    private IEnumerable<int> Unfinished() => Enumerable.Range(0, _trial.Tasks.Count).Where(i => (_finished & (1 << i)) == 0);

    private Trace TraceOf()
    {
        var conflicts = new Conflicts();
        for (int i = 0; i < _steps.Count; i++) conflicts.Note(_choices[i], _steps[i]);
        foreach ((int task, SwitchOperation operation) in _stuck) conflicts.Note(task, operation);
        return new Trace(
            [.. _trial.Tasks.Select(static task => task.Name)],
            [.. _choices.Select((task, i) => new TraceStep(task, _steps[i].ToString()) { ConcernsOthers = conflicts.AreIn(_steps[i]) })],
            [.. _stuck.Select(static stuck => new TraceStep(stuck.Task, stuck.Operation.ToString()) { ConcernsOthers = true })]);
    }
}
