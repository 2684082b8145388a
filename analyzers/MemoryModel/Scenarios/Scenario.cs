using MemoryModel.Exploration;
using MemoryModel.Pictures;

namespace MemoryModel.Scenarios;

/// <summary>Something that happens to a small machine, for looking at: what is mapped, and what can go wrong.</summary>
/// <remarks>Instances are made by <see cref="ScenarioCatalog"/>. Immutable; every run makes its machine anew.</remarks>
public sealed class Scenario
{
    private readonly Func<ScenarioMachine> _setup;
    private readonly Func<ScenarioMachine, Trial> _race;

    internal Scenario(string name, string title, string source, string? rule, int preemptions, Func<ScenarioMachine> setup, Func<ScenarioMachine, Trial> race)
    {
        (Name, Title, Source, Rule, Preemptions) = (name, title, source, rule, preemptions);
        (_setup, _race) = (setup, race);
    }

    /// <summary>Name for the command line, such as "gup-posted".</summary>
    public string Name { get; }

    /// <summary>What it shows, in a line.</summary>
    public string Title { get; }

    /// <summary>Where it comes from.</summary>
    public string Source { get; }

    /// <summary>The rule of the analyzers that finds the mistake in the code; null where there is none to find.</summary>
    public string? Rule { get; }

    /// <summary>The bound up to which its schedules are explored.</summary>
    public int Preemptions { get; }

    /// <summary>Tries every schedule up to the bound, and tells what came of it.</summary>
    /// <returns>The first failure, or the number of schedules there are without one; and the machine before anything ran.</returns>
    public ScenarioResult Run()
    {
        ScenarioMachine before = _setup();
        MachinePicture picture = MachinePicture.Of(before.Kvm);
        ScenarioMachine last = before;
        ExplorationResult result = Explorer.Exhaust(() => _race(last = _setup()), Preemptions);
        return new ScenarioResult(this, picture, MachinePicture.Of(last.Kvm), result);
    }
}

/// <summary>What came of a scenario.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Before">The machine before anything ran.</param>
/// <param name="After">The machine where the schedule with the failure ended; that of the last schedule when none failed.</param>
/// <param name="Result">What the exploration came to.</param>
public sealed record ScenarioResult(Scenario Scenario, MachinePicture Before, MachinePicture After, ExplorationResult Result);
