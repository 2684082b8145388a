using System.Runtime.CompilerServices;
using MemoryModel.Locking;

namespace MemoryModel.Exploration;

/// <summary>
/// What the steps so far have to do with each other, as a number: two beginnings of schedules that differ only in the order of steps that do not concern each other have the same one, and lead to the same state.
/// </summary>
/// <remarks>
/// Each step's number is made of that of the task's step before, that of the last exclusive step on the same target, and, if it is exclusive itself, those of the shared ones since; the number of a beginning is their sum. 64 bits:
/// among a million different beginnings, two have the same number with a probability of one in 30 million. Source: partial-order reduction by happens-before caching (Musuvathi and Qadeer, 2007), which stays sound under a bound on preemptions,
/// where sleep sets do not.
/// </remarks>
internal sealed class HappensBefore
{
    private readonly Dictionary<Target, Accesses> _accesses = [];
    private readonly ulong[] _tasks = new ulong[Trial.MaxTasks];

    /// <summary>The number of the steps so far.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _accesses.Clear();
        for (int i = 0; i < _tasks.Length; i++) _tasks[i] = Mix((ulong)i + 1);
        Hash = 0;
    }

    /// <summary>What <see cref="Hash"/> would be after one more step.</summary>
    public ulong After(int task, in SwitchOperation operation) => Hash + Mix(NumberOf(task, operation));

    /// <summary>Adds a step.</summary>
    public void Add(int task, in SwitchOperation operation)
    {
        ulong number = NumberOf(task, operation);
        Hash += Mix(number);
        _tasks[task] = number;
        if (operation.Target is null) return;
        ref Accesses accesses = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_accesses, Target.Of(operation), out _);
        if (operation.IsShared) accesses.Shared += number;
        else accesses = new Accesses { Exclusive = number };
    }

    private ulong NumberOf(int task, in SwitchOperation operation)
    {
        ulong number = Mix(_tasks[task] + (ulong)operation.Kind);
        if (operation.Target is null) return number;
        _accesses.TryGetValue(Target.Of(operation), out Accesses accesses);
        number = Mix(number ^ accesses.Exclusive);
        return operation.IsShared ? number : Mix(number ^ accesses.Shared);
    }

    /// <summary>The last step of SplitMix64.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private struct Accesses
    {
        public ulong Exclusive;
        public ulong Shared;
    }

    private readonly struct Target(object owner, string? name, ulong part) : IEquatable<Target>
    {
        private readonly object _owner = owner;
        private readonly string? _name = name;
        private readonly ulong _part = part;

        // A wait at a lock concerns the lock, whatever it waits for.
        public static Target Of(in SwitchOperation operation) =>
            operation.Target is LockBase ? new Target(operation.Target, null, 0) : new Target(operation.Target!, operation.Name, operation.Part);

        public bool Equals(Target other) => ReferenceEquals(_owner, other._owner) && _part == other._part && string.Equals(_name, other._name, StringComparison.Ordinal);

        public override bool Equals(object? obj) => obj is Target other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_owner) + ((int)_part * 397) + (_name?.Length ?? 0);
    }
}
