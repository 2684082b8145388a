using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

[Flags]
public enum DiagnosticOptions
{
    None = 0,
    IgnoreAdditionalLocations = 1,
    IgnoreSeverity = 2,
}

/// <summary>Where a finding is expected: by markup key, by position, or by full span.</summary>
/// <param name="Path">The file; null for the first one.</param>
/// <param name="End">The end of the span; null when only the start is compared.</param>
/// <param name="Key">The <c>n</c> of <c>{|#n:...|}</c>, until the markup is read.</param>
public sealed record DiagnosticLocation(string? Path, LinePosition Start, LinePosition? End, int? Key = null);

/// <summary>
/// A finding that a test expects. Immutable. Members and their meaning are those of
/// Microsoft.CodeAnalysis.Testing: locations after the first are the additional ones, and they are compared
/// unless <see cref="DiagnosticOptions.IgnoreAdditionalLocations"/> is set.
/// </summary>
public sealed record DiagnosticResult(string Id, DiagnosticSeverity Severity)
{
    internal static readonly string AnyId = "";

    public DiagnosticResult(DiagnosticDescriptor descriptor)
        : this(descriptor.Id, descriptor.DefaultSeverity) =>
        MessageFormats = [descriptor.MessageFormat.ToString(CultureInfo.InvariantCulture)];

    public ImmutableArray<DiagnosticLocation> Spans { get; init; } = [];
    public DiagnosticOptions Options { get; init; }
    public string? Message { get; init; }
    public ImmutableArray<object> MessageArguments { get; init; }

    /// <summary>Every message that the analyzer has for the id: one id may have several.</summary>
    internal ImmutableArray<string> MessageFormats { get; init; } = [];

    public static DiagnosticResult CompilerError(string id) => new(id, DiagnosticSeverity.Error);
    public static DiagnosticResult CompilerWarning(string id) => new(id, DiagnosticSeverity.Warning);

    public DiagnosticResult WithMessage(string? message) => this with { Message = message };
    public DiagnosticResult WithArguments(params object[] arguments) => this with { MessageArguments = [.. arguments] };
    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => this with { Severity = severity };
    public DiagnosticResult WithOptions(DiagnosticOptions options) => this with { Options = options };

    public DiagnosticResult WithLocation(int markupKey) =>
        At(new DiagnosticLocation(null, default, null, markupKey));

    public DiagnosticResult WithLocation(int line, int column) =>
        At(new DiagnosticLocation(null, new LinePosition(line - 1, column - 1), null));

    public DiagnosticResult WithLocation(string path, int line, int column) =>
        At(new DiagnosticLocation(path, new LinePosition(line - 1, column - 1), null));

    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn) =>
        At(new DiagnosticLocation(null, new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1)));

    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn) =>
        At(new DiagnosticLocation(path, new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1)));

    internal DiagnosticResult At(DiagnosticLocation location) => this with { Spans = Spans.Add(location) };

    internal bool Matches(Diagnostic actual)
    {
        if (Id != AnyId && Id != actual.Id)
            return false;
        if (!Options.HasFlag(DiagnosticOptions.IgnoreSeverity) && Severity != actual.Severity)
            return false;
        if (Spans.IsEmpty ? actual.Location != Location.None : !IsAt(Spans[0], actual.Location))
            return false;
        if (!Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations))
        {
            var additional = Spans.IsEmpty ? Spans : Spans.RemoveAt(0);
            if (additional.Length != actual.AdditionalLocations.Count)
                return false;
            for (var i = 0; i < additional.Length; i++)
            {
                if (!IsAt(additional[i], actual.AdditionalLocations[i]))
                    return false;
            }
        }

        return HasMessage(actual.GetMessage(CultureInfo.InvariantCulture));
    }

    bool HasMessage(string actual)
    {
        if (Message is not null && Message != actual)
            return false;
        if (MessageArguments.IsDefault)
            return true;
        var arguments = MessageArguments.ToArray();
        return MessageFormats.Any(format => string.Format(CultureInfo.InvariantCulture, format, arguments) == actual);
    }

    static bool IsAt(DiagnosticLocation expected, Location actual)
    {
        var span = actual.GetLineSpan();
        return expected.Path == span.Path
            && expected.Start == span.StartLinePosition
            && (expected.End is null || expected.End == span.EndLinePosition);
    }

    public override string ToString()
    {
        var places = string.Join(", ", Spans.Select(s => $"{s.Path}({s.Start.Line + 1},{s.Start.Character + 1})"));
        var message = Message ?? (MessageArguments.IsDefault ? null : "arguments: " + string.Join(", ", MessageArguments));
        return $"{(Id == AnyId ? "any id" : Id)} at {(places.Length == 0 ? "no location" : places)} {message}";
    }
}
