namespace MemoryModel.Tests.Agreement;

/// <summary>A row of numbers that a program is made from: each decision takes one. Where it ends, every decision is the first of what there is, so that a shorter row is a simpler program.</summary>
internal sealed class Choices(IReadOnlyList<int> numbers)
{
    private int _next;

    /// <summary>A number below a bound.</summary>
    public int Below(int bound) => _next < numbers.Count ? numbers[_next++] % bound : 0;

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Percent(int percent) => Below(100) >= 100 - percent;

    public T Of<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];
}
