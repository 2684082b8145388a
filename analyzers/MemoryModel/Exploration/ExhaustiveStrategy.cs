using System.Runtime.InteropServices;
using MemoryModel.Locking;

namespace MemoryModel.Exploration;

/// <summary>Comes by every state that some schedule with a bounded number of preemptions comes by, those with fewer preemptions first, and takes no step that leads to one it has seen with as much of the bound left.</summary>
/// <remarks>
/// A preemption is a switch away from a task that could have gone on. Because schedules with fewer come first, a state is first come to with as much of the bound left as it ever is, and hardly ever has to be gone on from again. Source: "Iterative
/// Context Bounding for Systematic Testing of Multithreaded Programs" (CHESS, 2007); for what counts as seen, see <see cref="HappensBefore"/> and <see cref="Seen"/>.
/// </remarks>
/// <param name="bound">Most preemptions.</param>
/// <param name="reduces">False: takes every step, wherever it leads.</param>
internal sealed class ExhaustiveStrategy(int bound, bool reduces = true) : IStrategy
{
    private readonly Dictionary<ulong, Seen> _seen = [];

    // By preemptions, what is left to be done.
    private readonly List<Stack<Task>> _left = [];

    // Where others were not let go first because the step at hand concerned nobody, by what it was about; and where it was the release of a lock that nobody had tried.
    private readonly Dictionary<(string Name, ulong Part), List<Step>> _leftOut = [];
    private readonly List<Step> _releases = [];
    private readonly List<Step> _path = [];
    private readonly Conflicts _conflicts = new();
    private int _depth;

    // How much of the path was taken by an earlier run, and whether this one is about the others that could go on from there.
    private int _known;
    private bool _isRevisit;

    /// <summary>True when the run has come to a point where nothing new is left; from there on it only has to end.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Begins the next run, if there is one: the step last found of those with the fewest preemptions, and what leads there.</summary>
    public bool Advance()
    {
        _path.Clear();
        foreach (Stack<Task> tasks in _left)
        {
            while (tasks.TryPop(out Task task))
            {
                if (!task.IsRevisit && !IsNew(task.Step)) continue;
                for (Step? at = task.Step; at is not null; at = at.Before) _path.Add(at);
                _path.Reverse();
                _known = _path.Count;
                _isRevisit = task.IsRevisit;
                return true;
            }
        }
        return false;
    }

    /// <summary>Goes back to the start.</summary>
    public void Rewind()
    {
        _depth = 0;
        IsGivenUp = false;
    }

    /// <inheritdoc/>
    public int Choose(Conductor run, int possible)
    {
        if (IsGivenUp) return Noted(run, run.Unhurried(possible));
        if (_depth == _path.Count)
        {
            if (GoOn(run, possible) is not { } step)
            {
                IsGivenUp = true;
                return Noted(run, run.Unhurried(possible));
            }
            _path.Add(step);
        }
        Step taken = _path[_depth++];
        if ((possible & (1 << taken.Task)) == 0 || (_depth <= _known && run.HashAfter(taken.Task) != taken.Hash))
            throw new InvalidOperationException($"the trial did something else than before at step {run.StepCount + 1}: it depends on time, chance, threads, or on what an earlier run left behind");
        return Noted(run, taken.Task);
    }

    /// <summary>The step to go on with that costs no preemption, if one of those leads to something new; the others are left for later runs.</summary>
    private Step? GoOn(Conductor run, int possible)
    {
        Step? before = _depth == 0 ? null : _path[_depth - 1];
        int used = before?.Used ?? 0;
        int first = run.Unhurried(possible);
        bool preempts = run.WouldPreempt(possible);
        Step? chosen = Taken(new Step(before, first, run.HashAfter(first), used));
        if (!preempts && before is not null) NoteFreeChoice(before.Hash, possible, used);
        if (preempts && used == bound) return chosen;
        // A task that has just begun could as well have been left alone, and a step that concerns nobody else taken first.
        if (preempts && reduces && (run.HasJustBegun || IsLeftOut(run.Pending(first), before))) return chosen;
        if (preempts && bound != int.MaxValue) used++;
        bool mayChoose = !preempts || (_isRevisit && _depth == _known);
        for (int task = Trial.MaxTasks - 1; used <= bound && task >= 0; task--)
        {
            if (task == first || (possible & (1 << task)) == 0) continue;
            var step = new Step(before, task, run.HashAfter(task), used);
            if (chosen is null && mayChoose) chosen = Taken(step);
            else Leave(new Task(step, IsRevisit: false));
        }
        return chosen;
    }

    private Step? Taken(Step step) => IsNew(step) ? step : null;

    /// <summary>True when the next step of the task that has the turn concerns nobody else, as far as is known: then others need not be let go first. Where that was is kept, for the case that more comes to be known.</summary>
    private bool IsLeftOut(in SwitchOperation next, Step? before)
    {
        if (_conflicts.Concerns(next, bound != int.MaxValue)) return false;
        if (before is null) return true;
        if (_conflicts.AreIn(next))
        {
            _releases.Add(before);
            return true;
        }
        ref List<Step>? places = ref CollectionsMarshal.GetValueRefOrAddDefault(_leftOut, Conflicts.KeyOf(next), out _);
        (places ??= []).Add(before);
        return true;
    }

    private void Leave(Task task)
    {
        while (_left.Count <= task.Step.Used) _left.Add([]);
        _left[task.Step.Used].Push(task);
    }

    private void Revisit(List<Step> places)
    {
        foreach (Step place in places) Leave(new Task(place, IsRevisit: true));
    }

    /// <summary>True when a step leads to a state from which something can be come to that could not before; it counts as taken then.</summary>
    private bool IsNew(Step step)
    {
        if (!reduces) return true;
        ref Seen seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, step.Hash, out bool exists);
        if (!exists) seen = Seen.Never;
        // Without a bound a state is a state, whoever came to it, and how.
        return bound == int.MaxValue ? !exists : seen.Note(step.Task, step.Used);
    }

    private void NoteFreeChoice(ulong state, int possible, int used)
    {
        if (!reduces || bound == int.MaxValue) return;
        CollectionsMarshal.GetValueRefOrNullRef(_seen, state).NoteFreeChoice(possible, used);
    }

    private int Noted(Conductor run, int task)
    {
        if (!reduces) return task;
        ref readonly SwitchOperation operation = ref run.Pending(task);
        bool someoneTried = _conflicts.SomeoneTries;
        if (_conflicts.Note(task, operation) && _leftOut.Remove(Conflicts.KeyOf(operation), out List<Step>? places)) Revisit(places);
        if (someoneTried == _conflicts.SomeoneTries) return task;
        Revisit(_releases);
        _releases.Clear();
        return task;
    }

    /// <summary>Something left to be done.</summary>
    /// <param name="Step">A step to be taken; for a revisit, one that was, and after which others are to be let go.</param>
    /// <param name="IsRevisit">True for a revisit.</param>
    private readonly record struct Task(Step Step, bool IsRevisit);

    /// <summary>A step, and what leads up to it.</summary>
    /// <param name="Before">The step before; null for the first.</param>
    /// <param name="Task">Who takes it.</param>
    /// <param name="Hash">The state that it leads to.</param>
    /// <param name="Used">Preemptions, this one included.</param>
    private sealed record Step(Step? Before, int Task, ulong Hash, int Used);
}
