using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Caching;

/// <summary>
/// Names a judgement by what can be known without loading a project: the trees that are compared, the files of the repository's folder and those above it that hold
/// for it, the options, the environment, and the tool itself. Two that are named alike are the same where also the <see cref="Basis"/> of the first still holds.
/// </summary>
internal static class JudgementKey
{
    // Whatever changes in how a judgement is written down.
    const string Format = "1";

    // Of the terminal, and what a shell counts: these go into no build.
    static readonly string[] s_ofTerminal = ["_", "SHLVL", "OLDPWD", "TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES", CacheFolder.Variable];

    /// <summary>The name, in hexadecimal.</summary>
    public static string Of(string root, Comparison comparison, PatchRunOptions options, WorkFiles work, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(Format, Environment.Version.ToString(), RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString());
        // The version of an assembly is that of its content.
        foreach (var type in analyzers.Select(a => a.GetType()))
            Add(type.FullName, type.Module.ModuleVersionId.ToString());
        foreach (var module in (Module[])[typeof(JudgementKey).Module, typeof(Compilation).Module, typeof(CSharpCompilation).Module, typeof(Workspace).Module, Assembly.Load(FixFinder.AssemblyName).ManifestModule])
            Add(module.ModuleVersionId.ToString());

        Add(options.Within, options.TrustsProjects.ToString(), options.FindsFixes.ToString(), options.MakesFixPatch.ToString(), options.Load.Configuration, options.Load.Framework, options.Load.Restore.ToString());
        Add(comparison.Mode, comparison.Before, comparison.After, comparison.BaseFoundBy, comparison.BaseCommit, comparison.Title, comparison.IsForeign.ToString());
        AddAll(comparison.Trees);
        foreach (var step in comparison.Steps)
        {
            Add(step.Title);
            AddAll(step.Notes);
        }

        Add(root, work.Tree, work.Git);
        AddAll(work.Ignored);
        // A copy of a tree that is loaded lies in the folder for temporary files.
        foreach (var folder in Above(root).Concat(Above(Path.Combine(Path.GetTempPath(), "x"))).Distinct(StringComparer.Ordinal))
        {
            foreach (var name in ProjectText.FromAbove)
                AddFile(Path.Combine(folder, name));
        }
        foreach (var file in PackageSettings())
            AddFile(file);
        Add(DotnetCommand.Host());
        // MSBuild takes every variable for a property.
        AddAll(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => (Name: (string)v.Key, Value: v.Value as string))
            .Where(v => !s_ofTerminal.Contains(v.Name, StringComparer.Ordinal)).Select(v => $"{v.Name}={v.Value}").Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void AddFile(string path)
        {
            if (File.Exists(path))
                Add(path, Basis.HashOf(path));
        }

        void AddAll(IEnumerable<string> texts)
        {
            var list = texts.ToArray();
            hash.AppendData(BitConverter.GetBytes(list.Length));
            Add(list);
        }

        // Each with its length, so that what ends here cannot begin there.
        void Add(params string?[] texts)
        {
            foreach (var text in texts)
            {
                hash.AppendData(BitConverter.GetBytes(text?.Length ?? -1));
                hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
            }
        }
    }

    static IEnumerable<string> Above(string folder)
    {
        for (var at = Path.GetDirectoryName(folder); at is not null; at = Path.GetDirectoryName(at))
            yield return at;
    }

    // Where packages come from, as the user and the machine have it.
    static IEnumerable<string> PackageSettings()
    {
        var folders = new List<string>
        {
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "NuGet"),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet"),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "NuGet"),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86), "NuGet"),
            "/etc/opt/NuGet",
            "/Library/Application Support/NuGet",
        };
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true, MatchCasing = MatchCasing.CaseInsensitive };
        return folders.Where(Path.IsPathRooted).Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*.config", options)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }
}
