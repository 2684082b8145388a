namespace LockCheck.Commands;

/// <summary>Which ids somebody may have meant.</summary>
internal static class NearestIds
{
    const int Shown = 3;

    /// <summary>The ids with the smallest edit distance, nearest first, at most three. None where nothing is alike.</summary>
    public static IReadOnlyList<string> Find(string id, IEnumerable<string> known)
    {
        // Half of an id wrong is another id.
        var limit = Math.Max(id.Length, 2) / 2;
        return [.. known.Select(k => (Id: k, Distance: Distance(id.ToUpperInvariant(), k.ToUpperInvariant())))
            .Where(k => k.Distance <= limit)
            .OrderBy(k => k.Distance).ThenBy(k => k.Id, StringComparer.Ordinal)
            .Take(Shown).Select(k => k.Id)];
    }

    /// <summary>The number of characters to add, drop or change that turn one text into the other.</summary>
    public static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[to.Length];
    }
}
