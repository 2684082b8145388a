using System.Globalization;

namespace MemoryModel.Exploration;

/// <summary>Which task took each step, first to last: all that is needed to run a trial the same way again.</summary>
/// <remarks>As text: runs of steps, such as "0*5 1*3 0", the task's number first. Immutable.</remarks>
public sealed class Schedule : IEquatable<Schedule>
{
    private readonly byte[] _choices;

    internal Schedule(ReadOnlySpan<byte> choices) => _choices = choices.ToArray();

    /// <summary>Number of steps.</summary>
    public int Length => _choices.Length;

    /// <summary>The task that takes a step.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    public int this[int step] => _choices[step];

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static Schedule Parse(string text)
    {
        var choices = new List<byte>();
        foreach (string run in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int star = run.IndexOf('*', StringComparison.Ordinal);
            string task = star < 0 ? run : run[..star];
            int count = 1;
            if (!byte.TryParse(task, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) || number >= Trial.MaxTasks
                || (star >= 0 && (!int.TryParse(run[(star + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out count) || count == 0)))
                throw new FormatException($"'{run}' is no run of steps: the number of a task, or that, a star and how many steps");
            choices.AddRange(Enumerable.Repeat(number, count));
        }
        return new Schedule(choices.ToArray());
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var runs = new List<string>();
        for (int i = 0; i < _choices.Length;)
        {
            int end = i;
            while (end < _choices.Length && _choices[end] == _choices[i]) end++;
            runs.Add(end - i == 1 ? $"{_choices[i]}" : string.Create(CultureInfo.InvariantCulture, $"{_choices[i]}*{end - i}"));
            i = end;
        }
        return string.Join(' ', runs);
    }

    /// <inheritdoc/>
    public bool Equals(Schedule? other) => other is not null && _choices.AsSpan().SequenceEqual(other._choices);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schedule);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_choices);
        return hash.ToHashCode();
    }
}
