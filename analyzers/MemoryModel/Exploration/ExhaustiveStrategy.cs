using System.Runtime.InteropServices;

namespace MemoryModel.Exploration;

/// <summary>Comes by every state that some schedule with a bounded number of preemptions comes by, depth first, and takes no step that leads to one it has seen with as much of the bound left.</summary>
/// <remarks>A preemption is a switch away from a task that could have gone on. Source: "Iterative Context Bounding for Systematic Testing of Multithreaded Programs" (CHESS, 2007); for what counts as seen, see <see cref="HappensBefore"/>.</remarks>
/// <param name="bound">Most preemptions.</param>
/// <param name="reduces">False: takes every step, wherever it leads.</param>
internal sealed class ExhaustiveStrategy(int bound, bool reduces = true) : IStrategy
{
    private readonly Dictionary<ulong, Seen> _seen = [];
    private readonly List<Node> _path = [];
    private int _depth;

    /// <summary>True when the run has come to a point where nothing new is left; from there on it only has to end.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Begins the next run, if there is one: the deepest node that has something left.</summary>
    public bool Advance()
    {
        while (_path.Count > 0)
        {
            if (TakeNext(CollectionsMarshal.AsSpan(_path)[^1])) return true;
            _path.RemoveAt(_path.Count - 1);
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
        if (IsGivenUp) return run.Unhurried(possible);
        if (_depth == _path.Count)
        {
            int used = _depth == 0 ? 0 : _path[_depth - 1].Taken.Used;
            var node = new Node(AlternativesOf(run, possible, used));
            if (!TakeNext(node))
            {
                IsGivenUp = true;
                return run.Unhurried(possible);
            }
            _path.Add(node);
        }
        Alternative taken = _path[_depth++].Taken;
        if ((possible & (1 << taken.Task)) == 0 || run.HashAfter(taken.Task) != taken.Hash)
            throw new InvalidOperationException($"the trial did something else than before at step {run.StepCount + 1}: it depends on time, chance, threads, or on what an earlier run left behind");
        return taken.Task;
    }

    /// <summary>The steps that can be taken within the bound, the one without a preemption first.</summary>
    private Alternative[] AlternativesOf(Conductor run, int possible, int used)
    {
        int first = run.Unhurried(possible);
        var alternatives = new List<Alternative> { new(first, run.HashAfter(first), used) };
        if (run.WouldPreempt(possible)) used++;
        for (int task = 0; used <= bound && task < Trial.MaxTasks; task++)
        {
            if (task != first && (possible & (1 << task)) != 0) alternatives.Add(new Alternative(task, run.HashAfter(task), used));
        }
        return [.. alternatives];
    }

    private bool TakeNext(Node node)
    {
        while (node.Next < node.Alternatives.Length)
        {
            ref Alternative alternative = ref node.Alternatives[node.Next++];
            if (!reduces) return true;
            ref Seen seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, alternative.Hash, out bool exists);
            if (!exists) seen = Seen.Never;
            // Without a bound a state is a state, whoever came to it, and how.
            if (bound == int.MaxValue ? !exists : seen.Note(alternative.Task, alternative.Used)) return true;
        }
        return false;
    }

    private readonly record struct Alternative(int Task, ulong Hash, int Used);

    private sealed class Node(Alternative[] alternatives)
    {
        public Alternative[] Alternatives => alternatives;

        public int Next { get; set; }

        public Alternative Taken => alternatives[Next - 1];
    }

    /// <summary>The fewest preemptions that a state was come to with, by the task that took the last step.</summary>
    private struct Seen
    {
        private ulong _byTask;

        public static Seen Never => new() { _byTask = ulong.MaxValue };

        /// <summary>Notes a way to the state.</summary>
        /// <returns>False when a way seen before allows all that this one does: one by the same task with no more preemptions, or by another with one less, which the switch back would cost.</returns>
        public bool Note(int task, int used)
        {
            int value = Math.Min(used, byte.MaxValue - 1);
            for (int other = 0; other < Trial.MaxTasks; other++)
            {
                int before = (int)(_byTask >> (other * 8)) & byte.MaxValue;
                if (before + (other == task ? 0 : 1) <= value && before != byte.MaxValue) return false;
            }
            _byTask = (_byTask & ~(0xfful << (task * 8))) | ((ulong)value << (task * 8));
            return true;
        }
    }
}
