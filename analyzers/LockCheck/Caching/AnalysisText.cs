using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LockCheck.Analysis;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Caching;

/// <summary>Writes down what came of an analysis, and reads it back onto a project of the same content. Places are by number of the source and position in it.</summary>
internal static class AnalysisText
{
    /// <summary>Writes; null where something cannot be told so that it comes back as it was.</summary>
    public static byte[]? Write(ProjectAnalysis analysis)
    {
        // What is missing from a failed analysis may be there the next time.
        if (!analysis.Crashes.IsEmpty)
            return null;
        var trees = new Dictionary<SyntaxTree, int>();
        foreach (var tree in analysis.Project.Compilation.SyntaxTrees)
            trees.Add(tree, trees.Count);
        var diagnostics = analysis.Findings.Select(f => f.Diagnostic).Concat(analysis.CompileErrors).ToList();
        if (diagnostics.SelectMany(d => d.AdditionalLocations.Prepend(d.Location)).Any(l => l.Kind is not (LocationKind.None or LocationKind.ExternalFile) && (l.SourceTree is not { } tree || !trees.ContainsKey(tree))))
            return null;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("findings", analysis.Findings.Length);
            json.WriteStartArray("diagnostics");
            foreach (var diagnostic in diagnostics)
                Write(json, diagnostic, trees);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Reads.</summary>
    /// <exception cref="JsonException">It is not of that form; so are the other exceptions of reading JSON and making places.</exception>
    public static ProjectAnalysis Read(byte[] bytes, LoadedProject project)
    {
        using var document = JsonDocument.Parse(bytes);
        var trees = project.Compilation.SyntaxTrees;
        var diagnostics = document.RootElement.GetProperty("diagnostics").EnumerateArray().Select(d => Read(d, trees)).ToList();
        var findings = document.RootElement.GetProperty("findings").GetInt32();
        return new(project, [.. diagnostics.Take(findings).Select(d => Finding.From(d, project.Path))], [.. diagnostics.Skip(findings)], []);
    }

    static void Write(Utf8JsonWriter json, Diagnostic diagnostic, Dictionary<SyntaxTree, int> trees)
    {
        var descriptor = diagnostic.Descriptor;
        json.WriteStartObject();
        json.WriteString("id", diagnostic.Id);
        json.WriteString("category", descriptor.Category);
        json.WriteString("message", diagnostic.GetMessage(CultureInfo.InvariantCulture));
        json.WriteString("title", descriptor.Title.ToString(CultureInfo.InvariantCulture));
        json.WriteString("description", descriptor.Description.ToString(CultureInfo.InvariantCulture));
        json.WriteString("help", descriptor.HelpLinkUri);
        json.WriteNumber("severity", (int)diagnostic.Severity);
        json.WriteNumber("default", (int)diagnostic.DefaultSeverity);
        json.WriteNumber("level", diagnostic.WarningLevel);
        json.WriteBoolean("suppressed", diagnostic.IsSuppressed);
        json.WriteStartArray("tags");
        foreach (var tag in descriptor.CustomTags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var (name, value) in diagnostic.Properties.OrderBy(p => p.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("at");
        foreach (var location in diagnostic.AdditionalLocations.Prepend(diagnostic.Location))
            Write(json, location, trees);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static Diagnostic Read(JsonElement json, ImmutableArray<SyntaxTree> trees)
    {
        var places = json.GetProperty("at").EnumerateArray().Select(l => ReadPlace(l, trees)).ToList();
        var properties = json.GetProperty("properties").EnumerateObject().ToImmutableDictionary(p => p.Name, p => p.Value.GetString());
        return Diagnostic.Create(Text("id"), Text("category"), Text("message"), (DiagnosticSeverity)json.GetProperty("severity").GetInt32(), (DiagnosticSeverity)json.GetProperty("default").GetInt32(),
            isEnabledByDefault: true, json.GetProperty("level").GetInt32(), json.GetProperty("suppressed").GetBoolean(), Text("title"), Text("description"), Text("help"),
            places[0], places.Skip(1), json.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!), properties);

        string Text(string name) => json.GetProperty(name).GetString()!;
    }

    static void Write(Utf8JsonWriter json, Location location, Dictionary<SyntaxTree, int> trees)
    {
        json.WriteStartArray();
        if (location.SourceTree is { } tree)
        {
            json.WriteNumberValue(trees[tree]);
            Write(json, location.SourceSpan);
        }
        else if (location.Kind == LocationKind.ExternalFile)
        {
            var span = location.GetLineSpan();
            json.WriteStringValue(span.Path);
            Write(json, location.SourceSpan);
            json.WriteNumberValue(span.StartLinePosition.Line);
            json.WriteNumberValue(span.StartLinePosition.Character);
            json.WriteNumberValue(span.EndLinePosition.Line);
            json.WriteNumberValue(span.EndLinePosition.Character);
        }
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, TextSpan span)
    {
        json.WriteNumberValue(span.Start);
        json.WriteNumberValue(span.Length);
    }

    static Location ReadPlace(JsonElement json, ImmutableArray<SyntaxTree> trees)
    {
        if (json.GetArrayLength() == 0)
            return Location.None;
        var span = new TextSpan(json[1].GetInt32(), json[2].GetInt32());
        return json[0].ValueKind == JsonValueKind.Number
            ? Location.Create(trees[json[0].GetInt32()], span)
            : Location.Create(json[0].GetString()!, span, new(new(json[3].GetInt32(), json[4].GetInt32()), new(json[5].GetInt32(), json[6].GetInt32())));
    }
}
