using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Caching;

/// <summary>
/// Names an analysis by everything that went into it, by content: sources, what generators made of them, references, config and additional files, the compiler's
/// arguments, the analyzers and the compiler itself. Two that are named alike have the same findings.
/// </summary>
internal static class AnalysisKey
{
    // Whatever changes in how an analysis is written down.
    const string Format = "1";

    /// <summary>The name, in hexadecimal; null where something went in that has no content to name it by.</summary>
    public static string? Of(LoadedProject project, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken)
    {
        if (project.Recipe is not { } recipe)
            return null;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Add(hash, Format);
            Add(hash, Environment.Version.ToString());
            foreach (var assembly in analyzers.Select(a => a.GetType()).Concat([typeof(AnalysisKey), typeof(Compilation), typeof(CSharpCompilation)]))
                Add(hash, $"{assembly.FullName} {assembly.Module.ModuleVersionId}");
            AddAll(hash, recipe.Arguments);
            // A rule set is named by the arguments, and is a file that names others; what came of it is this.
            var options = project.Compilation.Options;
            Add(hash, options.GeneralDiagnosticOption.ToString());
            AddAll(hash, options.SpecificDiagnosticOptions.Select(o => $"{o.Key}={o.Value}").Order(StringComparer.Ordinal));
            Add(hash, project.TargetFramework);
            AddAll(hash, recipe.References);
            foreach (var (path, text) in project.ConfigFiles)
                AddText(hash, recipe.PathOf(path), text.ToString());
            foreach (var file in project.Options.AdditionalFiles)
                AddText(hash, recipe.PathOf(file.Path), file.GetText(cancellationToken)?.ToString());
            foreach (var tree in project.Compilation.SyntaxTrees)
            {
                cancellationToken.ThrowIfCancellationRequested();
                AddText(hash, recipe.PathOf(tree.FilePath), tree.GetText(cancellationToken).ToString());
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static void AddAll(IncrementalHash hash, IEnumerable<string> texts)
    {
        var list = texts.ToList();
        Add(hash, list.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var text in list)
            Add(hash, text);
    }

    static void AddText(IncrementalHash hash, string path, string? text)
    {
        Add(hash, path);
        Add(hash, text ?? "\0");
    }

    // With its length, so that what ends here cannot begin there.
    static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(BitConverter.GetBytes(text.Length));
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}

/// <summary>What a project was made from, beside its texts. Immutable.</summary>
/// <param name="Arguments">The compiler's arguments, in order, without the folder that differs from run to run.</param>
/// <param name="References">The references, in order, by content.</param>
/// <param name="Intermediates">That folder; empty where there is none.</param>
internal sealed record ProjectRecipe(ImmutableArray<string> Arguments, ImmutableArray<string> References, string Intermediates)
{
    const string Placeholder = "<intermediates>";

    /// <summary>A path or argument as it is in every run.</summary>
    public string PathOf(string text) => Intermediates.Length == 0 ? text : text.Replace(Intermediates, Placeholder, StringComparison.Ordinal);

    /// <summary>Makes one; null where something cannot be named by content.</summary>
    /// <param name="references">The references by content; null for one that has none.</param>
    public static ProjectRecipe? Of(ProjectDescription project, Func<string, string> logical, IEnumerable<string?> references)
    {
        // What a response file holds is read by the compiler's parser, out of sight here; so is a key.
        if (project.CompilerArguments.Any(a => a.StartsWith('@') || a.StartsWith("/keyfile", StringComparison.OrdinalIgnoreCase) || a.StartsWith("-keyfile", StringComparison.OrdinalIgnoreCase)))
            return null;
        var named = references.ToImmutableArray();
        if (named.Contains(null))
            return null;
        var recipe = new ProjectRecipe([], named!, project.Intermediates);
        return recipe with { Arguments = [.. project.CompilerArguments.Select(a => recipe.PathOf(logical(a)))] };
    }
}
