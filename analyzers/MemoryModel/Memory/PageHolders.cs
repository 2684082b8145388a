namespace MemoryModel.Memory;

/// <summary>The counts of all holders of a page in one word, so that taking a reference stays one atomic step.</summary>
internal static class PageHolders
{
    // First bit and number of bits of each holder's count; together 63, so that the word is never negative.
    private static ReadOnlySpan<byte> Shifts => [0, 16, 30, 40, 42, 52, 58, 60];

    private static ReadOnlySpan<byte> Widths => [16, 14, 10, 2, 10, 6, 2, 3];

    /// <summary>Number of kinds of holder.</summary>
    public const int Kinds = 8;

    /// <summary>One reference of a holder.</summary>
    public static long One(PageHolder holder) => 1L << Shifts[(int)holder];

    /// <summary>Number of references that a holder has.</summary>
    public static int Count(long word, PageHolder holder) => (int)((word >> Shifts[(int)holder]) & Max(holder));

    /// <summary>Most references that a holder can have.</summary>
    public static long Max(PageHolder holder) => (1L << Widths[(int)holder]) - 1;

    /// <summary>Number of references altogether.</summary>
    public static int Sum(long word)
    {
        int sum = 0;
        for (int i = 0; i < Kinds; i++) sum += Count(word, (PageHolder)i);
        return sum;
    }

    /// <summary>The holders and their counts, for messages.</summary>
    public static string Describe(long word)
    {
        var words = new List<string>();
        for (int i = 0; i < Kinds; i++)
        {
            int count = Count(word, (PageHolder)i);
            if (count > 0) words.Add($"{(PageHolder)i} {count}");
        }
        return words.Count == 0 ? "nobody" : string.Join(", ", words);
    }
}
