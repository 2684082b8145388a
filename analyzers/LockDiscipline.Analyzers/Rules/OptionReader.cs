using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Reads the options of an <c>.editorconfig</c>.</summary>
internal static class OptionReader
{
    public const string Prefix = "lock_discipline.";
    public const string ExceptionalPathsKey = Prefix + "exceptional_paths";

    /// <summary>Set by the package where a project is loaded for an editor, and not to be built.</summary>
    const string LiveKey = "build_property.LockDisciplineLive";

    /// <summary>Whether findings are asked for one document at a time.</summary>
    public static bool IsLive(AnalyzerConfigOptions global) => global.TryGetValue(LiveKey, out var text) && text.Trim() is "true" or "True";

    /// <summary>The keys that exist.</summary>
    public static readonly string[] Keys = [ExceptionalPathsKey];

    /// <summary>The values of <see cref="ExceptionalPathsKey"/>.</summary>
    public static readonly string[] ExceptionalPathsValues = ["none", "throws", "calls"];

    public static FlowOptions Flow(AnalyzerConfigOptions options)
    {
        if (!options.TryGetValue(ExceptionalPathsKey, out var text))
            return new FlowOptions(ExceptionalPaths.Throws);
        return new FlowOptions(text.Trim().ToLowerInvariant() switch
        {
            "none" => ExceptionalPaths.None,
            "calls" => ExceptionalPaths.Calls,
            _ => ExceptionalPaths.Throws,
        });
    }
}
