using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using LockCheck.Git;

namespace LockCheck.Patches;

/// <summary>
/// Reads patches in whatever form they come: a plain diff, a mail, a mailbox, a folder of <c>git format-patch</c>, a reply that
/// quotes a patch. Mails are taken apart by git.
/// </summary>
internal sealed partial class PatchReader(ScratchIndex scratch)
{
    /// <summary>The most bytes that are taken for a patch.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    static readonly string[] s_extensions = [".patch", ".diff", ".mbox", ".eml", ".txt", ".mail"];

    // Programs that flow text break it before the seventy-eighth column.
    const int FlowColumn = 50;

    int _files;

    /// <summary>Reads a file or folder.</summary>
    /// <exception cref="LockCheckException">It holds no patch, or one that is not taken.</exception>
    public async Task<PatchSeries> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(path))
                return await ReadAsync([(path, await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false))], path, cancellationToken).ConfigureAwait(false);
            var names = Directory.EnumerateFiles(path).Where(f => s_extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToList();
            if (names.Count == 0)
                throw new LockCheckException(ExitCode.Usage, $"The folder '{path}' holds no patch ({string.Join(", ", s_extensions)}). To look at the work tree and stay within a folder: lockcheck patch --project FOLDER");
            var files = new List<(string, byte[])>();
            foreach (var name in names)
                files.Add((name, await ReadBytesAsync(name, cancellationToken).ConfigureAwait(false)));
            return await ReadAsync(files, path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LockCheckException(ExitCode.NotAnalyzed, $"The patch '{path}' cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads the standard input.</summary>
    /// <exception cref="LockCheckException">It holds no patch, or one that is not taken.</exception>
    public async Task<PatchSeries> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            bytes.Write(buffer, 0, read);
            Limit(bytes.Length, "The standard input");
        }
        return await ReadAsync([("-", bytes.ToArray())], "the standard input", cancellationToken).ConfigureAwait(false);
    }

    static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        Limit(new FileInfo(path).Length, $"'{path}'");
        return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
    }

    static void Limit(long length, string what)
    {
        if (length > MaxBytes)
            throw new LockCheckException(ExitCode.NotAnalyzed, $"{what} is larger than {MaxBytes / 1024 / 1024} MB, which no patch of source is. Apply it yourself and give the range: lockcheck patch BASE..HEAD.");
    }

    async Task<PatchSeries> ReadAsync(List<(string Name, byte[] Bytes)> files, string source, CancellationToken cancellationToken)
    {
        var patches = ImmutableArray.CreateBuilder<Patch>();
        var places = new List<(int Number, int Total)?>();
        string? baseCommit = null, cover = null;
        var prerequisites = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, bytes) in files)
        {
            if (bytes.Length == 0 && files.Count == 1)
                throw new LockCheckException(ExitCode.Usage, $"{Capital(source)} is empty: there is no patch to check.");
            if (Packed(bytes) is { } packed)
                throw new LockCheckException(ExitCode.NotAnalyzed, $"{(name == "-" ? "The standard input" : $"'{name}'")} is compressed. Unpack it first: {packed} {(name == "-" ? "" : $"'{name}' ")}| lockcheck patch -");
            foreach (var (title, text, place) in await MailsAsync(Decode(bytes), cancellationToken).ConfigureAwait(false))
            {
                if (BaseCommit().Match(text) is { Success: true } match)
                    baseCommit ??= match.Groups[1].Value;
                prerequisites.UnionWith(Prerequisite().Matches(text).Select(m => m.Groups[1].Value));
                var label = title ?? (name == "-" ? "patch" : Path.GetFileName(name));
                try
                {
                    if (Take(label, text) is { } patch)
                    {
                        patches.Add(patch);
                        places.Add(place);
                    }
                    else if (place?.Number == 0 || cover is null && title is not null)
                        cover ??= title;
                }
                catch (PatchException e)
                {
                    throw new LockCheckException(ExitCode.NotAnalyzed, $"The patch '{label}' ({source}) is not taken. {e.Message}");
                }
            }
        }
        if (patches.Count == 0)
            throw new LockCheckException(ExitCode.NotAnalyzed, $"{Capital(source)} holds no unified diff. A patch has lines such as '--- a/FILE', '+++ b/FILE' and '@@ -1,4 +1,5 @@'; 'git diff' and 'git format-patch' write it.");
        NoteMissing(patches, places);
        return new(patches.ToImmutable(), baseCommit, cover, prerequisites.Count);
    }

    // A series says how long it is. One with a gap may apply all the same, and then is judged as something that nobody sent.
    static void NoteMissing(ImmutableArray<Patch>.Builder patches, List<(int Number, int Total)?> places)
    {
        if (places[0]?.Total is not { } total || total > 1000 || !places.TrueForAll(p => p?.Total == total))
            return;
        var numbers = places.ConvertAll(p => p!.Value.Number);
        var missing = Enumerable.Range(1, total).Except(numbers).ToList();
        // Those before a patch are noted with it; those after the last with that.
        for (var i = 0; i < patches.Count && missing.Count > 0; i++)
        {
            var here = i == patches.Count - 1 ? missing : missing.FindAll(m => m < numbers[i]);
            missing = [.. missing.Except(here)];
            if (here.Count > 0)
                patches[i] = patches[i] with { Notes = patches[i].Notes.Add($"the series has {total} patches; {(here.Count == 1 ? "number" : "numbers")} {string.Join(", ", here)} {(here.Count == 1 ? "is" : "are")} not here") };
        }
    }

    // What unpacks it to the standard output; null for what is not compressed.
    static string? Packed(byte[] bytes) => bytes switch
    {
        [0x1F, 0x8B, ..] => "gzip -dc",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzip2 -dc",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz -dc",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd -dc",
        [(byte)'P', (byte)'K', 3, 4, ..] => "unzip -p",
        _ => null,
    };

    /// <summary>The patch in the text of one mail or file; null where there is none.</summary>
    /// <exception cref="PatchException">It is not of a kind that is taken.</exception>
    internal static Patch? Take(string title, string text)
    {
        var notes = new List<string>();
        var lines = text.Split('\n').ToList();
        if (lines.Count > 0 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        if (lines.Exists(l => Painted().IsMatch(l)))
        {
            lines = lines.ConvertAll(l => Colour().Replace(l, ""));
            notes.Add("colours of a terminal were taken away");
        }
        if (!lines.Exists(QuotedMail.StartsDiff) && !HasUnquotedHeader(lines) && QuotedMail.Unquote(lines, out var levels) is { } unquoted)
        {
            lines = unquoted;
            notes.Add(levels == 1 ? "taken from a mail that quotes it" : $"taken from a mail that quotes it {levels} times");
        }
        // A file whose own lines end in CR LF is shown with them by git, but its headers are not: those come from a transport.
        if (lines.Exists(l => (l.StartsWith("diff --git ", StringComparison.Ordinal) || l.StartsWith("+++ ", StringComparison.Ordinal) || l.StartsWith("@@ -", StringComparison.Ordinal) && l.EndsWith("@@\r", StringComparison.Ordinal)) && l.EndsWith('\r')))
        {
            lines = lines.ConvertAll(l => l.EndsWith('\r') ? l[..^1] : l);
            notes.Add("line ends of a mail or of Windows were taken away");
        }
        // Where words are marked, no line is.
        if (lines.Exists(l => l.StartsWith("@@ -", StringComparison.Ordinal)) && lines.TrueForAll(l => l.Length == 0 || l[0] is not ('+' or '-') || l.StartsWith("+++ ", StringComparison.Ordinal) || l.StartsWith("---", StringComparison.Ordinal) || l.StartsWith("-- ", StringComparison.Ordinal)) && lines.Exists(l => WordDiff().IsMatch(l)))
            throw new PatchException("It marks words, as in '[-gone-]{+new+}', and not lines, so it cannot be applied. Make it without --word-diff.");
        var normalizer = new DiffNormalizer(lines);
        if (normalizer.Run() is not { } diff)
            return null;
        if (PatchSummary.Missing(lines, diff) is { } missing)
        {
            // Who answers quotes what the answer is about; who signed a patch that was edited by hand meant it.
            if (notes.Count == 0 && !lines.Exists(l => l.TrimEnd('\r') == "-- "))
                throw new PatchException($"{missing}: the patch is cut off. Ask for it again, as an attachment.");
            notes.Add(missing);
        }
        notes.AddRange(normalizer.Notes);
        return new(title, Encoding.Latin1.GetBytes(diff), [.. notes]);
    }

    static bool HasUnquotedHeader(List<string> lines)
    {
        for (var i = 0; i + 1 < lines.Count; i++)
        {
            if (lines[i].StartsWith("--- ", StringComparison.Ordinal) && lines[i + 1].StartsWith("+++ ", StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // One character for each byte, except where the bytes are the UTF-16 that some shells write.
    static string Decode(byte[] bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Bytewise(Encoding.Unicode.GetString(bytes.AsSpan(2))),
        [0xFE, 0xFF, ..] => Bytewise(Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2))),
        [0xEF, 0xBB, 0xBF, ..] => Encoding.Latin1.GetString(bytes.AsSpan(3)),
        _ => Encoding.Latin1.GetString(bytes),
    };

    static string Bytewise(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    async Task<List<(string? Title, string Text, (int Number, int Total)? Place)>> MailsAsync(string text, CancellationToken cancellationToken)
    {
        var start = text.TrimStart('\r', '\n');
        if (!IsMailbox(start) && !IsMail(start))
            return [(null, text, null)];
        var folder = Directory.CreateDirectory(Path.Combine(scratch.Folder, $"mail{_files++}")).FullName;
        var box = Path.Combine(folder, "box");
        await File.WriteAllBytesAsync(box, Encoding.Latin1.GetBytes(start), cancellationToken).ConfigureAwait(false);
        var mails = new List<string> { box };
        if (IsMailbox(start))
        {
            var split = Directory.CreateDirectory(Path.Combine(folder, "split")).FullName;
            await scratch.CheckedAsync(["mailsplit", "--keep-cr", "-b", "-o" + split, box], cancellationToken).ConfigureAwait(false);
            mails = [.. Directory.EnumerateFiles(split).Order(StringComparer.Ordinal)];
        }
        var read = new List<(string? Title, string Text, (int Number, int Total)? Place)>();
        foreach (var mail in mails)
            read.Add(await ReadMailAsync(mail, cancellationToken).ConfigureAwait(false));
        // Mails come in the order in which they were delivered; the series has its own.
        return read.TrueForAll(m => m.Place is not null) && read.Select(m => m.Place!.Value.Number).Distinct().Count() == read.Count ? [.. read.OrderBy(m => m.Place!.Value.Number)] : read;
    }

    async Task<(string? Title, string Text, (int Number, int Total)? Place)> ReadMailAsync(string mail, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(mail, cancellationToken).ConfigureAwait(false);
        var raw = Encoding.Latin1.GetString(bytes);
        var (message, patch) = (mail + ".message", mail + ".patch");
        var header = HeaderOf(raw);
        var isFlowed = Flowed().IsMatch(header);
        // git would join the lines itself, and take an empty line of context, which is one space, for one that goes on.
        var given = isFlowed ? Encoding.Latin1.GetBytes(header.Replace("flowed", "fixed", StringComparison.OrdinalIgnoreCase) + raw[header.Length..]) : bytes;
        var info = await scratch.RunAsync(["mailinfo", "-k", "--encoding=UTF-8", message, patch], cancellationToken, given).ConfigureAwait(false);
        // What git cannot take apart may still hold a diff.
        var body = info.ExitCode == 0 && File.Exists(message) && File.Exists(patch)
            ? Encoding.Latin1.GetString(await File.ReadAllBytesAsync(message, cancellationToken).ConfigureAwait(false)) + Encoding.Latin1.GetString(await File.ReadAllBytesAsync(patch, cancellationToken).ConfigureAwait(false))
            : raw;
        if (isFlowed)
            body = Unflow(body, DelSp().IsMatch(header));
        var subject = info.Text.Split('\n').FirstOrDefault(l => l.StartsWith("Subject: ", StringComparison.Ordinal))?["Subject: ".Length..].Trim();
        var place = subject is not null && Numbering().Match(subject) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out var number) && int.TryParse(match.Groups[2].ValueSpan, out var total) ? (number, total) : ((int, int)?)null;
        return (string.IsNullOrEmpty(subject) ? null : Tag().Replace(subject, ""), body, place);
    }

    static string HeaderOf(string mail)
    {
        var end = mail.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
            end = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? mail : mail[..end];
    }

    // Text that a mail program may flow anew: a space was put before lines that start with one, and a line that ends with one goes on.
    static string Unflow(string text, bool deleteSpace)
    {
        var result = new StringBuilder(text.Length);
        var goesOn = false;
        foreach (var line in text.Split('\n'))
        {
            var plain = line.StartsWith(' ') ? line[1..] : line;
            if (!goesOn && result.Length > 0)
                result.Append('\n');
            // An empty line of context is one space; only what had no room goes on.
            goesOn = plain.EndsWith(' ') && plain.Length >= FlowColumn;
            result.Append(goesOn && deleteSpace ? plain[..^1] : plain);
        }
        return result.ToString();
    }

    static bool IsMailbox(ReadOnlySpan<char> text) => text.StartsWith("From ", StringComparison.Ordinal) && Envelope().IsMatch(FirstLine(text));

    static bool IsMail(ReadOnlySpan<char> text)
    {
        if (!Field().IsMatch(FirstLine(text)))
            return false;
        // Archives print a few fields with empty lines between them; those are not the fields of a mail.
        var end = text.IndexOf("\n\n");
        var header = end < 0 ? text : text[..end];
        return Required().Count(header) >= 2;
    }

    static ReadOnlySpan<char> FirstLine(ReadOnlySpan<char> text) => text.IndexOf('\n') is >= 0 and var end ? text[..end] : text;

    static string Capital(string text) => text.StartsWith("the ", StringComparison.Ordinal) ? "T" + text[1..] : $"'{text}'";

    [GeneratedRegex(@"^(?:\x1B\[[0-9;]*m)+(?:diff --git |@@ -|--- |\+\+\+ )", RegexOptions.CultureInvariant)]
    private static partial Regex Painted();

    [GeneratedRegex(@"\x1B\[[0-9;]*[mK]", RegexOptions.CultureInvariant)]
    private static partial Regex Colour();

    [GeneratedRegex(@"\[-.+-\]|\{\+.+\+\}", RegexOptions.CultureInvariant)]
    private static partial Regex WordDiff();

    [GeneratedRegex(@"^From \S+.* \d{4}\r?$|^From [0-9a-f]{40} ", RegexOptions.CultureInvariant)]
    private static partial Regex Envelope();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9-]*: ", RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex(@"^(From|Subject|Date|Message-I[dD]|To|Received|Content-Type):", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Required();

    [GeneratedRegex(@"^content-type:\s*text/plain[^\n]*(?:\n[ \t][^\n]*)*format=""?flowed", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Flowed();

    [GeneratedRegex(@"delsp=""?yes", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex DelSp();

    [GeneratedRegex(@"^(?:Re:\s*)*\[[^\]]*?(\d{1,4})/(\d{1,4})\]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Numbering();

    [GeneratedRegex(@"^(?:Re:\s*)*(?:\[[^\]]*\]\s*)*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^(?:> ?)*base-commit: ([0-9a-f]{7,64})\s*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex BaseCommit();

    [GeneratedRegex(@"^(?:> ?)*prerequisite-patch-id: ([0-9a-f]{7,64})\s*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Prerequisite();
}
