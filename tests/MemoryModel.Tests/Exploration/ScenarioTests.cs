using System.Xml.Linq;
using MemoryModel.Pictures;
using MemoryModel.Scenarios;

namespace MemoryModel.Tests.Exploration;

/// <summary>The scenarios that are drawn: each goes wrong, or does not, as it says, and its pictures are the same every time.</summary>
public sealed class ScenarioTests
{
    private static readonly string[] s_right = ["gup-checked", "private-checked"];

    public static TheoryData<string> Names => [.. ScenarioCatalog.All.Select(static scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Scenario_GoesWrongUnlessItIsTheRepairedForm(string name)
    {
        ScenarioResult result = Scenario(name).Run();

        Assert.Equal(s_right.Contains(name), result.Result.Failure is null);
        Assert.Equal(s_right.Contains(name), result.Result.IsComplete);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pictures_AreTheSameEachTime_AndFitTheTerminal(string name)
    {
        ScenarioResult result = Scenario(name).Run();
        string text = ScenarioText.Draw(result);
        string whole = ScenarioText.Draw(result, whole: true);
        string svg = ScenarioSvg.Draw(result);

        Assert.Equal(text, ScenarioText.Draw(Scenario(name).Run()));
        Assert.Equal(svg, ScenarioSvg.Draw(Scenario(name).Run()));
        Assert.All(text.Split('\n').Concat(whole.Split('\n')), static line => Assert.InRange(line.Length, 0, 80));
        Assert.DoesNotContain('\r', text);
        XElement root = XDocument.Parse(svg).Root!;
        Assert.Equal("svg", root.Name.LocalName);
        Assert.DoesNotContain(root.DescendantsAndSelf().Attributes(), static a => a.Name.LocalName is "href" or "src");
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void WholeTrace_HasAllSteps_TheShortOneThoseThatConcernOthers()
    {
        ScenarioResult result = Scenario("gup-posted").Run();
        MemoryModel.Exploration.Trace trace = result.Result.Failure!.Trace;
        string whole = TraceText.Draw(trace, whole: true);
        string brief = TraceText.Draw(trace);

        Assert.All(Enumerable.Range(1, trace.Steps.Count), step => Assert.Contains(whole.Split('\n'), line => line.TrimStart().StartsWith($"{step} |", StringComparison.Ordinal)));
        Assert.Contains("steps of its own)", brief);
        Assert.Contains("mmu_lock", brief);
        Assert.True(brief.Split('\n').Length < whole.Split('\n').Length);
    }

    /// <summary>Drawn from the machine, not from a script: the page that the guest still has after the race is the one that the process had before.</summary>
    [Fact]
    public void PostedFault_LeavesTheGuestWithThePageThatTheProcessGaveUp()
    {
        ScenarioResult result = Scenario("gup-posted").Run();
        PicturePage before = result.Before.Pages[0];
        PicturePage after = result.After.Pages[0];

        Assert.NotNull(before.ProcessPfn);
        Assert.Empty(before.GuestPfns);
        Assert.NotEqual(before.ProcessPfn, after.ProcessPfn);
        Assert.Contains(after.GuestPfns, pair => pair.Pfn == before.ProcessPfn);
    }

    [Fact]
    public void Deadlock_ShowsWhatEachTaskIsStuckAt()
    {
        string text = ScenarioText.Draw(Scenario("ab-ba").Run());

        Assert.Contains("stuck: takes mmap_lock", text);
        Assert.Contains("stuck: takes slots_lock", text);
    }

    private static Scenario Scenario(string name) => ScenarioCatalog.Find(name)!;
}
