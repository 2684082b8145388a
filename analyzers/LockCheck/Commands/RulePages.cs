using System.Collections.Immutable;
using System.Reflection;
using LockCheck.Output;

namespace LockCheck.Commands;

/// <summary>The pages of the rules, as they are embedded in the tool, by rule id.</summary>
internal static class RulePages
{
    const string Prefix = "rules/";
    const string Suffix = ".md";

    /// <summary>All pages: Markdown by id.</summary>
    public static ImmutableSortedDictionary<string, string> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var pages = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            pages.Add(name[Prefix.Length..^Suffix.Length], reader.ReadToEnd());
        }
        return pages.ToImmutable();
    }

    /// <summary>Writes the pages of rules, each once, by id.</summary>
    public static void Write(IEnumerable<string> ids, Terminal terminal)
    {
        var pages = Read();
        foreach (var id in ids.Distinct().Order(StringComparer.Ordinal))
        {
            terminal.Out.WriteLine();
            if (pages.TryGetValue(id, out var page))
                new MarkdownWriter(terminal).Write(page);
        }
    }
}
