using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using LockCheck.Loading;

namespace LockCheck.Analysis;

/// <summary>A place in a file, with the text to show it.</summary>
/// <param name="Path">The file, as the compiler names it in its own messages.</param>
/// <param name="Start">First character, counted from 0.</param>
/// <param name="End">Behind the last character.</param>
/// <param name="Text">The file's text, or null where it cannot be had.</param>
internal sealed record CodeSpot(string Path, LinePosition Start, LinePosition End, SourceText? Text)
{
    /// <summary>The spot that a location stands for, or null for a location outside of any file.</summary>
    public static CodeSpot? From(Location location)
    {
        if (location.Kind is not (LocationKind.SourceFile or LocationKind.ExternalFile))
            return null;
        var span = location.GetMappedLineSpan();
        // Behind a #line directive, the lines to show are those of the file that it names.
        var text = location.SourceTree is { } tree && !span.HasMappedPath ? tree.GetText() : TryRead(span.Path);
        return new(span.Path, span.StartLinePosition, span.EndLinePosition, text);
    }

    static SourceText? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? SourceReader.Read(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
