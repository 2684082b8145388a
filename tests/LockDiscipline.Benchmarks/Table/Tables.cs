using LockDiscipline.Benchmarks.Code;

namespace LockDiscipline.Benchmarks.Table;

/// <summary>Everything that is measured, in short.</summary>
static class Tables
{
    public static async Task WriteAsync(TextWriter output, Sizes sizes)
    {
        await CompilationTable.WriteAsync(output, sizes).ConfigureAwait(false);
        output.WriteLine();
        await EditTable.WriteAsync(output, sizes).ConfigureAwait(false);
        output.WriteLine();
        await GrowthTable.WriteAsync(output, sizes).ConfigureAwait(false);
    }
}
