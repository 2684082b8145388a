namespace MemoryModel.Locking;

/// <summary>What a task did last: the operations that it began, and the locks that it took and released. Kept where validation is on, for reports.</summary>
/// <remarks>Belongs to its task's thread.</remarks>
internal sealed class TaskHistory
{
    private const int Capacity = 32;

    // Made with the first step: where validation is off there is none.
    private (string Verb, object Thing)[]? _steps;
    private long _count;

    /// <summary>Notes a step; the oldest one is forgotten when there are many.</summary>
    public void Add(string verb, object thing) => (_steps ??= new (string Verb, object Thing)[Capacity])[_count++ % Capacity] = (verb, thing);

    /// <summary>The steps in words, the oldest first.</summary>
    public IReadOnlyList<string> ToList()
    {
        var list = new List<string>();
        for (long i = Math.Max(0, _count - Capacity); i < _count; i++) list.Add($"{_steps![i % Capacity].Verb} {_steps[i % Capacity].Thing}");
        return list;
    }
}
