namespace EndToEnd.Tests.Running;

/// <summary>Compares what was found with what was expected, in any order, and names each difference in full.</summary>
static class Same
{
    public static void Items<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
        where T : notnull
    {
        var unexpected = actual.ToList();
        var missing = expected.Where(item => !unexpected.Remove(item)).ToList();
        Assert.True(
            missing.Count + unexpected.Count == 0,
            $"{what}:\n{string.Concat(missing.Select(item => $"  missing:    {item}\n"))}{string.Concat(unexpected.Select(item => $"  unexpected: {item}\n"))}");
    }
}
