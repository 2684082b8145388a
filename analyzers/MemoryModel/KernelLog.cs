using System.Collections.Concurrent;

namespace MemoryModel;

/// <summary>What the kernel would print.</summary>
/// <remarks>Source: pr_err() and WARN_ON_ONCE(). Thread-safe.</remarks>
public sealed class KernelLog
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentDictionary<string, bool> _warned = new();

    /// <summary>Every line so far, oldest first.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Prints an error.</summary>
    /// <param name="line">The text.</param>
    public void Error(string line) => _lines.Enqueue(line);

    /// <summary>Prints a warning the first time that it is due.</summary>
    /// <param name="line">The text, which also tells warnings apart.</param>
    public void WarnOnce(string line)
    {
        if (_warned.TryAdd(line, true)) _lines.Enqueue("WARNING: " + line);
    }
}
