using System.Globalization;
using System.Text;
using MemoryModel.Exploration;
using MemoryModel.Scenarios;

namespace MemoryModel.Pictures;

/// <summary>Writes what came of a scenario as text.</summary>
public static class ScenarioText
{
    /// <summary>The text. Lines end with a line feed.</summary>
    /// <param name="result">What came of the scenario.</param>
    /// <param name="width">Columns to write in.</param>
    /// <param name="whole">False: of the steps that concern nobody but their task only the number is told.</param>
    /// <param name="heading">How a heading is made to stand out; null for not at all.</param>
    public static string Draw(ScenarioResult result, int width = 80, bool whole = false, Func<string, string>? heading = null)
    {
        heading ??= static text => text;
        Scenario scenario = result.Scenario;
        var text = new StringBuilder();
        text.Append(heading(scenario.Name)).Append('\n').Append($"{scenario.Title}\n{scenario.Source}{(scenario.Rule is null ? "" : $"; found in the code by {scenario.Rule}")}\n\n");
        text.Append(heading("Before")).Append('\n').Append(MachineText.Draw(result.Before)).Append('\n');
        Failure? failure = result.Result.Failure;
        if (failure is null)
        {
            text.Append(heading("Schedules")).Append('\n').Append(CultureInfo.InvariantCulture, $"no failure in {result.Result.Schedules} schedules with up to {scenario.Preemptions} preemptions: there is none\n");
            return text.ToString();
        }
        text.Append(heading("What goes wrong")).Append('\n').Append(Wrapped(failure.Message, width)).Append(CultureInfo.InvariantCulture, $"schedule {failure.Schedule}, found in run {result.Result.Runs}\n\n");
        text.Append(TraceText.Draw(failure.Trace, width, whole)).Append('\n');
        text.Append(heading("Afterwards")).Append('\n').Append(MachineText.Draw(result.After));
        return text.ToString();
    }

    private static string Wrapped(string message, int width)
    {
        var text = new StringBuilder();
        int column = 0;
        foreach (string word in message.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                text.Append('\n');
                column = 0;
            }
            if (column > 0) text.Append(' ');
            text.Append(word);
            column += word.Length + (column > 0 ? 1 : 0);
        }
        return text.Append('\n').ToString();
    }
}
