using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MemoryModel.Memory;

/// <summary>Sorted numbers to be searched. Beside them there is every 32nd of them, and every 32nd of those: a search looks at one run of each, which is a few lines of memory and no branch that a processor could guess wrong.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class SortedNumbers
{
    private const int Run = 32;

    // The numbers, then what is beside them.
    private readonly ulong[][] _levels;

    /// <summary>Takes numbers over.</summary>
    /// <param name="numbers">In order, each once.</param>
    public SortedNumbers(ulong[] numbers)
    {
        var levels = new List<ulong[]> { numbers };
        while (levels[^1] is { Length: > Run } below)
        {
            var above = new ulong[(below.Length + Run - 1) / Run];
            for (int i = 0; i < above.Length; i++) above[i] = below[i * Run];
            levels.Add(above);
        }
        _levels = [.. levels];
    }

    /// <summary>How many there are.</summary>
    public int Count => _levels[0].Length;

    /// <summary>A number by its position.</summary>
    public ulong this[int position] => _levels[0][position];

    /// <summary>Position of the last number that is not greater than a value; -1 when each is.</summary>
    public int LastAtOrBelow(ulong value)
    {
        int at = 0;
        for (int level = _levels.Length - 1; level >= 0; level--)
        {
            ulong[] numbers = _levels[level];
            int from = at * Run;
            int count = CountAtOrBelow(numbers.AsSpan(from, Math.Min(Run, numbers.Length - from)), value);
            if (count == 0) return -1;
            at = from + count - 1;
        }
        return at;
    }

    /// <summary>How many of a few sorted numbers are not greater than a value.</summary>
    public static int CountAtOrBelow(ReadOnlySpan<ulong> numbers, ulong value)
    {
        int count = 0;
        int at = 0;
        if (Vector256.IsHardwareAccelerated && numbers.Length >= Vector256<ulong>.Count)
        {
            Vector256<ulong> limit = Vector256.Create(value);
            // What is not greater adds one less than nothing, which is how a comparison says yes.
            Vector256<ulong> sum = Vector256<ulong>.Zero;
            ref ulong first = ref MemoryMarshal.GetReference(numbers);
            for (; at <= numbers.Length - Vector256<ulong>.Count; at += Vector256<ulong>.Count)
                sum -= Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)at), limit);
            count = (int)Vector256.Sum(sum);
        }
        for (; at < numbers.Length; at++) count += numbers[at] <= value ? 1 : 0;
        return count;
    }
}
