using System.CommandLine;
using System.Text;
using LockCheck.Output;
using MemoryModel.Pictures;
using MemoryModel.Scenarios;

namespace LockCheck.Commands;

/// <summary><c>lockcheck model [SCENARIO]</c>: runs a scenario of the reference model and draws what is mapped, and the schedule in which it goes wrong.</summary>
internal static class ModelCommand
{
    const int MinWidth = 60;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("SCENARIO")
        {
            Description = "The scenario. Without it all are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var svg = new Option<string?>("--svg") { Description = "Write the picture to this file as SVG instead.", HelpName = "FILE" };
        var whole = new Option<bool>("--whole") { Description = "Show every step of the schedule, also those that concern nobody but their task." };
        var command = new Command("model", "Runs a scenario of the reference model: what is mapped, and in which schedule it goes wrong.") { name, svg, whole };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } wanted)
            {
                if (parsed.GetValue(svg) is not null)
                    throw new LockCheckException(ExitCode.Usage, "--svg needs a scenario. 'lockcheck model' lists them.");
                return List(terminal);
            }
            var result = Find(wanted).Run();
            if (parsed.GetValue(svg) is { } file)
                Write(file, ScenarioSvg.Draw(result, parsed.GetValue(whole)));
            else
                terminal.Out.Write(ScenarioText.Draw(result, Math.Max(MinWidth, Math.Min(terminal.Width, 80)), parsed.GetValue(whole), text => terminal.Paint(text, Style.Bold)));
            return ExitCode.Clean;
        });
        return command;
    }

    static int List(Terminal terminal)
    {
        var width = ScenarioCatalog.All.Max(s => s.Name.Length);
        foreach (var scenario in ScenarioCatalog.All)
            terminal.Out.WriteLine($"{terminal.Paint(scenario.Name.PadRight(width), Style.Bold)}  {scenario.Title}");
        return ExitCode.Clean;
    }

    static Scenario Find(string wanted)
    {
        if (ScenarioCatalog.Find(wanted) is { } scenario)
            return scenario;
        var near = ScenarioCatalog.All.Where(s => s.Name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).Select(s => s.Name).ToList();
        var advice = near.Count > 0 ? $" Did you mean {string.Join(" or ", near)}?" : " 'lockcheck model' lists all scenarios.";
        throw new LockCheckException(ExitCode.Usage, $"There is no scenario '{wanted}'.{advice}");
    }

    static void Write(string file, string picture)
    {
        try
        {
            File.WriteAllText(file, picture, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new LockCheckException(ExitCode.Usage, $"Cannot write '{file}': {e.Message}");
        }
    }
}
