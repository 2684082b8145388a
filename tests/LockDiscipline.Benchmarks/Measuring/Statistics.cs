namespace LockDiscipline.Benchmarks.Measuring;

/// <summary>The two figures that stand for many.</summary>
public static class Statistics
{
    /// <summary>The middle value; the mean of the two middle ones where their number is even.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = Sorted(values);
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The smallest value that 95 of 100 do not exceed.</summary>
    public static double P95(IEnumerable<double> values)
    {
        var sorted = Sorted(values);
        return sorted[Math.Max(0, (int)Math.Ceiling(0.95 * sorted.Length) - 1)];
    }

    static double[] Sorted(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length > 0 ? sorted : throw new ArgumentException("There is no value.", nameof(values));
    }
}
