using System.Globalization;
using System.Reflection;
using LockDiscipline.Benchmarks.Table;

namespace LockDiscipline.Benchmarks.Patch;

/// <summary>What it takes to judge a patch, beside what it takes to build the project that it touches.</summary>
static class PatchTable
{
    const int LinesOfAProject = 5300;

    /// <summary>Writes the table.</summary>
    /// <param name="lines">About how many lines the solution has.</param>
    /// <param name="patches">How long the series is.</param>
    /// <param name="rounds">How often each is measured; the table has the medians.</param>
    public static void Write(TextWriter output, int lines, int patches, int rounds)
    {
        using var solution = new GeneratedSolution(Math.Max(lines / LinesOfAProject, 2), patches);
        var tool = Path.Combine(typeof(PatchTable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "LockCheck").Value!);
        var (build, one, series, again) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        Judge(solution, tool, "1 weakened", solution.OnePatch);
        for (int round = 0; round < rounds; round++)
        {
            solution.Touch();
            build.Add(solution.Time("dotnet", [0], "build", solution.Touched, "--no-restore", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-nologo", "-v:quiet").Time.TotalSeconds);
            // Each round is to cost what the first one costs.
            one.Add(Judge(solution, tool, "1 weakened", "--no-cache", solution.OnePatch));
            series.Add(Judge(solution, tool, "1 weakened", "--no-cache", solution.Series));
            again.Add(Judge(solution, tool, "1 weakened", solution.OnePatch));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{solution.Lines:N0} lines, median of {rounds}"));
        output.WriteLine();
        output.WriteLine(Markdown.Row("what", "seconds", "times"));
        output.WriteLine("|---|---|---|");
        Row("`dotnet build --no-restore` of the touched project, no server running", Median(build), 1, "the build");
        Row("`lockcheck patch`, one file", Median(one), Median(one) / Median(build), "the build");
        Row(string.Create(CultureInfo.InvariantCulture, $"`lockcheck patch`, series of {patches}"), Median(series), Median(series) / Median(one), "one patch");
        Row("`lockcheck patch`, one file, the same again", Median(again), Median(again) / Median(one), "the first time");

        void Row(string what, double seconds, double times, string of) =>
            output.WriteLine(Markdown.Row(what, seconds.ToString("F1", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{times:F1} of {of}")));
    }

    // A tool that finds something else was not measured, it was broken.
    static double Judge(GeneratedSolution solution, string tool, string expected, params string[] arguments)
    {
        var (time, said) = solution.Time("dotnet", [0], [tool, "patch", .. arguments]);
        return said.Contains(expected, StringComparison.Ordinal) ? time.TotalSeconds : throw new InvalidOperationException(said);
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
