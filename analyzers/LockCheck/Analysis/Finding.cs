using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace LockCheck.Analysis;

/// <summary>One diagnostic of one rule, read into what a report needs. Immutable.</summary>
internal sealed record Finding
{
    // What a rule may tell beyond its message, by the keys of Diagnostic.Properties.
    const string HeldKey = "held";
    const string NeededKey = "needed";
    const string HintKey = "hint";
    const string NoteKey = "note";

    /// <summary>The diagnostic itself, for what asks the compilation further.</summary>
    public required Diagnostic Diagnostic { get; init; }

    /// <summary>The rule's id.</summary>
    public string Id => Diagnostic.Id;

    /// <summary>The severity after all configuration.</summary>
    public DiagnosticSeverity Severity => Diagnostic.Severity;

    /// <summary>The rule's title.</summary>
    public required string Title { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Where it is reported, or null for a finding on the project as a whole.</summary>
    public required CodeSpot? Where { get; init; }

    /// <summary>Further places that belong to it: where the lock was acquired, where the contract stands.</summary>
    public required ImmutableArray<Note> Notes { get; init; }

    /// <summary>The locks held there, or null where the rule does not say.</summary>
    public required string? Held { get; init; }

    /// <summary>The lock needed there, or null where the rule does not say.</summary>
    public required string? Needed { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Hint { get; init; }

    /// <summary>The project file.</summary>
    public required string Project { get; init; }

    /// <summary>The target frameworks in which it was found, where it was not found in all that were analysed.</summary>
    public ImmutableArray<string> OnlyIn { get; init; } = [];

    /// <summary>Reads a diagnostic.</summary>
    public static Finding From(Diagnostic diagnostic, string project)
    {
        var properties = diagnostic.Properties;
        var notes = ImmutableArray.CreateBuilder<Note>();
        for (var i = 0; i < diagnostic.AdditionalLocations.Count; i++)
        {
            if (CodeSpot.From(diagnostic.AdditionalLocations[i]) is { } spot)
                notes.Add(new(properties.GetValueOrDefault(NoteKey + i.ToString(CultureInfo.InvariantCulture)) ?? "related", spot));
        }
        return new()
        {
            Diagnostic = diagnostic,
            Title = diagnostic.Descriptor.Title.ToString(CultureInfo.InvariantCulture),
            Message = diagnostic.GetMessage(CultureInfo.InvariantCulture),
            Where = CodeSpot.From(diagnostic.Location),
            Notes = notes.ToImmutable(),
            Held = properties.GetValueOrDefault(HeldKey),
            Needed = properties.GetValueOrDefault(NeededKey),
            Hint = properties.GetValueOrDefault(HintKey) ?? $"see lockcheck explain {diagnostic.Id}",
            Project = project,
        };
    }
}

/// <summary>A further place of a finding, and what it has to do with it.</summary>
internal sealed record Note(string Label, CodeSpot Where);
