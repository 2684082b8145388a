using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Loading;

/// <summary>Reads files as the compiler does: UTF-8, and where the bytes are not that, an eight-bit encoding.</summary>
internal static class SourceReader
{
    static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. Errors of the file system are thrown as they are.</summary>
    public static SourceText Read(string path, Encoding? encoding = null, SourceHashAlgorithm checksum = SourceHashAlgorithm.Sha256)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, encoding, checksum);
    }

    /// <summary>Reads a stream that can be read twice.</summary>
    public static SourceText Read(Stream stream, Encoding? encoding = null, SourceHashAlgorithm checksum = SourceHashAlgorithm.Sha256)
    {
        if (encoding is not null)
            return SourceText.From(stream, encoding, checksum);
        try
        {
            return SourceText.From(stream, s_strictUtf8, checksum);
        }
        catch (DecoderFallbackException)
        {
            stream.Position = 0;
            return SourceText.From(stream, Encoding.Latin1, checksum);
        }
    }
}

/// <summary>An additional file of a project, read when an analyzer first asks for it. Thread-safe.</summary>
internal sealed class AdditionalFile(string path, SourceFiles files) : AdditionalText
{
    readonly Lazy<SourceText?> _text = new(() =>
    {
        try
        {
            return files.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    });

    public override string Path { get; } = path;

    public override SourceText? GetText(CancellationToken cancellationToken = default) => _text.Value;
}
