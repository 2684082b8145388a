namespace LockDiscipline.Benchmarks.Table;

/// <summary>Writes tables.</summary>
static class Markdown
{
    public static string Row(params ReadOnlySpan<string> cells) => $"| {string.Join(" | ", cells)} |";
}
