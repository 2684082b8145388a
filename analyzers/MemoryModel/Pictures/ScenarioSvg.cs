using System.Globalization;
using MemoryModel.Exploration;
using MemoryModel.Scenarios;

namespace MemoryModel.Pictures;

/// <summary>Draws what came of a scenario: the machine before and after, and the schedule in between.</summary>
public static class ScenarioSvg
{
    private const int Row = 22;
    private const int Gap = 16;

    /// <summary>The picture, as a document of its own.</summary>
    /// <param name="result">What came of the scenario.</param>
    /// <param name="whole">False: of the steps that concern nobody but their task only the number is told.</param>
    public static string Draw(ScenarioResult result, bool whole = false)
    {
        var svg = new Svg();
        int y = Gap + Row;
        svg.Text(Gap, y, $"{result.Scenario.Name}: {result.Scenario.Title}", "h");
        (Svg before, int width, int height) = Machine(result.Before, "before");
        svg.Add(before, Gap, y += Gap);
        y += height + Gap;
        Failure? failure = result.Result.Failure;
        if (failure is not null)
        {
            svg.Text(Gap, y += Row, failure.Message.Split('\n')[0], "h");
            (Svg trace, int traceWidth, int traceHeight) = Columns(failure.Trace, whole);
            svg.Add(trace, Gap, y += Gap);
            (width, y) = (Math.Max(width, traceWidth), y + traceHeight + Gap);
            width = Math.Max(width, failure.Message.Split('\n')[0].Length * Svg.Character);
        }
        else
        {
            svg.Text(Gap, y += Row, string.Create(CultureInfo.InvariantCulture, $"no failure in {result.Result.Schedules} schedules with up to {result.Scenario.Preemptions} preemptions"), "h");
        }
        (Svg after, int afterWidth, int afterHeight) = Machine(result.After, failure is null ? "after the last schedule" : "where the schedule ended");
        svg.Add(after, Gap, y += Gap);
        width = Math.Max(Math.Max(width, afterWidth), (result.Scenario.Name.Length + result.Scenario.Title.Length + 2) * Svg.Character);
        return svg.ToDocument(width + (2 * Gap), y + afterHeight + Gap, result.Scenario.Title);
    }

    /// <summary>Three columns: the process, the host's pages, the guest. Lines lead from an address, or a frame, to the page that it has; broken ones are in a vCPU's cache.</summary>
    private static (Svg Picture, int Width, int Height) Machine(MachinePicture picture, string title)
    {
        var svg = new Svg();
        const int box = 180;
        const int between = 110;
        const int hostAt = box + between;
        const int guestAt = hostAt + 90 + between;
        svg.Text(0, Row, title, "h");
        svg.Text(0, 2 * Row, "process", "d");
        svg.Text(hostAt, 2 * Row, "host", "d");
        svg.Text(guestAt, 2 * Row, "guest", "d");
        int top = (2 * Row) + 8;
        PicturePage[] pages = [.. picture.Pages.Take(MachineText.MaxPages)];
        ulong[] pfns = [.. pages.SelectMany(static page => page.GuestPfns.Select(static pair => pair.Pfn).Concat(page.ProcessPfn is { } own ? [own] : (ulong[])[])).Distinct().Order()];
        int Middle(int row) => top + (row * (Row + 6)) + (Row / 2);
        for (int i = 0; i < pages.Length; i++)
        {
            PicturePage page = pages[i];
            int y = top + (i * (Row + 6));
            svg.Box(0, y, box, Row, "a");
            svg.Text(6, y + 15, $"{page.Hva} {page.Process}");
            svg.Box(guestAt, y, box, Row, page.IsPrivate ? "w" : "b");
            svg.Text(guestAt + 6, y + 15, $"{page.AddressSpace}:{page.Slot} gfn {page.Gfn}{(page.IsPrivate ? " private" : "")}");
            if (page.ProcessPfn is { } pfn) svg.Line(box, Middle(i), hostAt, Middle(Array.IndexOf(pfns, pfn)));
            foreach ((ulong mapped, bool cached) in page.GuestPfns) svg.Line(guestAt, Middle(i) + (cached ? 4 : 0), hostAt + 90, Middle(Array.IndexOf(pfns, mapped)) + (cached ? 4 : 0), cached ? "c" : "");
        }
        for (int i = 0; i < pfns.Length; i++)
        {
            svg.Box(hostAt, top + (i * (Row + 6)), 90, Row);
            svg.Text(hostAt + 6, top + (i * (Row + 6)) + 15, string.Create(CultureInfo.InvariantCulture, $"page {pfns[i]:x}"));
        }
        return (svg, guestAt + box, top + (Math.Max(pages.Length, pfns.Length) * (Row + 6)));
    }

    private static (Svg Picture, int Width, int Height) Columns(Trace trace, bool whole)
    {
        var svg = new Svg();
        IReadOnlyList<TraceRow> rows = TraceRow.Of(trace, whole);
        int column = (rows.Select(static row => row.Text.Length).Concat(trace.Tasks.Select(static task => task.Length)).Max() + 6) * Svg.Character;
        for (int task = 0; task < trace.Tasks.Count; task++) svg.Text(task * column, Row - 6, trace.Tasks[task], "h");
        for (int i = 0; i < rows.Count; i++)
        {
            TraceRow row = rows[i];
            int y = (i + 1) * Row;
            bool isSwitch = i > 0 && rows[i - 1].Task != row.Task;
            if (isSwitch) svg.Line((rows[i - 1].Task * column) + 4, y - (Row / 2), (row.Task * column) + 4, y + (Row / 2));
            svg.Box(row.Task * column, y + 1, column - Gap, Row - 2, row.Number is null ? "" : row.Task % 2 == 0 ? "a" : "b");
            svg.Text((row.Task * column) + 6, y + 15, row.Number is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number} {row.Text}") : row.Text, row.Number is null ? "d" : "");
        }
        return (svg, trace.Tasks.Count * column, (rows.Count + 1) * Row);
    }
}
